import { z } from 'zod';
import { count } from './columns.ts';
import type { Connection } from './connection.ts';

export const foundIn = ['asked', 'link', 'list', 'lan', 'server'] as const;
export type StoredFound = (typeof foundIn)[number];

export interface StoredServer {
  /** `host:port` */
  readonly address: string;
  readonly found: StoredFound;
  /** Milliseconds since the epoch. */
  readonly addedAt: number;
  /** When it last answered anything; null: never. */
  readonly lastSeen: number | null;
}

const row = z.object({
  address: z.string(),
  found: z.enum(foundIn),
  addedAt: count,
  lastSeen: count.nullable(),
}) satisfies z.ZodType<StoredServer>;

/** The server list. */
export class Servers {
  readonly #insert;
  readonly #seen;
  readonly #delete;
  readonly #all;

  constructor(connection: Connection) {
    this.#insert = connection.command(
      `INSERT INTO servers (address, found, added_at, last_seen) VALUES (@address, @found, @addedAt, @lastSeen)
       ON CONFLICT (address) DO NOTHING`,
    );
    this.#seen = connection.command('UPDATE servers SET last_seen = ? WHERE address = ?');
    this.#delete = connection.command('DELETE FROM servers WHERE address = ?');
    this.#all = connection.query(
      'SELECT address, found, added_at AS addedAt, last_seen AS lastSeen FROM servers ORDER BY added_at, address',
      row,
    );
  }

  /** Whether it was new; one that is known stays as it is. */
  add(server: StoredServer): boolean {
    return this.#insert.run({ ...server }) === 1;
  }

  /** Nothing happens when it is not in the list. */
  seen(address: string, at: number): void {
    this.#seen.run(at, address);
  }

  remove(address: string): void {
    this.#delete.run(address);
  }

  /** Oldest first. */
  list(): StoredServer[] {
    return this.#all.all();
  }
}
