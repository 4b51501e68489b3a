// @module-tag real-time
import { createSocket } from 'node:dgram';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { Nodes, shared, when } from './open.ts';

let nodes: Nodes;

beforeEach(async () => {
  nodes = await Nodes.make();
  onTestFinished(() => nodes.close());
});

/** A port on loopback that takes datagrams and answers none. */
async function silentPort(): Promise<{ port: number; heard: Buffer[] }> {
  const socket = createSocket('udp4');
  const heard: Buffer[] = [];
  socket.on('message', (bytes) => heard.push(bytes));
  onTestFinished(() => void socket.close());
  await new Promise<void>((bound) => socket.bind(0, '127.0.0.1', bound));
  return { port: socket.address().port, heard };
}

test('servers that answer are told from those that do not, under names and addresses', async () => {
  const server = await nodes.open({ port: 0 });
  const file = join(await nodes.path('from'), 'a');
  await writeFile(file, 'rain');
  await shared(server, [file], true);
  const { port } = server.snapshot();
  const silent = await silentPort();

  const client = await nodes.open({ port: 0 });
  const before = Date.now();
  for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `127.0.0.1:${silent.port}`])
    await client.addServer(host);
  expect(client.servers().map(({ reachable }) => reachable)).toEqual([undefined, undefined, undefined]);

  const told = when(client, (e) =>
    e.type === 'servers' && e.servers.some(({ reachable }) => reachable !== undefined)
      ? e.servers
      : undefined,
  );
  await Promise.all([client.checkServers(), client.checkServers()]);
  expect(await told).toEqual(client.servers());
  const found = new Map(client.servers().map((known) => [known.address, known]));
  for (const host of ['127.0.0.1', 'localhost']) {
    const known = found.get(`${host}:${port}`);
    expect(known).toMatchObject({ reachable: true, rttMs: expect.any(Number) });
    expect(known?.lastSeen).toBeGreaterThanOrEqual(before);
    expect(known?.rttMs).toBeLessThan(700);
  }
  const absent = found.get(`127.0.0.1:${silent.port}`);
  expect(absent).toMatchObject({ reachable: false });
  expect(absent).not.toHaveProperty('lastSeen');
  // Asked three times, once for both callers, and for a resource that is drawn anew each time.
  expect(silent.heard).toHaveLength(3);
  expect(new Set(silent.heard.map((bytes) => bytes.toString('hex', 12, 20))).size).toBe(3);
  expect(server.snapshot().shares[0].clients).toEqual([]);
});
