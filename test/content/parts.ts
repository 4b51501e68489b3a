/** Parts as a transfer has them: made and laid out, or taken up again. */
import { type FileSystem, realFileSystem } from '../../core/content/file-system.ts';
import type { OpenManifest } from '../../core/content/manifest.ts';
import { type OpenedPart, PartWriter } from '../../core/content/target.ts';

/** A new part, laid out. */
export async function createPart(
  folder: string,
  name: string,
  manifest: OpenManifest,
  fs: FileSystem = realFileSystem,
): Promise<PartWriter> {
  const part = PartWriter.make(folder, name, manifest.listing === undefined ? 'file' : 'folder', fs);
  return (await PartWriter.open(part, manifest, undefined, { fs })).writer;
}

/** A part in which the blocks with `isVerified` were kept, nobody knows when. */
export function takeUpPart(
  part: string,
  manifest: OpenManifest,
  isVerified: (block: number) => boolean,
  fs: FileSystem = realFileSystem,
): Promise<OpenedPart> {
  return PartWriter.open(part, manifest, { isVerified, changedMs: 0 }, { fs });
}
