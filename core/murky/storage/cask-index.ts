import { z } from 'zod';
import { blob, count } from '../../store/columns.ts';
import type { Connection } from '../../store/connection.ts';

/** What a node needs to pour a cask. */
export interface CaskRow {
  /** Of the manifest; 32 bytes. */
  readonly digest: Uint8Array;
  /** Of the cask. */
  readonly bytes: number;
  /** As it travels. */
  readonly manifest: Uint8Array;
}

const row = z.object({ digest: blob, bytes: count, manifest: blob });

/** The casks that are kept, in SQLite. Methods throw Failure `no-space`, `disk`, `database-corrupt`. */
export class CaskIndex {
  readonly #add;
  readonly #get;
  readonly #byId;
  readonly #remove;
  readonly #unused;
  readonly #all;
  readonly #bytes;

  constructor(connection: Connection) {
    this.#add = connection.command('INSERT OR IGNORE INTO casks (digest, bytes, manifest) VALUES (?, ?, ?)');
    this.#get = connection.query('SELECT digest, bytes, manifest FROM casks WHERE digest = ?', row);
    this.#byId = connection.query(
      'SELECT digest, bytes, manifest FROM casks WHERE digest >= ? AND digest <= ? LIMIT 1',
      row,
    );
    this.#remove = connection.command('DELETE FROM casks WHERE digest = ?');
    this.#unused = connection.query(
      'SELECT digest FROM casks WHERE digest NOT IN (SELECT digest FROM entries WHERE digest IS NOT NULL)',
      z.object({ digest: blob }),
    );
    this.#all = connection.query('SELECT digest FROM casks', z.object({ digest: blob }));
    this.#bytes = connection.query(
      'SELECT COALESCE(SUM(bytes), 0) AS bytes FROM casks',
      z.object({ bytes: count }),
    );
  }

  add({ digest, bytes, manifest }: CaskRow): void {
    this.#add.run(digest, bytes, manifest);
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
    this.#remove.run(digest);
  }

  /** Digests of casks that no entry has. */
  unused(): Uint8Array[] {
    return this.#unused.all().map(({ digest }) => digest);
  }

  all(): Uint8Array[] {
    return this.#all.all().map(({ digest }) => digest);
  }

  /** Of all casks. */
  bytes(): number {
    return this.#bytes.get()?.bytes ?? 0;
  }
}
