import { z } from 'zod';
import { count } from './columns.ts';
import type { Connection } from './connection.ts';
import { foundIn, type StoredFound } from './servers.ts';

/** What one server did for one transfer, over all runs. */
export interface ServerHistory {
  /** `host:port` */
  readonly address: string;
  readonly found: StoredFound;
  readonly droplets: number;
  /** UDP payload received from it. */
  readonly bytes: number;
  /** Milliseconds since the epoch; null: never heard. */
  readonly lastSeen: number | null;
  /** Why nothing more is taken from it for this resource; null: it is welcome. */
  readonly banReason: string | null;
}

const row = z.object({
  address: z.string(),
  found: z.enum(foundIn),
  droplets: count,
  bytes: count,
  lastSeen: count.nullable(),
  banReason: z.string().nullable(),
}) satisfies z.ZodType<ServerHistory>;

/** The servers of each transfer. */
export class History {
  readonly #connection: Connection;
  readonly #upsert;
  readonly #of;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#upsert = connection.command(
      `INSERT INTO history (transfer, address, found, droplets, bytes, last_seen, ban_reason)
       VALUES (@transfer, @address, @found, @droplets, @bytes, @lastSeen, @banReason)
       ON CONFLICT (transfer, address) DO UPDATE SET found = excluded.found, droplets = excluded.droplets,
         bytes = excluded.bytes, last_seen = excluded.last_seen, ban_reason = excluded.ban_reason`,
    );
    this.#of = connection.query(
      `SELECT address, found, droplets, bytes, last_seen AS lastSeen, ban_reason AS banReason FROM history
       WHERE transfer = ? ORDER BY address`,
      row,
    );
  }

  /** Replaces what is kept of these servers; counts are totals. Others stay as they are. */
  put(key: number, servers: Iterable<ServerHistory>): void {
    this.#connection.transaction(() => {
      for (const server of servers) this.#upsert.run({ ...server, transfer: key });
    });
  }

  /** By address. */
  of(key: number): ServerHistory[] {
    return this.#of.all(key);
  }
}
