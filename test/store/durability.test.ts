import fs, { copyFileSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test, vi } from 'vitest';
import { newShare, newTransfer, openStore, temporaryFolder } from './fixtures.ts';
import { startChild } from './process.ts';

test('kill -9 in the middle of writing loses nothing that had returned, and leaves no half of anything', async () => {
  const dataDir = temporaryFolder();
  const first = openStore(dataDir);
  first.transfers.add(newTransfer(1));
  first.close();
  let previous = 0;
  for (const rounds of [1, 20, 150]) {
    const { key, reached } = await killedAfter(dataDir, rounds);
    const store = openStore(dataDir);
    const verified = store.transfers.get(key)?.verifiedBytes ?? 0;
    // What was killed may have finished a round that it had not said yet.
    expect(verified).toBeGreaterThanOrEqual(reached);
    expect(verified).toBeLessThanOrEqual(reached + 1);
    const most = Math.max(previous, verified);
    const summary = new Map(store.droplets.summary(key).map(({ block, droplets }) => [block, droplets]));
    const bitmap = store.verifiedBlocks.bitmap(key, 2 * most + 2);
    for (let round = 0; round < most; round++) {
      expect(bitmap[(2 * round) >> 3] & (1 << ((2 * round) & 7))).not.toBe(0);
      expect(summary.get(2 * round + 1) ?? 0).toBeGreaterThanOrEqual(32);
    }
    for (const batch of store.droplets.of(key)) expect(batch.payload).toHaveLength(32 * 1152);
    store.close();
    previous = most;
    const sqlite = new Database(join(dataDir, 'rain.db'), { readonly: true });
    expect(sqlite.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(sqlite.pragma('foreign_key_check')).toEqual([]);
    sqlite.close();
  }
});

/** Runs a writer until it has done `rounds`, kills it, and tells how many it said. */
async function killedAfter(dataDir: string, rounds: number): Promise<{ key: number; reached: number }> {
  const writer = startChild('write', dataDir);
  await writer.line(new RegExp(`^done ${rounds}$`));
  const lines = await writer.kill();
  const last = lines.findLast((line) => line.startsWith('done ')) ?? 'done 0';
  return { key: 1, reached: Number(last.slice('done '.length)) };
}

test('a kill before the database has its name leaves a folder that opens', () => {
  const dataDir = temporaryFolder();
  const half = new Database(join(dataDir, 'rain.db.new'));
  half.exec('CREATE TABLE half (x)');
  half.close();
  openStore(dataDir).shares.add(newShare(1));
  expect(existsSync(join(dataDir, 'rain.db.new'))).toBe(false);
});

test('a database has its journal mode before it has its name: a kill leaves nothing to be rolled back', () => {
  const dataDir = temporaryFolder();
  const modes: number[][] = [];
  const rename = vi.spyOn(fs, 'renameSync').mockImplementation((from, to) => {
    modes.push([...readFileSync(from).subarray(18, 20)]);
    rename.mockRestore();
    fs.renameSync(from, to);
  });
  syncBuiltinESMExports();
  onTestFinished(() => syncBuiltinESMExports());
  openStore(dataDir);
  expect(modes).toEqual([[2, 2]]);
});

test('what a killed change of journal mode has left is put right', () => {
  const dataDir = temporaryFolder();
  const first = openStore(dataDir);
  first.shares.add(newShare(1));
  first.close();
  const path = join(dataDir, 'rain.db');
  const half = new Database(path);
  half.pragma('journal_mode = DELETE');
  half.pragma('cache_size = 1');
  half.exec('BEGIN; CREATE TABLE half (x); INSERT INTO half SELECT zeroblob(100000); DELETE FROM shares');
  const killed = temporaryFolder();
  for (const name of ['rain.db', 'rain.db-journal']) copyFileSync(join(dataDir, name), join(killed, name));
  half.close();
  expect(readFileSync(join(killed, 'rain.db-journal')).some((byte) => byte !== 0)).toBe(true);
  expect(openStore(killed).shares.list()).toHaveLength(1);
});

test('a closed store is one file', () => {
  const dataDir = temporaryFolder();
  const store = openStore(dataDir);
  store.shares.add(newShare(1));
  expect(readdirSync(dataDir).sort()).toEqual(['lock.db', 'lock.pid', 'rain.db', 'rain.db-wal']);
  store.close();
  expect(readdirSync(dataDir).sort()).toEqual(['lock.db', 'lock.pid', 'rain.db']);
  const copied = new Database(join(dataDir, 'rain.db'), { readonly: true });
  expect(copied.prepare('SELECT count(*) FROM shares').pluck().get()).toBe(1);
  copied.close();
});

test('room that dropped droplets have left is given back on closing', () => {
  const dataDir = temporaryFolder();
  const store = openStore(dataDir);
  const { key } = store.transfers.add(newTransfer(1));
  const batch = { block: 1, ids: new Uint32Array(1024), payload: new Uint8Array(1024 * 1152) };
  store.droplets.add(
    key,
    Array.from({ length: 70 }, () => batch),
  );
  store.shares.add(newShare(1));
  store.verifiedBlocks.mark(key, [1], 1, 0);
  store.close();
  expect(statSync(join(dataDir, 'rain.db')).size).toBeLessThan(2 ** 20);
  expect(openStore(dataDir).shares.list()).toHaveLength(1);
});
