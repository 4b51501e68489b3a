/**
 * What is recorded of a running transfer. Blocks count as verified when their bytes are on the medium and the
 * store says so, in that order; both is done for many blocks at a time.
 */
import { blockCount, blockLength, realSymbols } from '../content/layout.ts';
import type { OpenManifest } from '../content/manifest.ts';
import type { StoredDroplets, TransferContent } from '../engine/messages.ts';
import type { Store } from '../store/store.ts';

export interface LedgerHost {
  readonly store: Store;
  readonly key: number;
  /** Resolves when everything that was written is on the medium, with when that was: see PartWriter.sync. */
  sync(): Promise<number>;
  /** The disk refused a record. */
  stuck(error: unknown): void;
  /** What was written did not come to the medium: the blocks that are not recorded have to be fetched again. */
  lost(error: unknown): void;
  /** The disk took it. */
  recorded(): void;
}

/** How often blocks are recorded, ms. */
const RECORD_EVERY = 200;

export class Ledger {
  readonly manifest: OpenManifest;
  readonly verified: Uint8Array;
  /** Bytes of all verified blocks. */
  verifiedBytes: number;
  /** Verified blocks and those that are written and not recorded yet. */
  readonly #here: Uint8Array;
  /** Droplets that this run has to fetch, and bytes that earlier runs have left. */
  readonly needed: number;
  readonly resumedBytes: number;
  readonly #host: LedgerHost;
  #stored: readonly StoredDroplets[];
  /** Written by the codec and not yet recorded. */
  #written: number[] = [];
  #recording: Promise<void> | undefined;
  #isLost = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(manifest: OpenManifest, verifiedBytes: number, host: LedgerHost) {
    const { store, key } = host;
    const blocks = blockCount(manifest);
    this.manifest = manifest;
    this.#host = host;
    this.verified = store.verifiedBlocks.bitmap(key, blocks);
    this.#here = this.verified.slice();
    this.verifiedBytes = verifiedBytes;
    this.#stored = [...store.droplets.of(key)].filter(
      ({ symbolSize, block }) =>
        symbolSize === manifest.symbolSize && block < blocks && !this.#isVerified(block),
    );
    let missing = 0;
    for (let block = 0; block < blocks; block++)
      if (!this.#isVerified(block)) missing += realSymbols(manifest, block);
    const kept = this.#stored.reduce((sum, { ids }) => sum + ids.length, 0);
    this.needed = Math.max(0, missing - kept);
    const missingBytes = manifest.length - verifiedBytes;
    this.resumedBytes = verifiedBytes + Math.min(missingBytes, kept * manifest.symbolSize);
  }

  /** What the network thread needs to go on; stored droplets, tens of megabytes, are from then on only there. */
  takeContent(): TransferContent {
    const { length, symbolSize, symbolsPerBlock } = this.manifest;
    const stored = this.#stored;
    this.#stored = [];
    return { layout: { length, symbolSize, symbolsPerBlock }, verified: this.verified, stored };
  }

  /** Whether a block can be read from the part. */
  has(block: number): boolean {
    return isSet(this.#here, block);
  }

  /** A codec has written a block. */
  written(block: number): void {
    if (this.#isLost) return;
    set(this.#here, block);
    this.#written.push(block);
    this.#recordSoon();
  }

  /** Droplets of blocks that take long. Throws Failure. */
  keep(batches: readonly StoredDroplets[]): void {
    this.#host.store.droplets.add(
      this.#host.key,
      batches.filter(({ block }) => !this.#isVerified(block)),
    );
  }

  /** Records everything now, unless it is lost; false when the disk refused to. */
  async flush(): Promise<boolean> {
    this.stop();
    await this.#recording;
    await this.#record();
    return this.#written.length === 0;
  }

  /** Tries again what the disk refused. */
  retry(): void {
    if (this.#written.length > 0) this.#recordSoon();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #recordSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#recording ??= this.#record().finally(() => {
        this.#recording = undefined;
      });
    }, RECORD_EVERY);
  }

  async #record(): Promise<void> {
    const blocks = this.#written;
    if (blocks.length === 0) return;
    this.#written = [];
    let changedMs: number;
    try {
      changedMs = await this.#host.sync();
    } catch (error) {
      this.#lose([...blocks, ...this.#written.splice(0)], error);
      return;
    }
    try {
      const fresh = blocks.filter((block) => !this.#isVerified(block));
      const bytes = fresh.reduce((sum, block) => sum + blockLength(this.manifest, block), this.verifiedBytes);
      this.#host.store.verifiedBlocks.mark(this.#host.key, fresh, bytes, changedMs);
      for (const block of fresh) set(this.verified, block);
      this.verifiedBytes = bytes;
      this.#host.recorded();
      if (this.#written.length > 0) this.#recordSoon();
    } catch (error) {
      this.#written.push(...blocks);
      this.#host.stuck(error);
    }
  }

  #lose(blocks: readonly number[], error: unknown): void {
    this.#isLost = true;
    for (const block of blocks) if (!this.#isVerified(block)) clear(this.#here, block);
    this.#host.lost(error);
  }

  #isVerified(block: number): boolean {
    return isSet(this.verified, block);
  }
}

function isSet(bits: Uint8Array, block: number): boolean {
  return ((bits[block >> 3] >> (block & 7)) & 1) === 1;
}

function set(bits: Uint8Array, block: number): void {
  bits[block >> 3] |= 1 << (block & 7);
}

function clear(bits: Uint8Array, block: number): void {
  bits[block >> 3] &= ~(1 << (block & 7));
}
