// @module-tag real-time
/** Reading a resource in order while it arrives. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import type { ContentReader } from '../../core/node/content-reader.ts';
import type { RainNode } from '../../core/node/rain-node.ts';
import { Nodes, reaches, shared } from './open.ts';

const MB = 1024 * 1024;
const BLOCK = 1024 * 1152;

let nodes: Nodes;
let content: Buffer;
let file: string;

beforeEach(async () => {
  nodes = await Nodes.make();
  onTestFinished(() => nodes.close());
  content = Buffer.alloc(24 * MB);
  for (let i = 0; i < content.length; i += 512) content.writeUInt32LE(i, i);
  file = join(await nodes.path('from'), 'rain.bin');
  await writeFile(file, content);
});

/** A transfer at 6 MB/s, of which nothing has arrived yet. */
async function arriving(isPublic = true, path = file) {
  const server = await nodes.open({ port: 0 });
  const { link } = await shared(server, [path], isPublic);
  const client = (await nodes.open({ port: 0, downloadLimit: 6_000_000 })) as RainNode;
  const from = [`127.0.0.1:${server.snapshot().port}`];
  const { key } = await client.fetch({ link, from, into: await nodes.path('into'), seed: false });
  const verified = () => client.snapshot().transfers[0]?.verified ?? 0;
  return { client, server, key, verified };
}

async function readAll(reader: ContentReader, from: number, to: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for (let at = from; at < to; ) {
    const part = await reader.read(at, Math.min(300_000, to - at));
    expect(part.length).toBeGreaterThan(0);
    parts.push(part);
    at += part.length;
  }
  return Buffer.concat(parts);
}

test('what is read while it arrives is right, and begins long before the end', {
  timeout: 20_000,
}, async () => {
  const { client, key, verified } = await arriving();
  const reader = await client.openContent(key);
  expect(reader.bytes).toBe(content.length);
  expect(content.subarray(0, 100).equals(await reader.read(0, 100))).toBe(true);
  expect(verified()).toBeLessThan(content.length / 3);
  expect((await readAll(reader, 0, content.length)).equals(content)).toBe(true);
  await reaches(client, key, ['done']);
  // From the finished file now.
  expect(
    (await readAll(reader, 5 * BLOCK - 7, 6 * BLOCK)).equals(content.subarray(5 * BLOCK - 7, 6 * BLOCK)),
  );
  expect(await reader.read(content.length, 1)).toHaveLength(0);
  await expect(reader.read(-1, 1)).rejects.toThrow(RangeError);
  reader.close();
  await expect(reader.read(0, 1)).rejects.toMatchObject({ code: 'interrupted' });
});

test('a reader that skips is brought what it skips to', async () => {
  const { client, key, verified } = await arriving();
  const reader = await client.openContent(key);
  const at = content.length - 100;
  expect(content.subarray(at).equals(await reader.read(at, 1000))).toBe(true);
  expect(verified()).toBeLessThan(content.length / 2);
  expect(content.subarray(15 * BLOCK, 15 * BLOCK + 5).equals(await reader.read(15 * BLOCK, 5))).toBe(true);
  expect(verified()).toBeLessThan(content.length / 2);
});

test('who waits is told when the transfer is removed, the node closes, or the reader does', async () => {
  const { client, key } = await arriving();
  const reader = await client.openContent(key);
  const closed = reader.read(content.length - 1, 1);
  reader.close();
  await expect(closed).rejects.toMatchObject({ code: 'interrupted' });
  const removed = (await client.openContent(key)).read(content.length - 1, 1);
  const rejects = expect(removed).rejects.toMatchObject({ code: 'unknown-resource' });
  await client.remove(key, { deleteFiles: true });
  await rejects;
  await expect(client.openContent(key)).rejects.toMatchObject({ code: 'unknown-resource' });

  const link = `rain:${'0'.repeat(16)}`;
  const lost = await client.fetch({ link, from: [], into: nodes.folder, seed: false });
  const never = expect(client.openContent(lost.key)).rejects.toMatchObject({ code: 'interrupted' });
  await client.close();
  await never;
});

test('a paused transfer keeps its readers waiting, and serves what is here', async () => {
  const { client, key, verified } = await arriving();
  const reader = await client.openContent(key);
  await reader.read(0, 1);
  await client.pause(key);
  const later = reader.read(content.length - 1, 1);
  expect(content.subarray(10, 20).equals(await reader.read(10, 10))).toBe(true);
  await client.resume(key);
  expect(await later).toHaveLength(1);
  // The network thread has been told again where the reader is.
  expect(verified()).toBeLessThan((content.length * 3) / 4);
});

test('private resources and folders are refused', async () => {
  const sealed = await arriving(false);
  await expect(sealed.client.openContent(sealed.key)).rejects.toMatchObject({ code: 'usage' });
  const folder = await nodes.path('folder');
  await writeFile(join(folder, 'a'), 'a');
  const { client, key } = await arriving(true, folder);
  await expect(client.openContent(key)).rejects.toMatchObject({ code: 'not-a-file' });
});

test('a share can be read, and not what has been put in its place', async () => {
  const node = (await nodes.open({ port: 0 })) as RainNode;
  const { key } = await shared(node, [file], true);
  const reader = await node.openContent(key);
  expect((await readAll(reader, BLOCK, 3 * BLOCK)).equals(content.subarray(BLOCK, 3 * BLOCK))).toBe(true);
  await writeFile(file, Buffer.alloc(content.length));
  await expect(reader.read(0, 1)).rejects.toMatchObject({ code: 'changed-while-read' });
  await node.remove(key, { deleteFiles: false });
  await expect(reader.read(9 * BLOCK, 1)).rejects.toMatchObject({ code: 'unknown-resource' });
});
