// @module-tag real-time
import { afterAll, describe, expect, test } from 'vitest';
import { type HostProcess, Network, whyNoNamespaces } from './namespaces.ts';

const obstacle = whyNoNamespaces();
if (obstacle !== undefined) console.warn(`NOT TESTED: discovery over real networks (${obstacle})`);

const A = '00000000000000aa';
const B = '00000000000000bb';
const C = '00000000000000cc';

async function startPeer(network: Network, host: number, nodeId: string, port: number): Promise<HostProcess> {
  const peer = network.run(host, 'lan-peer.ts', nodeId, String(port));
  await peer.event({ type: 'started' });
  return peer;
}

describe.skipIf(obstacle !== undefined)('LAN discovery over real networks', { timeout: 60_000 }, () => {
  afterAll(() => Network.removeAll());

  test.each([
    { name: 'IPv4 only', ipv4: true, ipv6: false, hosts: [['10.77.0.1'], ['10.77.0.2']] },
    { name: 'IPv6 link-local only', ipv4: false, ipv6: true, hosts: [['fe80::1%eth0'], ['fe80::2%eth0']] },
    {
      name: 'both families',
      ipv4: true,
      ipv6: true,
      hosts: [
        ['10.77.0.1', 'fe80::1%eth0'],
        ['10.77.0.2', 'fe80::2%eth0'],
      ],
    },
  ])('nodes find each other and hear the goodbye: $name', async ({ ipv4, ipv6, hosts }) => {
    await using network = new Network({ hosts: 2, ipv4, ipv6 });
    const a = await startPeer(network, 0, A, 1001);
    const b = await startPeer(network, 1, B, 1002);
    b.tell('search');
    for (const host of hosts[0]) await b.event({ type: 'found', nodeId: A, host, port: 1001 });
    for (const host of hosts[1]) await a.event({ type: 'found', nodeId: B, host, port: 1002 });

    expect(await a.close()).toBe(0);
    for (const host of hosts[0]) await b.event({ type: 'lost', nodeId: A, host, port: 1001 });
    expect(b.events().filter((event) => event.type === 'problem')).toEqual([]);
    expect(b.events().filter((event) => event.nodeId === B)).toEqual([]);
  });

  test('a node that only searches finds within two seconds one that appears, and is not seen itself', async () => {
    await using network = new Network({ hosts: 2, ipv4: true, ipv6: false });
    const seeker = await startPeer(network, 0, A, 0);
    seeker.tell('search');
    const server = await startPeer(network, 1, B, 1002);
    const appeared = performance.now();
    await seeker.event({ type: 'found', nodeId: B, port: 1002 });
    expect(performance.now() - appeared).toBeLessThan(2000);
    await seeker.close();
    expect(server.events().filter((event) => event.type === 'found')).toEqual([]);
  });

  test('nodes of one machine share the port, and a neighbour finds them all', async () => {
    await using network = new Network({ hosts: 2, ipv4: true, ipv6: false });
    const a = await startPeer(network, 0, A, 1001);
    const c = await startPeer(network, 0, C, 1003);
    const b = await startPeer(network, 1, B, 1002);
    b.tell('search');
    a.tell('search');
    await b.event({ type: 'found', nodeId: A, host: '10.77.0.1', port: 1001 });
    await b.event({ type: 'found', nodeId: C, host: '10.77.0.1', port: 1003 });
    await a.event({ type: 'found', nodeId: C, host: '10.77.0.1', port: 1003 });
    await c.event({ type: 'found', nodeId: A, host: '10.77.0.1', port: 1001 });
  });

  test.concurrent('nodes of a machine without any network find each other over loopback', async () => {
    await using network = new Network({ hosts: 1, ipv4: false, ipv6: false });
    await startPeer(network, 0, A, 1001);
    const b = await startPeer(network, 0, B, 1002);
    b.tell('search');
    await b.event({ type: 'found', nodeId: A, host: '127.0.0.1', port: 1001 });
  });

  test.concurrent('a network that comes while nodes run is used, one that goes is given up', async () => {
    await using network = new Network({ hosts: 2, ipv4: false, ipv6: false });
    await startPeer(network, 0, A, 1001);
    const b = await startPeer(network, 1, B, 1002);
    b.tell('search');
    for (const host of [0, 1]) network.ip(host, 'addr', 'add', `10.77.0.${host + 1}/24`, 'dev', 'eth0');
    b.tell('refresh');
    // Host 0 is not told: its own check, at most ten seconds later, has to see it.
    await b.event({ type: 'found', nodeId: A, host: '10.77.0.1' });

    network.ip(1, 'link', 'set', 'eth0', 'down');
    b.tell('refresh');
    await b.event({ type: 'lost', nodeId: A, host: '10.77.0.1' });
  });

  test.concurrent('another port replaces the first', async () => {
    await using network = new Network({ hosts: 2, ipv4: true, ipv6: false });
    const a = await startPeer(network, 0, A, 1001);
    const b = await startPeer(network, 1, B, 1002);
    await b.event({ type: 'found', nodeId: A, port: 1001 });
    a.tell('port 4001');
    await b.event({ type: 'found', nodeId: A, port: 4001 });
    await b.event({ type: 'lost', nodeId: A, port: 1001 });
  });

  test.concurrent('hostile packets do no harm', async () => {
    await using network = new Network({ hosts: 2, ipv4: true, ipv6: false });
    const a = await startPeer(network, 0, A, 1001);
    a.tell('search');
    const noise = network.run(1, 'lan-noise.ts', '10.77.0.2', '5353', '1', '5000');
    await noise.event({ type: 'done' });
    await startPeer(network, 1, B, 1002);
    await a.event({ type: 'found', nodeId: B, host: '10.77.0.2', port: 1002 });
    const hosts = new Set(a.events().flatMap((event) => (event.type === 'found' ? [event.host] : [])));
    expect([...hosts]).toEqual(['10.77.0.2']);
    expect(await a.close()).toBe(0);
  });

  test.concurrent('only neighbours on the port of multicast DNS are believed', async () => {
    await using network = new Network({ hosts: 2, ipv4: true, ipv6: false });
    const a = await startPeer(network, 0, A, 1001);
    network.ip(1, 'addr', 'add', '192.0.2.9/24', 'dev', 'eth0');
    for (const [own, port] of [
      ['192.0.2.9', '5353'],
      ['10.77.0.2', '5354'],
    ]) {
      await network.run(1, 'lan-noise.ts', own, port, '1', '0').event({ type: 'done' });
    }
    await startPeer(network, 1, B, 1002);
    await a.event({ type: 'found', nodeId: B });
    expect(a.events().filter((event) => event.nodeId === 'f'.repeat(16))).toEqual([]);

    network.run(1, 'lan-noise.ts', '10.77.0.2', '5353', '1', '0');
    await a.event({ type: 'found', nodeId: 'f'.repeat(16), host: '10.77.0.2', port: 1980 });
  });

  test.concurrent('a program that keeps the port for itself is told once, and the node lives on', async () => {
    await using network = new Network({ hosts: 1, ipv4: true, ipv6: false });
    const keeper = network.run(0, 'port-keeper.ts');
    await keeper.event({ type: 'kept' });
    const a = await startPeer(network, 0, A, 1001);
    const problem = await a.event({ type: 'problem', code: 'lan-unavailable' });
    expect(problem.message).toMatch(/eth0 \(IPv4\).*EADDRINUSE/);
    a.tell('refresh');
    expect(await a.close()).toBe(0);
    expect(a.events().filter((event) => event.type === 'problem')).toHaveLength(1);
  });
});
