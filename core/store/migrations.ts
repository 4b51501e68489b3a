import { z } from 'zod';
import type { Connection } from './connection.ts';

/** What a database of ours is made of. */
export interface Schema {
  /** In its header, https://sqlite.org/fileformat.html#application_id */
  readonly applicationId: number;
  readonly migrations: readonly string[];
  /** Tables that are not walked when it is opened. */
  readonly unbounded: readonly string[];
}

/**
 * The schema, step by step: entry n takes a database from `user_version` n to n + 1. An entry that has been
 * released is never edited. SQL of SQLite 3.47 at most.
 *
 * - Resource ids are TEXT, 16 hex digits: SQLite has no unsigned 64-bit integers, and JavaScript would round them.
 * - Shares and transfers draw their keys from one sequence, as a key alone names either; none is used twice.
 * - Manifests are kept once, by digest, whoever refers to them: an id of 64 bits is no proof of being the same.
 * - What can be large comes last in its row, or in a table of its own, so that listings do not read it.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE sequence (last INTEGER NOT NULL) STRICT;
  INSERT INTO sequence (last) VALUES (0);

  CREATE TABLE manifests (
    digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
    bytes BLOB NOT NULL
  ) STRICT;

  CREATE TABLE shares (
    key INTEGER PRIMARY KEY,
    id TEXT CHECK (length(id) = 16 AND id NOT GLOB '*[^0-9a-f]*'),
    digest BLOB CHECK (length(digest) = 32),
    content_key BLOB CHECK (length(content_key) = 16),
    name TEXT NOT NULL,
    public INTEGER NOT NULL CHECK (public IN (0, 1)),
    paths TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    files INTEGER NOT NULL,
    state TEXT NOT NULL,
    problem TEXT,
    origin TEXT NOT NULL,
    added_at INTEGER NOT NULL,
    stamps TEXT
  ) STRICT;
  CREATE INDEX shares_by_id ON shares (id);
  CREATE INDEX shares_by_digest ON shares (digest);
  CREATE INDEX shares_by_paths ON shares (paths);

  CREATE TABLE transfers (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL CHECK (length(id) = 16 AND id NOT GLOB '*[^0-9a-f]*'),
    link TEXT NOT NULL,
    digest BLOB CHECK (length(digest) = 32),
    content_key BLOB CHECK (length(content_key) = 16),
    name TEXT NOT NULL,
    into_folder TEXT NOT NULL,
    part_path TEXT,
    final_path TEXT,
    state TEXT NOT NULL,
    problem TEXT,
    seed INTEGER NOT NULL CHECK (seed IN (0, 1)),
    from_hints TEXT NOT NULL,
    bytes INTEGER,
    verified_bytes INTEGER NOT NULL,
    added_at INTEGER NOT NULL,
    done_at INTEGER
  ) STRICT;
  CREATE INDEX transfers_by_id ON transfers (id);
  CREATE INDEX transfers_by_digest ON transfers (digest);

  -- Verified blocks, 4096 to a chunk: block b is bit b % 8 of byte b / 8, counted from the least significant.
  CREATE TABLE verified (
    transfer INTEGER NOT NULL REFERENCES transfers (key) ON DELETE CASCADE,
    chunk INTEGER NOT NULL,
    bits BLOB NOT NULL CHECK (length(bits) = 512),
    PRIMARY KEY (transfer, chunk)
  ) STRICT, WITHOUT ROWID;

  -- Droplets of blocks that are not verified; ids are u32 little-endian, payload is one symbol for each.
  CREATE TABLE droplets (
    batch INTEGER PRIMARY KEY,
    transfer INTEGER NOT NULL REFERENCES transfers (key) ON DELETE CASCADE,
    block INTEGER NOT NULL CHECK (block BETWEEN 0 AND 4294967295),
    count INTEGER NOT NULL CHECK (count > 0),
    ids BLOB NOT NULL CHECK (length(ids) = 4 * count),
    payload BLOB NOT NULL CHECK (length(payload) % count = 0)
  ) STRICT;
  -- Covers summaries, which so read no payload.
  CREATE INDEX droplets_by_block ON droplets (transfer, block, count);

  CREATE TABLE history (
    transfer INTEGER NOT NULL REFERENCES transfers (key) ON DELETE CASCADE,
    address TEXT NOT NULL,
    found TEXT NOT NULL,
    droplets INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    last_seen INTEGER,
    ban_reason TEXT,
    PRIMARY KEY (transfer, address)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE servers (
    address TEXT PRIMARY KEY,
    found TEXT NOT NULL,
    added_at INTEGER NOT NULL,
    last_seen INTEGER
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE settings (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  ALTER TABLE transfers ADD COLUMN files INTEGER;
  ALTER TABLE transfers ADD COLUMN hold INTEGER NOT NULL DEFAULT 0 CHECK (hold IN (0, 1));
  `,
  `
  ALTER TABLE transfers ADD COLUMN background INTEGER NOT NULL DEFAULT 0 CHECK (background IN (0, 1));
  `,
  `
  ALTER TABLE transfers ADD COLUMN called TEXT;
  `,
  `
  ALTER TABLE transfers ADD COLUMN folders INTEGER;
  ALTER TABLE transfers ADD COLUMN part_changed_ms REAL;
  `,
  `
  ALTER TABLE transfers ADD COLUMN only_least INTEGER;
  ALTER TABLE transfers ADD COLUMN only_most INTEGER;
  `,
  `
  ALTER TABLE transfers ADD COLUMN left_out TEXT;
  ALTER TABLE shares ADD COLUMN left_out TEXT;
  `,
];

/** Applies the `steps` that the database has not had, each in a transaction of its own. */
export function migrate(connection: Connection, steps: readonly string[] = migrations): void {
  for (let version = userVersion(connection); version < steps.length; version++) {
    connection.transaction(() => {
      connection.exec(steps[version]);
      connection.pragma(`user_version = ${version + 1}`);
    });
  }
}

/** How many migrations the database has had. */
export function userVersion(connection: Connection): number {
  return z.int().parse(connection.pragma('user_version'));
}
