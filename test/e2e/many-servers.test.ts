// @module-tag real-time
/** Servers that die, come back and come late: the client takes what there is from all that have it. */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { seeded, unit } from '../../core/protocol/random.ts';
import { sha256 } from './contents.ts';
import { freePort } from './free-port.ts';
import { expectHonest } from './honest.ts';
import { get, type Serving, share } from './rain.ts';
import { MB, scene } from './scene.ts';

test('a server that is killed at any moment and started again: the client goes on', async () => {
  const { folder, file, out } = scene(24 * MB);
  const random = seeded(4);
  const port = String(await freePort());
  const serve = (): Promise<Serving> =>
    share(file, '--limit', '4M', '--port', port, '--data', join(folder, 'server'));
  let server = await serve();
  const { link } = server.shared;
  const client = get(link, [server.address], out);
  for (let kills = 0; kills < 8; kills++) {
    const before = (await client.until('progress', ({ at }) => at > server.shared.at)).verified;
    await delay(unit(random) * 700);
    await server.node.kill('SIGKILL');
    server = await serve();
    expect(server.shared.link).toBe(link);
    const { at: back } = server.shared;
    const next = await client.until('progress', ({ at, verified }) => at > back && verified > before);
    expect(next.at - back).toBeLessThan(3000);
  }
  const done = await client.until('done');
  expect(sha256(done.path)).toBe(sha256(file));
  expectHonest(done);
  // What was on its way at a kill is ordered again; what had arrived is not.
  expect(done.droplets.received).toBeLessThan(done.droplets.needed * 1.02 + 50);
});

test('of three servers one dies: that costs its share of the rate, and nothing that arrived', async () => {
  const { file, out } = scene(24 * MB);
  const servers = await serveFrom(file, '2M', '2M', '2M');
  const client = get(servers[0].shared.link, addressesOf(servers), out);
  const then = await client.until('progress', ({ verified }) => verified > 6 * MB);
  await servers[2].node.kill('SIGKILL');
  const done = await client.until('done');
  expect(sha256(done.path)).toBe(sha256(file));
  expectHonest(done);
  expect(done.droplets.received).toBeLessThan(done.droplets.needed * 1.02 + 50);
  const seconds = (then.bytes - then.verified) / (4 * MB);
  expect((done.at - then.at) / 1000).toBeLessThan(seconds * 1.15 + 1);
});

test('all servers pour, each as much as it can', async () => {
  const { file, out } = scene(18 * MB);
  const servers = await serveFrom(file, '1M', '2M', '3M');
  const done = await get(servers[0].shared.link, addressesOf(servers), out).until('done');
  expect(sha256(done.path)).toBe(sha256(file));
  expectHonest(done);
  for (const [i, { address }] of servers.entries()) {
    const line = done.servers.find((server) => server.address === address);
    expect(line?.share, JSON.stringify(done.servers)).toBeCloseTo((i + 1) / 6, 1);
  }
});

test('a server that appears while a transfer runs is used within two seconds', async () => {
  const { file, out } = scene(16 * MB);
  const [early] = await serveFrom(file, '1M');
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const client = get(early.shared.link, [early.address, address], out);
  // By then the other one is asked as seldom as a server that does not answer is.
  await client.until('progress', ({ verified }) => verified > 3 * MB);
  const late = await share(file, '--public', '--limit', '4M', '--port', String(port));
  const used = await client.until('progress', ({ servers }) =>
    servers.some((server) => server.address === address && server.droplets > 0),
  );
  expect(used.at - late.shared.at).toBeLessThan(2000);
  const done = await client.until('done');
  expect(sha256(done.path)).toBe(sha256(file));
  expectHonest(done);
});

/** A server of the same public file for each upload limit. */
function serveFrom(file: string, ...limits: readonly string[]): Promise<Serving[]> {
  return Promise.all(limits.map((limit) => share(file, '--public', '--limit', limit)));
}

function addressesOf(servers: readonly Serving[]): string[] {
  return servers.map(({ address }) => address);
}
