/** What a transfer has of the content: its part on disk, and the record of what is in it. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { blockCount } from '../content/layout.ts';
import type { OpenManifest } from '../content/manifest.ts';
import { checkRoom } from '../content/room.ts';
import { safeName } from '../content/safe-name.ts';
import type { StoredDroplets, TransferContent } from '../engine/messages.ts';
import { problemOf } from '../engine/problem.ts';
import { findFinished } from './finished.ts';
import { Ledger, type LedgerHost } from './ledger.ts';
import type { Threads } from './threads.ts';
import type { TransferRecord, TransferRecordHost } from './transfer-record.ts';
import { TransferTarget } from './transfer-target.ts';

export interface TransferPartHost
  extends TransferRecordHost,
    Pick<LedgerHost, 'stuck' | 'lost' | 'recorded'> {
  threads(): Threads;
}

/** Goes on with `content`; or it turns out that the last run had all of it, and it is at `finished`. */
export type Opened = { readonly content: TransferContent } | { readonly finished: string };

export class TransferPart {
  readonly #record: TransferRecord;
  readonly #host: TransferPartHost;
  readonly #target: TransferTarget;
  #ledger: Ledger | undefined;

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
    const { partPath } = this.#record.row;
    const finished =
      partPath === null ? await this.#create(manifest, name) : await this.#reopen(manifest, partPath);
    const ledger = this.#openLedger(manifest);
    return finished === undefined ? { content: ledger.takeContent() } : { finished };
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
    return this.#target.finish(safe);
  }

  /** Lets go of the files, with everything recorded. Rejects with Failure. */
  async close(): Promise<void> {
    await this.#ledger?.flush();
    await this.#target.close();
  }

  async #create(manifest: OpenManifest, name: string): Promise<undefined> {
    const { intoFolder } = this.#record.row;
    checkRoom(intoFolder, manifest.length);
    const partPath = await this.#target.create(manifest, intoFolder, name);
    try {
      this.#record.update({ partPath, name });
    } catch (error) {
      // The next try makes another, and nobody would know of this one.
      await this.#target.close();
      await rm(partPath, { recursive: true, force: true });
      throw error;
    }
  }

  /** Resolves with where it is when the last run was stopped between its last two steps. */
  async #reopen(manifest: OpenManifest, part: string): Promise<string | undefined> {
    try {
      const { key } = this.#record.row;
      const verified = this.#host.store.verifiedBlocks.bitmap(key, blockCount(manifest));
      await this.#target.reopen(manifest, part, verified);
      return undefined;
    } catch (error) {
      const { finalPath, verifiedBytes } = this.#record.row;
      if (finalPath === null || verifiedBytes !== manifest.length) throw error;
      const path = await findFinished(finalPath, (tree) => this.#target.verify(tree, manifest));
      if (path === undefined) throw error;
      return path;
    }
  }

  #openLedger(manifest: OpenManifest): Ledger {
    const { store, stuck, lost, recorded } = this.#host;
    const { key, verifiedBytes } = this.#record.row;
    const sync = (): Promise<void> => this.#target.sync();
    this.#ledger = new Ledger(manifest, verifiedBytes, { store, key, sync, stuck, lost, recorded });
    return this.#ledger;
  }
}
