import { z } from 'zod';
import { blob, count } from './columns.ts';
import type { Connection } from './connection.ts';
import type { Droplets } from './droplets.ts';

/** Small enough to lie within a page beside its key: marking a block writes one page, however many blocks there are. */
const chunkBytes = 512;
const chunkBlocks = chunkBytes * 8;

/** Which blocks of a transfer are on disk and match their hash. */
export class VerifiedBlocks {
  readonly #connection: Connection;
  readonly #droplets: Droplets;
  readonly #chunk;
  readonly #chunks;
  readonly #store;
  readonly #clear;
  readonly #setBytes;

  constructor(connection: Connection, droplets: Droplets) {
    this.#connection = connection;
    this.#droplets = droplets;
    const bits = z.object({ chunk: count, bits: blob });
    this.#chunk = connection.query('SELECT chunk, bits FROM verified WHERE transfer = ? AND chunk = ?', bits);
    this.#chunks = connection.query('SELECT chunk, bits FROM verified WHERE transfer = ?', bits);
    this.#store = connection.command(
      `INSERT INTO verified (transfer, chunk, bits) VALUES (?, ?, ?)
       ON CONFLICT (transfer, chunk) DO UPDATE SET bits = excluded.bits`,
    );
    this.#clear = connection.command('DELETE FROM verified WHERE transfer = ?');
    this.#setBytes = connection.command(
      'UPDATE transfers SET verified_bytes = ?, part_changed_ms = max(?, ifnull(part_changed_ms, 0)) WHERE key = ?',
    );
  }

  /**
   * Takes blocks as verified and drops their droplets, all at once. Their bytes must be on disk, synced, before
   * this is called. `verifiedBytes` is the total of the transfer after it, not what is added; `partChangedMs` is when the
   * part was last written to, by its file system.
   */
  mark(key: number, blocks: Iterable<number>, verifiedBytes: number, partChangedMs: number): void {
    this.#connection.transaction(() => {
      for (const [chunk, members] of Map.groupBy(blocks, chunkOf)) {
        const bits = this.#chunk.get(key, chunk)?.bits ?? new Uint8Array(chunkBytes);
        for (const block of members) {
          bits[(block % chunkBlocks) >> 3] |= 1 << (block & 7);
          this.#droplets.remove(key, block);
        }
        this.#store.run(key, chunk, bits);
      }
      this.#setBytes.run(verifiedBytes, partChangedMs, key);
    });
  }

  /** Block b is bit b % 8, counted from the least significant, of byte b / 8; `blockCount` bits, then zeros. */
  bitmap(key: number, blockCount: number): Uint8Array {
    const bitmap = new Uint8Array(Math.ceil(blockCount / 8));
    for (const { chunk, bits } of this.#chunks.all(key)) {
      const at = chunk * chunkBytes;
      if (at < bitmap.length) bitmap.set(bits.subarray(0, bitmap.length - at), at);
    }
    return bitmap;
  }

  /** The same, and takes all others back, for a part that is lost or found wanting. */
  replace(key: number, blocks: Iterable<number>, verifiedBytes: number, partChangedMs: number): void {
    this.#connection.transaction(() => {
      this.#clear.run(key);
      this.mark(key, blocks, verifiedBytes, partChangedMs);
    });
  }
}

function chunkOf(block: number): number {
  // Blocks of the manifest have numbers from 2^31 on and are not content: no bit is theirs.
  if (!Number.isInteger(block) || block < 0 || block >= 2 ** 31)
    throw new RangeError(`no such block: ${block}`);
  return Math.floor(block / chunkBlocks);
}
