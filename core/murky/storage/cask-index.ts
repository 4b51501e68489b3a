import { z } from 'zod';
import { blob, count } from '../../store/columns.ts';
import type { Connection } from '../../store/connection.ts';

/** What a node needs to pour a cask. */
export interface CaskRow {
  /** Of the manifest; 32 bytes. */
  readonly digest: Uint8Array;
  /** Of the cask. */
  readonly bytes: number;
  /** Of the content. */
  readonly size: number;
  /** Whether somebody put it here, or it was fetched from another node. */
  readonly origin: 'put' | 'fetched';
  /** As it travels. */
  readonly manifest: Uint8Array;
}

/** What was fetched is served on if contents are shared; what was put here always is. */
export function isServed({ origin }: Pick<CaskRow, 'origin'>, shareContent: boolean): boolean {
  return shareContent || origin === 'put';
}

const row = z.object({
  digest: blob,
  bytes: count,
  size: count,
  origin: z.literal(['put', 'fetched']),
  manifest: blob,
});
const COLUMNS = 'digest, bytes, size, origin, manifest';

/** The casks that are kept, in SQLite. Methods throw Failure `no-space`, `disk`, `database-corrupt`. */
export class CaskIndex {
  readonly #connection: Connection;
  readonly #add;
  readonly #get;
  readonly #byId;
  readonly #claim;
  readonly #remove;
  readonly #unused;
  readonly #all;
  #bytes: number;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#add = connection.command(`INSERT OR IGNORE INTO casks (${COLUMNS}) VALUES (?, ?, ?, ?, ?)`);
    this.#get = connection.query(`SELECT ${COLUMNS} FROM casks WHERE digest = ?`, row);
    this.#byId = connection.query(
      `SELECT ${COLUMNS} FROM casks WHERE digest >= ? AND digest <= ? LIMIT 1`,
      row,
    );
    this.#claim = connection.command("UPDATE casks SET origin = 'put' WHERE digest = ?");
    this.#remove = connection.command('DELETE FROM casks WHERE digest = ?');
    this.#unused = connection.query(
      'SELECT digest FROM casks WHERE digest NOT IN (SELECT digest FROM entries WHERE digest IS NOT NULL)',
      z.object({ digest: blob }),
    );
    this.#all = connection.query('SELECT digest FROM casks', z.object({ digest: blob }));
    this.#bytes =
      connection.query('SELECT COALESCE(SUM(bytes), 0) AS bytes FROM casks', z.object({ bytes: count })).get()
        ?.bytes ?? 0;
  }

  /**
   * Written, and on the medium with the next record that is: without a record nobody needs it, and one sync less is a
   * third of the time that a small entry takes.
   */
  add({ digest, bytes, size, origin, manifest }: CaskRow): void {
    this.#connection.pragma('synchronous = NORMAL');
    try {
      this.#bytes += bytes * this.#add.run(digest, bytes, size, origin, manifest);
    } finally {
      this.#connection.pragma('synchronous = FULL');
    }
  }

  /** Content that was fetched has been put here, too. */
  claim(digest: Uint8Array): void {
    this.#claim.run(digest);
  }

  get(digest: Uint8Array): CaskRow | undefined {
    return this.#get.get(digest);
  }

  /** By the id of the resource, which is the beginning of the digest. */
  byResource(id: string): CaskRow | undefined {
    const [from, to] = [Buffer.alloc(32, 0x00), Buffer.alloc(32, 0xff)];
    from.write(id, 'hex');
    to.write(id, 'hex');
    return this.#byId.get(from, to);
  }

  remove(digest: Uint8Array): void {
    const row = this.get(digest);
    if (row !== undefined) this.#bytes -= row.bytes * this.#remove.run(digest);
  }

  /** Digests of casks that no entry has. */
  unused(): Uint8Array[] {
    return this.#unused.all().map(({ digest }) => digest);
  }

  all(): Uint8Array[] {
    return this.#all.all().map(({ digest }) => digest);
  }

  /** Of all casks. */
  get bytes(): number {
    return this.#bytes;
  }
}
