import { describe, expect, test } from 'vitest';
import { seeded } from '../../core/protocol/random.ts';
import { ClientHost } from './simulation/client-host.ts';
import { Link, type LinkProperties, Network } from './simulation/network.ts';
import { ServerHost } from './simulation/server-host.ts';
import { megabits, Swarm } from './simulation/swarm.ts';
import { resourceOf } from './simulation/virtual-resource.ts';

const RESOURCE = resourceOf('7c7c7c7c7c7c7c7c', 400_000);
const SERVER = '10.0.0.0:1980';

/** One server behind one link. */
function pair(seed: number, link: Partial<LinkProperties>): Swarm {
  const swarm = new Swarm(seed, RESOURCE);
  swarm.connect(SERVER, link);
  swarm.start(SERVER);
  return swarm;
}

/** Bits that the link carried in a stretch of time, per second, in Mbit/s. */
function carried(swarm: Swarm, from: number, to: number): number {
  swarm.runTo(from);
  const before = swarm.link(SERVER).carried;
  swarm.runTo(to);
  return ((swarm.link(SERVER).carried - before) * 8) / ((to - from) * 1000);
}

describe('a bottleneck of 20 Mbit/s', () => {
  test('that is offered 200 is filled, not flooded', () => {
    const swarm = pair(1, { rate: megabits(20), delay: 20, queue: 100_000 });
    const session = swarm.client.client.sessions[0];
    session.ceiling = megabits(200) / 1212;
    expect(carried(swarm, 3000, 10_000)).toBeGreaterThan(18);
    const { carried: bytes, dropped } = swarm.link(SERVER);
    expect(dropped / (bytes / 1212)).toBeLessThan(0.02);
    expect(session.askedRate * 1212 * 8).toBeLessThan(25e6);
  });

  test('with a shallow queue is used, with little loss', () => {
    const swarm = pair(2, { rate: megabits(20), delay: 20, queue: 15_000 });
    expect(carried(swarm, 3000, 10_000)).toBeGreaterThan(14);
    swarm.runTo(10_000);
    const dropped = swarm.link(SERVER).dropped;
    swarm.runTo(15_000);
    const rate = (swarm.link(SERVER).dropped - dropped) / ((megabits(20) / 1212) * 5);
    expect(rate).toBeLessThan(0.1);
  });

  test('with a queue of a second keeps its delay sane', () => {
    const swarm = pair(3, { rate: megabits(20), delay: 20, queue: megabits(20) });
    expect(carried(swarm, 3000, 10_000)).toBeGreaterThan(18);
    expect(swarm.client.client.sessions[0].path.smoothedRtt).toBeLessThan(40 + 40);
  });

  test('keeps its delay sane after the clock of the server has passed 2^32 us', () => {
    const swarm = new Swarm(9, RESOURCE);
    swarm.connect(SERVER, { rate: megabits(20), delay: 20, queue: megabits(20) });
    swarm.start(SERVER, { clock: 2 ** 32 / 1000 - 2000 });
    expect(carried(swarm, 3000, 10_000)).toBeGreaterThan(18);
    expect(swarm.link(SERVER).queueDelay(10_000)).toBeLessThan(50);
    expect(swarm.client.client.sessions[0].path.smoothedRtt).toBeLessThan(40 + 40);
  });

  test.each([0.05, 0.2, 0.4])('that loses %d of all at random is used all the same', (loss) => {
    const swarm = pair(4, { rate: megabits(20), delay: 20, queue: 100_000, loss });
    expect(carried(swarm, 3000, 10_000)).toBeGreaterThan(0.8 * 20 * (1 - loss));
  });
});

describe('a link that changes', () => {
  test('from 50 to 5 Mbit/s is not flooded for long', () => {
    const swarm = pair(5, { rate: megabits(50), delay: 20, queue: 200_000 });
    expect(carried(swarm, 3000, 5000)).toBeGreaterThan(44);
    const link = swarm.link(SERVER);
    link.properties = { ...link.properties, rate: megabits(5) };
    swarm.runTo(7000);
    const dropped = link.dropped;
    expect(carried(swarm, 7000, 12_000)).toBeGreaterThan(4);
    expect(link.dropped - dropped).toBeLessThan(50);
    expect(swarm.client.client.sessions[0].askedRate * 1212 * 8).toBeLessThan(7e6);
  });

  test('from 5 to 50 Mbit/s is used again within seconds', () => {
    const swarm = pair(6, { rate: megabits(5), delay: 20, queue: 100_000 });
    expect(carried(swarm, 3000, 5000)).toBeGreaterThan(4.3);
    const link = swarm.link(SERVER);
    link.properties = { ...link.properties, rate: megabits(50), queue: 200_000 };
    expect(carried(swarm, 8000, 12_000)).toBeGreaterThan(40);
  });

  test('from 50 to 500 Mbit/s is used within a third of a second, when the path is short', () => {
    const swarm = pair(6, { rate: megabits(50), delay: 0.5, queue: 1_000_000 });
    expect(carried(swarm, 1000, 2000)).toBeGreaterThan(44);
    const link = swarm.link(SERVER);
    link.properties = { ...link.properties, rate: megabits(500) };
    expect(carried(swarm, 2250, 2300)).toBeGreaterThan(350);
  });
});

test('two transfers through one bottleneck are both alive, and fill it', () => {
  const random = seeded(7);
  const network = new Network(random);
  network.timerJitter = 2;
  const shared = new Link({ rate: megabits(20), delay: 20, queue: 100_000 }, random);
  network.route = (from) => (from === SERVER ? [shared] : [new Link({ delay: 20 }, random)]);
  network.attach(SERVER, new ServerHost([RESOURCE], random));
  const clients = ['a:1', 'b:1'].map((address, i) => {
    const client = new ClientHost(0, RESOURCE, random);
    network.at(i * 2000, () => {
      client.add(network.now, SERVER);
      network.attach(address, client);
    });
    return client;
  });
  network.run(10_000, () => false);
  const before = clients.map((client) => client.client.tally.received);
  network.run(20_000, () => false);
  const after = clients.map((client, i) => client.client.tally.received - before[i]);
  const total = after[0] + after[1];
  expect((total * 1212 * 8) / 10e6).toBeGreaterThan(18);
  expect(Math.min(...after) / total).toBeGreaterThan(0.3);
});

test('a server that limits its upload is asked for about that', () => {
  const swarm = new Swarm(8, RESOURCE);
  swarm.connect(SERVER, { delay: 20 });
  swarm.start(SERVER, { uploadLimit: megabits(8) });
  expect(carried(swarm, 2000, 6000)).toBeGreaterThan(7);
  expect(swarm.client.client.sessions[0].askedRate * 1184 * 8).toBeLessThan(12e6);
});
