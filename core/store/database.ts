import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { z } from 'zod';
import { Failure } from '../failure.ts';
import { Connection } from './connection.ts';
import { inspect, refuseNewer } from './inspect.ts';
import { migrate, migrations, type Schema, userVersion } from './migrations.ts';
import { guarded } from './sqlite-failure.ts';

/** Free pages worth giving back to the disk, when they are also most of the file. */
const worthShrinkingBytes = 64 * 2 ** 20;

/** That of a node; `Rain` in the header. Payloads and manifests are checked against their hashes when they are used. */
export const nodeSchema: Schema = {
  applicationId: 0x5261696e,
  migrations,
  unbounded: ['droplets', 'manifests'],
};

/**
 * Opens, makes or brings up to date the database at `path`. The caller holds the folder's lock.
 *
 * @throws Failure `database-corrupt`, `database-foreign`, `database-newer`, `no-permission`, `no-space`, `disk`
 */
export function openDatabase(path: string, schema: Schema = nodeSchema): Connection {
  if (!inspect(path, schema)) create(path, schema);
  const connection = new Connection(path);
  try {
    configure(connection);
    // Seen again, for a newer program that was killed after a migration: its version may be in the log only.
    refuseNewer(path, userVersion(connection), schema);
    migrate(connection, schema.migrations);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** Closes it; SQLite then brings the log into the database and removes it, so that one file is all there is. */
export function closeDatabase(connection: Connection): void {
  try {
    shrink(connection);
  } finally {
    connection.close();
  }
}

/**
 * Made under another name, synced once and renamed, so that whatever happens the header says whose it is: a kill in
 * the middle leaves no database at all, and until then nothing needs the syncs of single transactions. Readable by its owner only, as are the files that SQLite makes beside it:
 * it holds the keys of private resources.
 */
function create(path: string, schema: Schema): void {
  const fresh = `${path}.new`;
  guarded(fresh, () => {
    for (const leftover of [fresh, `${fresh}-journal`, `${fresh}-wal`]) rmSync(leftover, { force: true });
    closeSync(openSync(fresh, 'wx', 0o600));
  });
  const connection = new Connection(fresh);
  try {
    connection.pragma('journal_mode = MEMORY');
    connection.pragma('synchronous = OFF');
    connection.pragma(`application_id = ${schema.applicationId}`);
    migrate(connection, schema.migrations);
    // Here and not under its name, where a kill would leave a rollback journal beside it.
    connection.pragma('locking_mode = EXCLUSIVE');
    connection.pragma('journal_mode = WAL');
  } finally {
    connection.close();
  }
  guarded(path, () => {
    sync(fresh);
    // A log without its database would be played into the new one.
    for (const leftover of [`${path}-wal`, `${path}-shm`]) rmSync(leftover, { force: true });
    renameSync(fresh, path);
  });
}

function sync(path: string): void {
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/**
 * synchronous = FULL. With NORMAL a power cut may take back the last transactions. That is never wrong for
 * verified blocks (a bit is set after its bytes are synced, and a lost bit means fetching the block again), but
 * a finished file would be forgotten after it got its final name, and a paused transfer would lose what it was
 * told is kept. Writes are batched, a few a second at most, so that a sync for each costs little.
 *
 * Exclusive locking keeps the index of the log in memory: no `-shm` file, no mapping that a full disk can turn
 * into a SIGBUS. It has to come before the log is first used.
 */
function configure(connection: Connection): void {
  connection.pragma('locking_mode = EXCLUSIVE');
  connection.pragma('journal_mode = WAL');
  connection.pragma('synchronous = FULL');
  // Apple's fsync leaves the bytes in the drive's cache; elsewhere this does nothing.
  connection.pragma('fullfsync = ON');
  // A log that one large flush has blown up is cut back at the next checkpoint.
  connection.pragma('journal_size_limit = 16777216');
}

/**
 * Deleted droplets leave free pages. Vacuuming as they go doubles the cost of writing them, so: once, on closing.
 * It needs room for a copy of what is in use; where there is none the file stays as large as it is.
 */
function shrink(connection: Connection): void {
  const [pages, free, size] = ['page_count', 'freelist_count', 'page_size'].map((name) =>
    z.int().parse(connection.pragma(name)),
  );
  if (free * size < worthShrinkingBytes || free < pages / 2) return;
  try {
    connection.exec('VACUUM');
  } catch (error) {
    if (!(error instanceof Failure && error.code === 'no-space')) throw error;
  }
}
