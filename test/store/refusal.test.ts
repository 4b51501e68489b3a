import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import type { FailureCode } from '../../core/failure.ts';
import { migrations } from '../../core/store/migrations.ts';
import { Store } from '../../core/store/store.ts';
import { databaseFiles, digestOf, failureOf, newShare, openStore, temporaryFolder } from './fixtures.ts';

/** A folder with a closed database of 300 shares. */
function filledFolder(): string {
  const dataDir = temporaryFolder();
  const store = openStore(dataDir);
  store.transaction(() => {
    for (let n = 0; n < 300; n++) {
      store.shares.add(newShare(n));
      store.manifests.put(digestOf(n), new Uint8Array(1000));
    }
  });
  store.close();
  return dataDir;
}

function expectRefusal(dataDir: string, code: FailureCode): void {
  const before = databaseFiles(dataDir);
  const failure = failureOf(code, () => Store.open(dataDir));
  expect(failure.message).toContain(join(dataDir, 'rain.db'));
  expect(failure.hint).not.toBe('');
  expect(databaseFiles(dataDir)).toEqual(before);
}

test('a text file is refused and left alone', () => {
  const dataDir = temporaryFolder();
  writeFileSync(join(dataDir, 'rain.db'), 'these are my notes\n'.repeat(300));
  expectRefusal(dataDir, 'database-corrupt');
  writeFileSync(join(dataDir, 'rain.db'), 'note');
  expectRefusal(dataDir, 'database-corrupt');
});

test('an empty file is a new database', () => {
  const dataDir = temporaryFolder();
  writeFileSync(join(dataDir, 'rain.db'), '');
  const store = openStore(dataDir);
  expect(store.shares.list()).toEqual([]);
});

test('a log without its database is not played into a new one', () => {
  const { log } = crashed(filledFolder());
  const orphan = temporaryFolder();
  writeFileSync(join(orphan, 'rain.db-wal'), log);
  const store = openStore(orphan);
  expect(store.shares.add(newShare(1)).key).toBe(1);
  expect(store.shares.byId(newShare(1000).id ?? '')).toEqual([]);
});

test.each([50, 100, 4096, 4096 * 9, 4096 * 9 + 77])(
  'a database cut to %i bytes is refused and left alone',
  (length) => {
    const dataDir = filledFolder();
    truncateSync(join(dataDir, 'rain.db'), length);
    expectRefusal(dataDir, 'database-corrupt');
  },
);

test('a database with garbage in its pages is refused and left alone', () => {
  const dataDir = filledFolder();
  const path = join(dataDir, 'rain.db');
  const sound = readFileSync(path);
  const sqlite = new Database(path, { readonly: true });
  const shares = sqlite
    .prepare("SELECT pageno FROM dbstat WHERE name IN ('shares', 'shares_by_id')")
    .pluck()
    .all();
  sqlite.close();
  for (const page of shares) {
    const damaged = Buffer.from(sound);
    damaged.fill(0xa5, (Number(page) - 1) * 4096, (Number(page) - 1) * 4096 + 200);
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'rain.db'), damaged);
    expectRefusal(folder, 'database-corrupt');
  }
  expect(shares.length).toBeGreaterThan(5);
});

test('a database that is damaged and has a log is refused, and both are left alone', () => {
  const { database, log } = crashed(filledFolder());
  database.fill(0xa5, 4096 * 3, 4096 * 20);
  expectRefusal(folderOf(database, log), 'database-corrupt');
});

test('a row that makes no sense is a damaged database', () => {
  const dataDir = filledFolder();
  const sqlite = new Database(join(dataDir, 'rain.db'));
  sqlite.exec(`UPDATE shares SET paths = 'nonsense' WHERE key = 7`);
  sqlite.close();
  const failure = failureOf('database-corrupt', () => openStore(dataDir).shares.list());
  expect(failure.message).toContain('paths');
});

test("another program's database is refused and left alone, in either journal mode", () => {
  for (const mode of ['delete', 'wal']) {
    const dataDir = temporaryFolder();
    const sqlite = new Database(join(dataDir, 'rain.db'));
    sqlite.pragma(`journal_mode = ${mode}`);
    sqlite.exec('CREATE TABLE bookmarks (url TEXT); PRAGMA user_version = 1');
    sqlite.close();
    expectRefusal(dataDir, 'database-foreign');
  }
});

test('a database of a newer version is refused and left alone', () => {
  const dataDir = filledFolder();
  const sqlite = new Database(join(dataDir, 'rain.db'));
  sqlite.pragma(`user_version = ${migrations.length + 1}`);
  sqlite.close();
  expectRefusal(dataDir, 'database-newer');
});

test('a database of a newer version that was killed is refused, and its log is left alone', () => {
  const { database, log } = crashed(filledFolder());
  database.writeUInt32BE(migrations.length + 1, 60);
  expectRefusal(folderOf(database, log), 'database-newer');
});

test('a database whose newer version is in the log only is refused', () => {
  const dataDir = filledFolder();
  const sqlite = new Database(join(dataDir, 'rain.db'));
  sqlite.pragma(`user_version = ${migrations.length + 1}`);
  const { database, log } = filesOf(dataDir);
  sqlite.close();
  expect(database.readUInt32BE(60)).toBe(migrations.length);
  failureOf('database-newer', () => Store.open(folderOf(database, log)));
});

/** The files as a kill leaves them after one more share, number 1000, was added. */
function crashed(dataDir: string): { database: Buffer; log: Buffer } {
  const store = openStore(dataDir);
  store.shares.add(newShare(1000));
  const files = filesOf(dataDir);
  store.close();
  expect(files.log.length).toBeGreaterThan(4096);
  return files;
}

function filesOf(dataDir: string): { database: Buffer; log: Buffer } {
  return {
    database: readFileSync(join(dataDir, 'rain.db')),
    log: readFileSync(join(dataDir, 'rain.db-wal')),
  };
}

function folderOf(database: Buffer, log: Buffer): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'rain.db'), database);
  writeFileSync(join(folder, 'rain.db-wal'), log);
  return folder;
}
