// @module-tag real-time
/** Transfers that are removed: what goes with them, what stays, and what comes in their place. */
import { existsSync, mkdirSync, readdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Node, TransferSnapshot } from '../../core/api.ts';
import { Nodes, reaches, shared } from './open.ts';

let nodes: Nodes;

beforeEach(async () => {
  nodes = await Nodes.make();
});

afterEach(() => nodes.close());

/** A folder that was fetched: `client` has it at `path`. */
async function fetched(): Promise<{ client: Node; key: number; path: string }> {
  const original = await nodes.path('photos');
  mkdirSync(join(original, 'summer', 'sea'), { recursive: true });
  mkdirSync(join(original, 'empty'));
  writeFileSync(join(original, 'one.jpg'), 'one');
  writeFileSync(join(original, 'summer', 'two.jpg'), 'two');
  writeFileSync(join(original, 'summer', 'sea', 'three.jpg'), 'three');
  const server = await nodes.open();
  const { link } = await shared(server, [original], false);
  const client = await nodes.open();
  const { key } = await client.fetch({
    link,
    from: [`127.0.0.1:${server.snapshot().port}`],
    into: await nodes.path('into'),
    seed: false,
  });
  const { path = '' } = await reaches(client, key, ['done', 'failed']);
  expect(readdirSync(path).sort()).toEqual(['empty', 'one.jpg', 'summer']);
  return { client, key, path };
}

/** A transfer that nobody has anything for. */
async function waiting(): Promise<{
  client: Node;
  transfer: TransferSnapshot;
  again(): Promise<TransferSnapshot>;
}> {
  const client = await nodes.open();
  const request = { link: 'rain:0123456789abcdef', from: [], into: await nodes.path('into'), seed: false };
  const transfer = await client.fetch(request);
  return { client, transfer, again: () => client.fetch(request) };
}

test('a folder goes with its transfer', async () => {
  const { client, key, path } = await fetched();
  await client.remove(key, { deleteFiles: true });
  expect(existsSync(path)).toBe(false);
});

test('what somebody has put into a folder that was fetched stays', async () => {
  const { client, key, path } = await fetched();
  writeFileSync(join(path, 'summer', 'mine.txt'), 'written by hand');
  await client.remove(key, { deleteFiles: true });
  expect(readdirSync(path, { recursive: true }).sort()).toEqual(['summer', join('summer', 'mine.txt')]);
  expect(client.snapshot().transfers).toEqual([]);
});

test.skipIf(process.platform === 'win32')('what is reached by a link in the folder stays', async () => {
  const { client, key, path } = await fetched();
  const elsewhere = await nodes.path('elsewhere');
  renameSync(join(path, 'summer'), join(elsewhere, 'summer'));
  symlinkSync(join(elsewhere, 'summer'), join(path, 'summer'));
  await client.remove(key, { deleteFiles: true });
  expect(readdirSync(join(elsewhere, 'summer')).sort()).toEqual(['sea', 'two.jpg']);
});

test('what is of another kind than what was fetched stays', async () => {
  const { client, key, path } = await fetched();
  renameSync(path, `${path} moved`);
  writeFileSync(path, 'a file of another person');
  await client.remove(key, { deleteFiles: true });
  expect(existsSync(path)).toBe(true);
  expect(client.snapshot().transfers).toEqual([]);
});

test('what is asked for while it is being removed is another transfer', async () => {
  const { client, transfer, again } = await waiting();
  const removing = client.remove(transfer.key, { deleteFiles: true });
  const { key } = await again();
  await removing;
  expect(client.snapshot().transfers.map((each) => each.key)).toEqual([key]);
  expect(key).not.toBe(transfer.key);
});
