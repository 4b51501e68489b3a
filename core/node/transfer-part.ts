/** What a transfer has of the content: its part on disk, and the record of what is in it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from '../api.ts';
import { blockCount, blockLength } from '../content/layout.ts';
import type { OpenManifest } from '../content/manifest.ts';
import { removePart } from '../content/removal.ts';
import { checkRoom } from '../content/room.ts';
import { safeName } from '../content/safe-name.ts';
import type { StoredDroplets, TransferContent } from '../engine/messages.ts';
import { problemOf } from '../engine/problem.ts';
import { Failure } from '../failure.ts';
import { findFinished } from './finished.ts';
import { Ledger, type LedgerHost } from './ledger.ts';
import type { Threads } from './threads.ts';
import { factsOf, type TransferRecord, type TransferRecordHost } from './transfer-record.ts';
import { TransferTarget } from './transfer-target.ts';

export interface TransferPartHost
  extends TransferRecordHost,
    Pick<LedgerHost, 'stuck' | 'lost' | 'recorded'> {
  threads(): Threads;
}

/** Goes on with `content`; or it turns out that the last run had all of it, and it is at `finished`. */
export type Opened = { readonly content: TransferContent } | { readonly finished: string };

/** How long who stops a transfer waits for what was laid out in vain to be taken away, ms. */
const TAKING_BACK = 700;

export class TransferPart {
  readonly #record: TransferRecord;
  readonly #host: TransferPartHost;
  readonly #target: TransferTarget;
  #ledger: Ledger | undefined;
  #opening: AbortController | undefined;

  constructor(record: TransferRecord, host: TransferPartHost) {
    this.#record = record;
    this.#host = host;
    this.#target = new TransferTarget(record.row.key, () => host.threads());
  }

  /** The codec thread that has the part open. */
  get codec(): number {
    return this.#target.codec;
  }

  /** Undefined until `open` or `recall`. */
  get ledger(): Ledger | undefined {
    return this.#ledger;
  }

  get verifiedBytes(): number {
    return this.#ledger?.verifiedBytes ?? this.#record.row.verifiedBytes;
  }

  /** Whether a block can be read from the part. */
  has(block: number): boolean {
    return this.#ledger?.has(block) ?? this.#record.hasBlock(block);
  }

  /** Makes the part, under a name like `name`, or takes up the one there is. Rejects with Failure. */
  async open(manifest: OpenManifest, name: string): Promise<Opened> {
    const stop = new AbortController();
    this.#opening = stop;
    try {
      const { partPath } = this.#record.row;
      const finished =
        partPath === null
          ? await this.#create(manifest, name, stop.signal)
          : await this.#reopen(manifest, partPath, name, stop.signal);
      const ledger = this.#openLedger(manifest);
      return finished === undefined ? { content: ledger.takeContent() } : { finished };
    } finally {
      this.#opening = undefined;
    }
  }

  /** Has `open`, if it is under way, reject with Failure('interrupted'). */
  interrupt(): void {
    this.#opening?.abort();
  }

