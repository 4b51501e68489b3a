// @module-tag real-time
/** Transfers that are looked at before they begin. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import type { Node } from '../../core/api.ts';
import { Nodes, reaches, shared } from './open.ts';

let nodes: Nodes;
let server: Node;
let link: string;
let from: string[];
const content = Buffer.alloc(3_000_000, 'held');

beforeEach(async () => {
  nodes = await Nodes.make();
  onTestFinished(() => nodes.close());
  const folder = await nodes.path('from');
  await writeFile(join(folder, 'rain.bin'), content);
  await writeFile(join(folder, 'second.bin'), 'small');
  server = await nodes.open({ port: 0 });
  link = (await shared(server, [folder], false)).link.replace(/&n=[^&]*/, '');
  from = [`127.0.0.1:${server.snapshot().port}`];
});

async function held(client: Node, into: string) {
  const { key } = await client.fetch({ link, from, into, seed: false, hold: true });
  return reaches(client, key, ['held', 'failed']);
}

test('what is held is known by name, bytes and files, and nothing of it is fetched or written', async () => {
  const client = await nodes.open({ port: 0 });
  const into = await nodes.path('into');
  const transfer = await held(client, into);
  expect(transfer).toMatchObject({ state: 'held', name: 'from', bytes: 3_000_005, files: 2, verified: 0 });
  expect(transfer.folders).toBe(1);
  const { received, manifest } = client.snapshot().transfers[0].droplets;
  expect(received).toBe(manifest);
  await expect.poll(() => server.snapshot().shares[0].clients).toEqual([]);
  expect(await readdir(into)).toEqual([]);
});

test('a held transfer begins when it is started, into the folder named then', async () => {
  const client = await nodes.open({ port: 0 });
  const { key } = await held(client, join(nodes.folder, 'not made yet'));
  await expect(client.start(key)).rejects.toMatchObject({ code: 'no-such-path' });
  expect(client.snapshot().transfers[0].state).toBe('held');
  const into = await nodes.path('elsewhere');
  await client.start(key, { into });
  const done = await reaches(client, key, ['done', 'failed']);
  expect(done).toMatchObject({ state: 'done', into, path: join(into, 'from') });
  expect(content.equals(await readFile(join(into, 'from', 'rain.bin')))).toBe(true);
  await expect(client.start(99)).rejects.toMatchObject({ code: 'unknown-resource' });
});

test('pause and resume leave it held, and so does a restart', async () => {
  const dataDir = await nodes.path('kept');
  const client = await nodes.open({ port: 0, dataDir });
  const { key } = await held(client, await nodes.path('into'));
  await client.pause(key);
  expect(client.snapshot().transfers[0].state).toBe('held');
  await client.resume(key);
  expect(client.snapshot().transfers[0].state).toBe('held');
  await client.close();
  const again = await nodes.open({ port: 0, dataDir, takeUp: true });
  expect(again.snapshot().transfers).toMatchObject([
    { key, state: 'held', name: 'from', bytes: 3_000_005, files: 2 },
  ]);
  expect(again.snapshot().port).toBe(0);
  await again.start(key);
  await reaches(again, key, ['done']);
});

test('one that is paused before its manifest is here is held when it has been resumed', async () => {
  const client = await nodes.open({ port: 0 });
  const into = await nodes.path('into');
  const { key } = await client.fetch({ link, from: [], into, seed: false, hold: true });
  await client.pause(key);
  expect(client.snapshot().transfers[0].state).toBe('paused');
  await client.addServer(from[0]);
  await client.resume(key);
  await reaches(client, key, ['held']);
  expect(await readdir(into)).toEqual([]);
});

test('one that is started before its manifest is here does not stop at it', async () => {
  const client = await nodes.open({ port: 0 });
  const into = await nodes.path('into');
  const request = { link, from: [], into: nodes.folder, seed: false, hold: true };
  const { key } = await client.fetch(request);
  await client.start(key, { into });
  await client.addServer(from[0]);
  expect(await reaches(client, key, ['done', 'held'])).toMatchObject({ state: 'done', into });
});

test('fetched without hold, a held transfer begins; fetched with it, one that has begun stays as it is', async () => {
  const client = await nodes.open({ port: 0 });
  const { key } = await held(client, nodes.folder);
  const into = await nodes.path('into');
  expect((await client.fetch({ link, from, into, seed: false })).key).toBe(key);
  await reaches(client, key, ['done']);
  const again = await client.fetch({ link, from, into, seed: false, hold: true });
  expect(again).toMatchObject({ key, state: 'done' });
  await expect(client.start(key, { into: nodes.folder })).rejects.toMatchObject({ code: 'usage' });
});

test('a held transfer can be removed', async () => {
  const client = await nodes.open({ port: 0 });
  const { key } = await held(client, nodes.folder);
  await client.remove(key, { deleteFiles: true });
  expect(client.snapshot().transfers).toEqual([]);
  expect(await readdir(nodes.folder)).toContain('from');
});
