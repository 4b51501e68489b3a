// @module-tag real-time
/** Commands that come while others are under way. */
import { createSocket } from 'node:dgram';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { Nodes, reaches, shared, when } from './open.ts';

let nodes: Nodes;

beforeEach(async () => {
  nodes = await Nodes.make();
  onTestFinished(() => nodes.close());
});

/** A file of `megabytes`, every block of it another. */
async function file(megabytes: number): Promise<{ path: string; content: Buffer }> {
  const content = Buffer.alloc(megabytes * 1024 * 1024);
  for (let i = 0; i < content.length; i += 512) content.writeUInt32LE(i, i);
  const path = join(await nodes.path('from'), 'file.bin');
  await writeFile(path, content);
  return { path, content };
}

async function pouring(megabytes: number) {
  const { path, content } = await file(megabytes);
  const server = await nodes.open({ port: 0 });
  const { link } = await shared(server, [path], true);
  const client = await nodes.open({ port: 0, downloadLimit: 40_000_000 });
  const from = [`127.0.0.1:${server.snapshot().port}`];
  const into = await nodes.path('into');
  const { key } = await client.fetch({ link, from, into, seed: false });
  await when(client, (e) => (e.type === 'transfer' && e.transfer.verified > 0 ? true : undefined));
  return { client, key, into, content };
}

test('pause and resume, again and again without waiting, and it arrives', { timeout: 30_000 }, async () => {
  const { client, key, into, content } = await pouring(24);
  for (let i = 0; i < 5; i++) await Promise.all([client.pause(key), client.resume(key)]);
  const calls = [client.pause(key), client.resume(key), client.pause(key), client.resume(key)];
  await Promise.all(calls);
  await reaches(client, key, ['done']);
  expect(content.equals(await readFile(join(into, 'file.bin')))).toBe(true);
  expect(client.snapshot().problems).toEqual([]);
});

test('what arrived before a pause is not fetched again', { timeout: 30_000 }, async () => {
  const { client, key } = await pouring(24);
  await client.pause(key);
  const paused = client.snapshot().transfers[0];
  expect(paused.state).toBe('paused');
  await client.resume(key);
  const done = await reaches(client, key, ['done']);
  const symbols = Math.ceil((24 * 1024 * 1024) / 1152);
  const { received, late, duplicate } = paused.droplets;
  expect(done.droplets.needed).toBeLessThanOrEqual(symbols - (received - late - duplicate) + 64);
});

test('a transfer that is removed while it runs leaves nothing behind', async () => {
  const { client, key, into } = await pouring(24);
  await client.remove(key, { deleteFiles: true });
  expect(await readdir(into)).toEqual([]);
  expect(client.snapshot()).toMatchObject({ transfers: [], problems: [] });
});

test('a node can be closed while everything is under way, and then says so', async () => {
  const { client, key } = await pouring(24);
  const late = client.pause(key);
  await Promise.all([late, client.close()]);
  await expect(client.resume(key)).rejects.toMatchObject({ code: 'interrupted' });
});

test('a share that is paused while it is hashed is paused, and goes on with its hashing', async () => {
  const { path } = await file(64);
  const node = await nodes.open({ port: 0 });
  const { key } = await node.share({ paths: [path], public: true });
  await node.pause(key);
  expect(node.snapshot().shares[0].state).toBe('paused');
  const serving = when(node, (e) =>
    e.type === 'share' && e.share.state === 'serving' ? e.share : undefined,
  );
  await node.resume(key);
  expect(node.snapshot().shares[0].state).toBe('hashing');
  expect((await serving).id).toMatch(/^[0-9a-f]{16}$/);
});

test('content that is not what a link stands for is never sealed with its key', async () => {
  const { path } = await file(1);
  const other = join(await nodes.path('other'), 'file.bin');
  await writeFile(other, 'something else');
  const node = await nodes.open({ port: 0 });
  const { link } = await shared(node, [path], false);
  const asked = await node.share({ paths: [other], public: false, as: link });
  const failed = () =>
    node.snapshot().shares.find(({ key, state }) => key === asked.key && state === 'failed');
  await expect.poll(failed).toMatchObject({ problem: { code: 'not-the-same-content' }, link: '' });
  await node.resume(asked.key);
  await expect.poll(failed).toMatchObject({ problem: { code: 'not-the-same-content' }, link: '' });
});

test('a node can bind its own port to another address', async () => {
  const node = await nodes.open({ port: 0 });
  await shared(node, [(await file(1)).path], true);
  const { port } = node.snapshot();
  await node.configure({ port });
  await node.configure({ bind: '127.0.0.2' });
  expect(node.snapshot().port).toBe(port);
  // Where it was bound before is free again.
  const socket = createSocket('udp4');
  onTestFinished(() => void socket.close());
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind({ port, address: '127.0.0.1', exclusive: true }, resolve);
  });
  await expect(node.configure({ bind: '192.0.2.1' })).rejects.toMatchObject({ code: 'bind-failed' });
  expect(node.snapshot().port).toBe(port);
});

test('a path that is shared twice while it is being hashed is one share', async () => {
  const { path } = await file(8);
  const node = await nodes.open({ port: 0 });
  const request = { paths: [path], public: false };
  const [first, second] = [await node.share(request), await node.share(request)];
  expect(second.key).toBe(first.key);
  expect(node.snapshot().shares).toHaveLength(1);
});