  /** Reads the record of a transfer of which nothing is to be fetched. */
  recall(manifest: OpenManifest): void {
    if (this.#ledger === undefined) this.#openLedger(manifest);
  }

  /** Keeps droplets of blocks that take long. */
  keep(batches: readonly StoredDroplets[]): void {
    try {
      this.#ledger?.keep(batches);
    } catch (error) {
      // They are still in memory; only a kill would lose them.
      this.#host.problem(problemOf(error));
    }
  }

  /** What is kept of a block is false. */
  forget(block: number): void {
    try {
      this.#host.store.droplets.remove(this.#record.row.key, block);
    } catch (error) {
      // The next run will find out again that they are false.
      this.#host.problem(problemOf(error));
    }
  }

  /** Gives the part its final name, all of it being recorded; returns the path. Rejects with Failure. */
  async finish(): Promise<string> {
    const { name, called, id, intoFolder } = this.#record.row;
    const safe = called ?? safeName(name, id);
    this.#record.update({ finalPath: join(intoFolder, safe) });
    const { path, unmade } = await this.#target.finish(safe);
    if (unmade.length > 0) this.#host.problem(unmadeProblem(path, unmade));
    return path;
  }

  /** Lets go of the files, with everything recorded. Rejects with Failure. */
  async close(): Promise<void> {
    await this.#ledger?.flush();
    await this.#target.close();
  }

  /** A part that cannot be laid out is taken back; what is left of it is this transfer's, for the next try. */
  async #create(manifest: OpenManifest, name: string, stop: AbortSignal): Promise<undefined> {
    const { intoFolder } = this.#record.row;
    const { bytes, files, folders } = factsOf(manifest);
    checkRoom(intoFolder, { bytes, files: files + folders });
    const part = await this.#target.make(manifest, intoFolder, name);
    try {
      this.#record.update({ partPath: part, name });
      await this.#target.open(manifest, part, { verified: new Uint8Array(0), changedMs: 0 }, stop);
    } catch (error) {
      const isGone = await removePart(part, TAKING_BACK).catch(() => false);
      if (isGone && this.#record.row.partPath !== null) this.#record.note({ partPath: null });
      throw error;
    }
  }

  /** Resolves with where it is when the last run was stopped between its last two steps. */
  async #reopen(
    manifest: OpenManifest,
    part: string,
    name: string,
    stop: AbortSignal,
  ): Promise<string | undefined> {
    const { finalPath, verifiedBytes } = this.#record.row;
    if (finalPath !== null && verifiedBytes === manifest.length && !existsSync(part)) {
      const path = await findFinished(finalPath, (tree) => this.#target.verify(tree, manifest));
      if (path !== undefined) return path;
    }
    try {
      await this.#takeUp(manifest, part, stop);
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'part-file-lost') throw error;
      // Something that is not ours has taken its place, and stays there.
      this.#record.replaceVerified([], 0, 0);
      this.#record.update({ partPath: null });
      await this.#create(manifest, name, stop);
    }
    return undefined;
  }

  /** What is no longer in the part is not verified any more. */
  async #takeUp(manifest: OpenManifest, part: string, stop: AbortSignal): Promise<void> {
    const { key, partChangedMs } = this.#record.row;
    const verified = this.#host.store.verifiedBlocks.bitmap(key, blockCount(manifest));
    const kept = { verified, changedMs: partChangedMs ?? 0 };
    const opened = await this.#target.open(manifest, part, kept, stop);
    if (opened.lost.length === 0 && opened.changedMs <= kept.changedMs) return;
    // What was hashed is not to be hashed again the next time.
    const lost = new Set(opened.lost);
    const right = blocksIn(verified).filter((block) => !lost.has(block));
    const bytes = right.reduce((sum, block) => sum + blockLength(manifest, block), 0);
    this.#record.replaceVerified(right, bytes, opened.changedMs);
  }

  #openLedger(manifest: OpenManifest): Ledger {
    const { store, stuck, lost, recorded } = this.#host;
    const { key, verifiedBytes } = this.#record.row;
    const sync = (): Promise<number> => this.#target.sync();
    this.#ledger = new Ledger(manifest, verifiedBytes, { store, key, sync, stuck, lost, recorded });
    return this.#ledger;
  }
}

/** The blocks of a bit set. */
function blocksIn(bits: Uint8Array): number[] {
  return Array.from({ length: bits.length * 8 }, (_, block) => block).filter(
    (block) => ((bits[block >> 3] >> (block & 7)) & 1) === 1,
  );
}

function unmadeProblem(path: string, unmade: readonly string[]): Problem {
  return {
    code: 'disk',
    message: `${unmade.length} links in ${path} could not be made, and are left out: ${unmade.slice(0, 10).join(', ')}.`,
    hint: 'Everything else is there; a file system with symbolic links takes them, too.',
  };
}
