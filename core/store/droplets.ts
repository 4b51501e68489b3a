import { z } from 'zod';
import { blob, count } from './columns.ts';
import type { Connection } from './connection.ts';

/** Droplets of one block. Blocks of the manifest have numbers from 0x80000000 on; ids and blocks are u32. */
export interface DropletBatch {
  readonly block: number;
  readonly ids: Uint32Array;
  /** One symbol for each id, in their order, without gaps. May lie in shared memory. */
  readonly payload: Uint8Array;
}

export interface StoredDroplets extends DropletBatch {
  /** Bytes of each symbol. */
  readonly symbolSize: number;
}

/** How much is stored of one block. */
export interface BlockDroplets {
  readonly block: number;
  readonly droplets: number;
}

const batchRow = z.object({ block: count, ids: blob, payload: blob }).transform(
  ({ block, ids, payload }): StoredDroplets => ({
    block,
    ids: toIds(ids),
    payload,
    symbolSize: payload.length / (ids.length / 4),
  }),
);

/** What has arrived of blocks that are not complete. It is a cache that is expensive to refill, not yet verified. */
export class Droplets {
  readonly #connection: Connection;
  readonly #insert;
  readonly #batches;
  readonly #batch;
  readonly #summary;
  readonly #deleteBlock;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#insert = connection.command(
      'INSERT INTO droplets (transfer, block, count, ids, payload) VALUES (?, ?, ?, ?, ?)',
    );
    this.#batches = connection.query(
      'SELECT batch FROM droplets WHERE transfer = ? ORDER BY block, batch',
      z.object({ batch: count }),
    );
    this.#batch = connection.query('SELECT block, ids, payload FROM droplets WHERE batch = ?', batchRow);
    this.#summary = connection.query(
      'SELECT block, sum(count) AS droplets FROM droplets WHERE transfer = ? GROUP BY block ORDER BY block',
      z.object({ block: count, droplets: count }),
    );
    this.#deleteBlock = connection.command('DELETE FROM droplets WHERE transfer = ? AND block = ?');
  }

  /** Stores all batches or none, synced when it returns. Ids that are stored already are stored again. */
  add(key: number, batches: Iterable<DropletBatch>): void {
    this.#connection.transaction(() => {
      for (const { block, ids, payload } of batches) {
        this.#insert.run(key, block, ids.length, toBytes(ids), payload);
      }
    });
  }

  /** Block by block, each in the order of arrival; one batch in memory at a time. May be left or written to at any point. */
  *of(key: number): Generator<StoredDroplets, void, undefined> {
    for (const { batch } of this.#batches.all(key)) {
      const stored = this.#batch.get(batch);
      if (stored !== undefined) yield stored;
    }
  }

  /** Droplets of each block that has any, in the order of blocks; reads no payload. */
  summary(key: number): BlockDroplets[] {
    return this.#summary.all(key);
  }

  /** Drops those of one block, for instance because it did not decode to its hash. */
  remove(key: number, block: number): void {
    this.#deleteBlock.run(key, block);
  }
}

/** Every platform that this runs on is little-endian, as is the column. */
function toBytes(ids: Uint32Array): Uint8Array {
  return new Uint8Array(ids.buffer, ids.byteOffset, ids.byteLength);
}

/** Copied, since a blob may begin at any offset and a Uint32Array may not. */
function toIds(bytes: Uint8Array): Uint32Array {
  return new Uint32Array(new Uint8Array(bytes).buffer);
}
