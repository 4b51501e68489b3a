import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { Connection } from '../../core/store/connection.ts';
import { openDatabase } from '../../core/store/database.ts';
import { Droplets } from '../../core/store/droplets.ts';
import { Manifests } from '../../core/store/manifests.ts';
import { Sequence } from '../../core/store/sequence.ts';
import { toFailure } from '../../core/store/sqlite-failure.ts';
import { Store } from '../../core/store/store.ts';
import { Transfers } from '../../core/store/transfers.ts';
import { failureOf, newTransfer, openStore, temporaryFolder } from './fixtures.ts';

test('a full disk is told with the path, nothing is half written, and it goes on when there is room', () => {
  const path = join(temporaryFolder(), 'rain.db');
  const connection = openDatabase(path);
  const transfers = new Transfers(connection, new Sequence(connection), new Manifests(connection));
  const droplets = new Droplets(connection);
  const { key } = transfers.add(newTransfer(1));
  connection.pragma('max_page_count = 60');
  const batch = { block: 1, ids: new Uint32Array(100), payload: new Uint8Array(100 * 1152) };
  expect(failureOf('no-space', () => droplets.add(key, [batch, batch, batch])).message).toContain(path);
  expect(droplets.summary(key)).toEqual([]);
  connection.pragma('max_page_count = 1000000');
  droplets.add(key, [batch, batch, batch]);
  expect(droplets.summary(key)).toEqual([{ block: 1, droplets: 300 }]);
  connection.close();
});

test('a database that cannot be written is told as such', () => {
  const connection = openDatabase(join(temporaryFolder(), 'rain.db'));
  const transfers = new Transfers(connection, new Sequence(connection), new Manifests(connection));
  connection.pragma('query_only = ON');
  failureOf('no-permission', () => transfers.add(newTransfer(1)));
  connection.close();
});

test('a database that another program holds is told as such', () => {
  const dataDir = temporaryFolder();
  openStore(dataDir).close();
  const other = new Database(join(dataDir, 'rain.db'));
  other.exec('BEGIN EXCLUSIVE; CREATE TABLE t (x)');
  const failure = failureOf('data-folder-in-use', () => Store.open(dataDir));
  expect(failure.message).toContain('rain.db');
  other.close();
  openStore(dataDir);
});

test('errors of SQLite and of the file system are told by what they mean', () => {
  const sqlite = (code: string) => new Database.SqliteError('text', code);
  const system = (code: string) => Object.assign(new Error('text'), { code });
  const meanings = [
    ['no-space', sqlite('SQLITE_FULL')],
    ['no-space', sqlite('SQLITE_IOERR_SHMSIZE')],
    ['disk', sqlite('SQLITE_IOERR_FSYNC')],
    ['disk', sqlite('SQLITE_CANTOPEN')],
    ['no-permission', sqlite('SQLITE_READONLY_DBMOVED')],
    ['database-corrupt', sqlite('SQLITE_CORRUPT_VTAB')],
    ['database-corrupt', sqlite('SQLITE_NOTADB')],
    ['no-space', system('EDQUOT')],
    ['no-permission', system('EROFS')],
    ['disk', system('EIO')],
  ] as const;
  for (const [code, error] of meanings) {
    const failure = toFailure(error, '/the/path');
    expect(failure).toMatchObject({ code, message: expect.stringContaining('/the/path'), cause: error });
  }
  for (const bug of [
    sqlite('SQLITE_CONSTRAINT_CHECK'),
    sqlite('SQLITE_ERROR'),
    new TypeError('bug'),
    'text',
  ]) {
    expect(toFailure(bug, '/the/path')).toBe(bug);
  }
});

test('a data folder that is a file, or lies in one, is told as such', () => {
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, '');
  expect(failureOf('in-the-way', () => Store.open(file)).message).toContain(file);
  failureOf('in-the-way', () => Store.open(join(file, 'inside')));
});

const mayWriteAnywhere = process.getuid?.() === 0 || process.platform === 'win32';
if (mayWriteAnywhere)
  console.warn('NOT TESTED: a data folder that may not be written (this user may write anywhere)');

test.skipIf(mayWriteAnywhere)('a folder that may not be written is told', () => {
  const parent = join(temporaryFolder(), 'closed');
  mkdirSync(parent);
  chmodSync(parent, 0o500);
  failureOf('no-permission', () => Store.open(join(parent, 'data')));
});

test('a mistake in a statement is thrown as the bug it is', () => {
  const connection = new Connection(':memory:');
  expect(() => connection.exec('SELEC')).toThrow(Database.SqliteError);
  connection.close();
});
