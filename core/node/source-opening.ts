import type { OpenManifest } from '../content/manifest.ts';
import { PROFILE } from '../content/manifest-fields.ts';
import type { Tree } from '../content/tree.ts';
import type { SourceInfo } from '../engine/messages.ts';
import type { Threads } from './threads.ts';

export interface PouredSource {
  readonly tree: Tree;
  readonly manifest: OpenManifest;
  /** As it travels. */
  readonly manifestBytes: Uint8Array;
  /** For HELLO; sealed if the resource is private. */
  readonly name: Uint8Array;
}

/**
 * Opens files under the number `source` in a codec thread, for others to ask for. Returns what the network thread is
 * to know of them. Rejects with Failure.
 */
export async function openSource(
  threads: Threads,
  source: number,
  poured: PouredSource,
): Promise<SourceInfo> {
  const { tree, manifestBytes, name } = poured;
  // Blocks are read by the tree: the listing would be copied for nothing, and may be of a million files.
  const manifest = { ...poured.manifest, listing: undefined };
  const codec = source % threads.codecCount;
  await threads.command(codec, { type: 'open-source', source, tree, manifest, manifestBytes });
  const { length, symbolSize, symbolsPerBlock } = manifest;
  return {
    source,
    codec,
    layout: { length, symbolSize, symbolsPerBlock },
    manifestBytes: manifestBytes.length,
    profile: PROFILE,
    name,
  };
}
