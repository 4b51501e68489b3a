// @module-tag real-time
/** Two machines on one network, made of namespaces: an id is enough for one to fetch from the other. */
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { noise, plant, temporaryFolder } from '../content/temporary.ts';
import { Network, whyNoNamespaces } from '../discovery/namespaces.ts';
import { sha256 } from './contents.ts';
import { Rain } from './rain.ts';

const obstacle = whyNoNamespaces();
if (obstacle !== undefined) console.warn(`NOT TESTED: nodes on a local network (${obstacle})`);

const FAMILIES = [
  { name: 'IPv4', ipv4: true, ipv6: false, address: '10.77.0.1' },
  { name: 'IPv6, link-local addresses alone', ipv4: false, ipv6: true, address: '[fe80::1%eth0]' },
];

describe.skipIf(obstacle !== undefined)('on a local network', () => {
  afterAll(() => Network.removeAll());

  const rain = (network: Network, host: number, ...args: string[]): Rain =>
    new Rain([...args, '--json'], { through: network.on(host) });

  const newFile = (): string => join(plant(temporaryFolder(), { file: noise(3_000_000) }), 'file');

  test.each(FAMILIES)('a node is found by the id alone: $name', async ({ ipv4, ipv6, address }) => {
    await using network = new Network({ hosts: 2, ipv4, ipv6 });
    const file = newFile();
    const shared = await rain(network, 0, 'share', file, '--public').until('shared');
    const at = `${address}:${shared.port}`;
    expect(shared.addresses).toContain(at);
    const done = await rain(network, 1, 'get', shared.id, '--out', temporaryFolder()).until('done');
    expect(sha256(done.path)).toBe(sha256(file));
    expect(done.servers).toMatchObject([{ address: at, found: 'lan', state: 'pouring' }]);
  });

  test('both families: nothing is fetched twice', async () => {
    await using network = new Network({ hosts: 2, ipv4: true, ipv6: true });
    const shared = await rain(network, 0, 'share', newFile(), '--public').until('shared');
    const done = await rain(network, 1, 'get', shared.id, '--out', temporaryFolder()).until('done');
    expect(done.overhead).toBeLessThan(0.1);
  });

  test('a node that comes while somebody waits for it is used', async () => {
    await using network = new Network({ hosts: 3, ipv4: true, ipv6: false });
    const file = newFile();
    const first = rain(network, 0, 'share', file, '--public');
    const { id } = await first.until('shared');
    await first.kill('SIGTERM');

    const waiting = rain(network, 1, 'get', id, '--out', temporaryFolder());
    // Another one that has nothing is found and is no help: so the network is being searched by now.
    const other = rain(network, 2, 'share', join(plant(temporaryFolder(), { other: 'other' }), 'other'));
    await other.until('shared');
    await rain(network, 0, 'share', file, '--public').until('shared');
    const done = await waiting.until('done');
    expect(sha256(done.path)).toBe(sha256(file));
    expect(done.servers).toContainEqual(expect.objectContaining({ found: 'lan', state: 'pouring' }));
  });

  test.each([
    ['share', 0],
    ['get', 1],
  ])('%s --no-lan keeps out of it', async (_command, quiet) => {
    await using network = new Network({ hosts: 2, ipv4: true, ipv6: false });
    const no = (host: number): string[] => (host === quiet ? ['--no-lan'] : []);
    const shared = await rain(network, 0, 'share', newFile(), '--public', ...no(0)).until('shared');
    const out = temporaryFolder();
    const run = rain(network, 1, 'get', shared.id, '--out', out, '--timeout', '2', ...no(1));
    expect(await run.until('error')).toMatchObject({ code: 'no-servers' });
    expect((await run.exit).code).toBe(3);
  });
});
