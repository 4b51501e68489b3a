/** What a killed client has kept, read from its data folder, which nobody else may have open. */
import { blockCount, blockLength, realSymbols } from '../../core/content/layout.ts';
import { parseManifest } from '../../core/content/manifest.ts';
import { Store } from '../../core/store/store.ts';
import type { StoredTransfer } from '../../core/store/transfers.ts';

export interface Kept {
  readonly isDone: boolean;
  readonly verified: ReadonlySet<number>;
  readonly verifiedBytes: number;
  /** Real symbols of verified blocks, and stored droplets of the others. */
  readonly symbols: number;
  /** What an honest run has to fetch yet: source symbols of the other blocks, less those droplets. */
  readonly needed: number;
  /** What the next run is to say it begins with. */
  readonly resumedBytes: number;
}

export const NOTHING_KEPT: Kept = {
  isDone: false,
  verified: new Set(),
  verifiedBytes: 0,
  symbols: 0,
  needed: 0,
  resumedBytes: 0,
};

/** Of the last transfer; nothing when there is none or its manifest has not arrived. */
export function readKept(dataDir: string): Kept {
  const store = Store.open(dataDir);
  try {
    const row = store.transfers.list().at(-1);
    return row === undefined ? NOTHING_KEPT : keptOf(store, row);
  } finally {
    store.close();
  }
}

function keptOf(store: Store, { key, id, contentKey, digest, state, verifiedBytes }: StoredTransfer): Kept {
  const bytes = digest === null ? undefined : store.manifests.get(digest);
  if (bytes === undefined) return NOTHING_KEPT;
  const manifest = parseManifest(bytes, { id, key: contentKey ?? undefined });
  const blocks = Array.from({ length: blockCount(manifest) }, (_, block) => block);
  const bits = store.verifiedBlocks.bitmap(key, blocks.length);
  const verified = new Set(blocks.filter((block) => ((bits[block >> 3] >> (block & 7)) & 1) === 1));
  const sizes = [...verified].map((block) => blockLength(manifest, block));
  if (sum(sizes) !== verifiedBytes) throw new Error(`${sum(sizes)} bytes are verified, not ${verifiedBytes}`);

  const open = blocks.filter((block) => !verified.has(block));
  const ids = new Map(open.map((block) => [block, new Set<number>()]));
  for (const batch of store.droplets.of(key)) for (const id of batch.ids) ids.get(batch.block)?.add(id);
  const droplets = sum([...ids.values()].map(({ size }) => size));
  const missing = sum(open.map((block) => realSymbols(manifest, block)));
  const missingBytes = manifest.length - verifiedBytes;
  return {
    isDone: state === 'done',
    verified,
    verifiedBytes,
    symbols: sum([...verified].map((block) => realSymbols(manifest, block))) + droplets,
    needed: Math.max(0, missing - droplets),
    resumedBytes: verifiedBytes + Math.min(missingBytes, droplets * manifest.symbolSize),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
