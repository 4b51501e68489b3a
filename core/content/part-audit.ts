import type { Breaks } from './breaks.ts';
import type { FileMap, FileRange } from './file-map.ts';
import type { FileSystem } from './file-system.ts';
import { blockCapacity, blockCount, blockLength, blockOffset } from './layout.ts';
import { isGenuineBlock, type OpenManifest } from './manifest.ts';
import type { PartFiles, Suspect } from './part-files.ts';
import { sealBlock } from './seal.ts';

export interface AuditedPart {
  readonly files: PartFiles;
  readonly map: FileMap;
  readonly manifest: OpenManifest;
  readonly fs: FileSystem;
  /** By index of the file. */
  readonly suspects: ReadonlyMap<number, Suspect>;
  readonly breaks: Breaks;
}

/**
 * Finds out by hashing which of the blocks with `isVerified` are no longer as they were, of those that lie in suspects
 * at all. What a suspect has too many of is cut off when something else of it is right; else it is not ours, and this
 * throws Failure('part-file-lost').
 */
export async function findLost(
  part: AuditedPart,
  isVerified: (block: number) => boolean,
): Promise<readonly number[]> {
  const { files, map, manifest, suspects, breaks } = part;
  const lost: number[] = [];
  if (suspects.size === 0) return lost;
  const right = new Set<number>();
  const buffer = new Uint8Array(blockCapacity(manifest));
  for (let block = 0; block < blockCount(manifest); block++) {
    if (!isVerified(block)) continue;
    const ranges = map.ranges(blockOffset(manifest, block), blockLength(manifest, block));
    if (!ranges.some(({ file }) => suspects.has(file))) continue;
    if (isGone(ranges, suspects) || !isRight(part, block, ranges, buffer)) lost.push(block);
    else for (const { file } of ranges) right.add(file);
    await breaks.next();
  }
  for (const [file, { isLonger }] of suspects) {
    if (!isLonger) continue;
    if (!right.has(file)) throw files.foreign(file);
    files.cut(file);
  }
  return lost;
}

/** Whether some of these bytes are missing, so that they need not be read. */
function isGone(ranges: readonly FileRange[], suspects: AuditedPart['suspects']): boolean {
  return ranges.some(({ file, offset, length }) => {
    const suspect = suspects.get(file);
    return suspect !== undefined && offset + length > suspect.there;
  });
}

function isRight(
  { files, manifest, fs }: AuditedPart,
  block: number,
  ranges: readonly FileRange[],
  buffer: Uint8Array,
): boolean {
  for (const { file, offset, at, length } of ranges) {
    const fd = files.openToRead(file);
    try {
      for (let done = 0; done < length; ) {
        const count = fs.read(fd, buffer.subarray(at + done, at + length), offset + done);
        if (count === 0) return false;
        done += count;
      }
    } finally {
      fs.close(fd);
    }
  }
  const bytes = buffer.subarray(0, blockLength(manifest, block));
  if (manifest.access === 'private') sealBlock(manifest.key, block, bytes);
  return isGenuineBlock(manifest, block, bytes);
}
