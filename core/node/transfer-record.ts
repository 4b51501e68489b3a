/** What is durable of one transfer: its row of the store and its manifest. */
import type { Problem } from '../api.ts';
import { folderCount } from '../content/listing.ts';
import type { OpenManifest } from '../content/manifest.ts';
import { problemOf } from '../engine/problem.ts';
import type { Store } from '../store/store.ts';
import type { StoredTransfer, TransferChange } from '../store/transfers.ts';
import { openManifest } from './known-manifest.ts';

export interface TransferRecordHost {
  readonly store: Store;
  problem(problem: Problem): void;
}

export class TransferRecord {
  readonly #host: TransferRecordHost;
  #row: StoredTransfer;

  constructor(row: StoredTransfer, host: TransferRecordHost) {
    this.#row = row;
    this.#host = host;
  }

  get row(): StoredTransfer {
    return this.#row;
  }

  /** The blocks that are verified are others than they were. Throws Failure; then nothing has changed. */
  replaceVerified(blocks: readonly number[], bytes: number, changedMs: number): void {
    this.#host.store.verifiedBlocks.replace(this.#row.key, blocks, bytes, changedMs);
    this.update({});
  }

  /** Throws Failure; then nothing has changed. */
  update(change: TransferChange): void {
    this.#row = this.#host.store.transfers.update(this.#row.key, change);
  }

  /** Records what the transfer can do without: a full disk must not end it. */
  note(change: TransferChange): void {
    try {
      this.update(change);
    } catch (error) {
      this.#row = { ...this.#row, ...change };
      this.#host.problem(problemOf(error));
    }
  }

  /** The manifest, if it is here. Throws Failure: bad-manifest, wrong-key. */
  manifest(): OpenManifest | undefined {
    const { digest } = this.#row;
    const bytes = digest === null ? undefined : this.#host.store.manifests.get(digest);
    return bytes && openManifest(this.#row, bytes);
  }

  /** Whether a block was recorded as verified. */
  hasBlock(block: number): boolean {
    const bits = this.#host.store.verifiedBlocks.bitmap(this.#row.key, block + 1);
    return ((bits[block >> 3] >> (block & 7)) & 1) === 1;
  }

  /** Takes a manifest that has been verified, in its `bytes`, and what it says of the resource. Throws Failure. */
  learn(manifest: OpenManifest, bytes: Uint8Array): void {
    const { store } = this.#host;
    store.transaction(() => {
      store.manifests.put(manifest.digest, bytes);
      this.update({ digest: manifest.digest, ...factsOf(manifest) });
    });
  }

  /** Records what a manifest says that another share or transfer has brought. Throws Failure. */
  recall(manifest: OpenManifest): void {
    const facts = factsOf(manifest);
    const { bytes, files, folders } = this.#row;
    if (bytes !== facts.bytes || files !== facts.files || folders !== facts.folders) this.update(facts);
  }
}

/** How much there is of a resource. */
export function factsOf({ length, listing, leftOut }: OpenManifest) {
  const files = listing?.filter(({ kind }) => kind === 'file').length ?? 1;
  return { bytes: length, files, folders: folderCount(listing), leftOut: leftOut ?? null };
}
