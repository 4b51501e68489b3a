import { join } from 'node:path';
import type { Connection } from '../../store/connection.ts';
import { openDatabase } from '../../store/database.ts';
import type { Schema } from '../../store/migrations.ts';

/**
 * `Mrky` in the header. A database of its own beside that of the node: it can be thrown away and made anew from
 * what other nodes have, and what a person shares and fetches can not.
 *
 * - A record stands in its one encoding; what is searched by stands beside it.
 * - `digest` is null for a tombstone. Of a cask, `bytes` is its own length and `size` that of its content.
 */
const schema: Schema = {
  applicationId: 0x4d726b79,
  migrations: [
    `
    CREATE TABLE entries (
      id TEXT PRIMARY KEY CHECK (length(id) = 16 AND id NOT GLOB '*[^0-9a-f]*'),
      place INTEGER NOT NULL CHECK (place BETWEEN 0 AND 281474976710655),
      time INTEGER NOT NULL,
      digest BLOB CHECK (length(digest) = 32),
      size INTEGER NOT NULL,
      record BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX entries_by_place ON entries (place, id);
    CREATE INDEX entries_by_time ON entries (time);
    CREATE INDEX tombstones_by_time ON entries (time) WHERE digest IS NULL;
    CREATE INDEX entries_by_digest ON entries (digest) WHERE digest IS NOT NULL;

    CREATE TABLE casks (
      digest BLOB PRIMARY KEY CHECK (length(digest) = 32),
      bytes INTEGER NOT NULL,
      size INTEGER NOT NULL,
      origin TEXT NOT NULL,
      manifest BLOB NOT NULL
    ) STRICT;

    CREATE TABLE settings (
      key TEXT PRIMARY KEY,
      value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    `,
  ],
  // Checked against their digests when they are used.
  unbounded: ['casks'],
};

/** Opens or makes `murky.db` in a folder whose lock the caller holds. Throws Failure as openDatabase does. */
export function openMurkyDatabase(dataDir: string): Connection {
  return openDatabase(join(dataDir, 'murky.db'), schema);
}
