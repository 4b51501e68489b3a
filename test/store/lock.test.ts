import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Store } from '../../core/store/store.ts';
import { failureOf, newShare, openStore, temporaryFolder } from './fixtures.ts';
import { startChild } from './process.ts';

test('a folder that another process holds is refused, with its number, until that process is killed', async () => {
  const dataDir = temporaryFolder();
  const holder = startChild('hold', dataDir);
  await holder.line(/^open$/);

  const failure = failureOf('data-folder-in-use', () => Store.open(dataDir));
  expect(failure.message).toContain(dataDir);
  expect(failure.message).toContain(`process ${holder.pid}`);
  expect(failure.hint).not.toBe('');
  const second = await startChild('hold', dataDir).line(/./);
  expect(second).toMatch(/^data-folder-in-use /);
  expect(second).toContain(`process ${holder.pid}`);

  await holder.kill();
  openStore(dataDir).shares.add(newShare(1));
});

test('a folder is refused to other processes while this one has it, and given when it is closed', async () => {
  const dataDir = temporaryFolder();
  const store = openStore(dataDir);
  store.shares.add(newShare(1));
  expect(await startChild('hold', dataDir).line(/./)).toContain(`process ${process.pid}`);
  store.close();
  expect(await startChild('hold', dataDir).line(/./)).toBe('open');
});

test('a folder is refused to the same process too, and stays locked after that', async () => {
  const dataDir = temporaryFolder();
  openStore(dataDir);
  expect(failureOf('data-folder-in-use', () => Store.open(dataDir)).message).toContain(
    `process ${process.pid}`,
  );
  expect(await startChild('hold', dataDir).line(/./)).toMatch(/^data-folder-in-use /);
});

test('a number that no process has is not told', () => {
  const dataDir = temporaryFolder();
  openStore(dataDir);
  writeFileSync(join(dataDir, 'lock.pid'), '2147483646\n');
  expect(failureOf('data-folder-in-use', () => Store.open(dataDir)).message).toContain('another process');
});

test('a folder that could not be opened is not held', async () => {
  const dataDir = temporaryFolder();
  writeFileSync(join(dataDir, 'rain.db'), 'x'.repeat(5000));
  failureOf('database-corrupt', () => Store.open(dataDir));
  writeFileSync(join(dataDir, 'rain.db'), '');
  expect(await startChild('hold', dataDir).line(/./)).toBe('open');
});

test.skipIf(process.platform === 'win32')('only the owner can read what is kept', () => {
  const dataDir = join(temporaryFolder(), 'a', 'b');
  const store = openStore(dataDir);
  store.shares.add(newShare(1));
  expect(statSync(dataDir).mode & 0o777).toBe(0o700);

  const open = join(temporaryFolder(), 'open');
  mkdirSync(open, { mode: 0o755 });
  openStore(open).shares.add(newShare(1));
  for (const file of ['rain.db', 'rain.db-wal']) expect(statSync(join(open, file)).mode & 0o777).toBe(0o600);
});
