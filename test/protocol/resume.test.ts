import { expect, test } from 'vitest';
import { ClientHost } from './simulation/client-host.ts';
import { CLIENT, megabits, Swarm } from './simulation/swarm.ts';
import { resourceOf, symbolCount } from './simulation/virtual-resource.ts';

const RESOURCE = resourceOf('4e4e4e4e4e4e4e4e', 4000, { blockSymbols: 256 });

function swarmOf(seed: number): Swarm {
  const swarm = new Swarm(seed, RESOURCE);
  for (let i = 0; i < 3; i++) {
    swarm.connect(`10.0.0.${i}:1980`, { rate: megabits(10), delay: 20, loss: 0.05, queue: 100_000 });
    swarm.start(`10.0.0.${i}:1980`);
  }
  return swarm;
}

test.each([1, 2, 3, 4, 5])(
  'a client that ends goes on from blocks and droplets on disk (seed %i)',
  (seed) => {
    const swarm = swarmOf(seed);
    let before = 0;
    for (let stops = 1; stops <= 3; stops++) {
      swarm.runTo(stops * 500);
      swarm.stopClient();
      before += swarm.client.client.tally.source + swarm.client.client.tally.repair;
      swarm.resumeClient();
    }
    expect(swarm.run(60_000)).toBe(true);
    expect(swarm.client.complete).toBe(true);
    const { source, repair } = swarm.client.client.tally;
    // Nothing that was on disk came again: in all the droplets are those of one transfer without a stop.
    expect((before + source + repair) / symbolCount(RESOURCE)).toBeLessThan(1.02);
  },
);

test('every second droplet on disk makes for no more stretches than a heartbeat holds', () => {
  const swarm = swarmOf(8);
  const half = new Map(Array.from({ length: 256 / 2 }, (_, i) => [2 * i, true]));
  swarm.client = new ClientHost(0, RESOURCE, swarm.random, {
    resume: { done: new Set(), droplets: new Map([0, 1, 2, 3].map((block) => [block, new Map(half)])) },
  });
  swarm.client.add(0, '10.0.0.0:1980');
  swarm.attach(CLIENT, swarm.client);
  expect(swarm.run(60_000)).toBe(true);
  expect(swarm.client.client.tally.received).toBeLessThan(symbolCount(RESOURCE) - 4 * half.size + 100);
});

test('what is complete on disk asks for nothing', () => {
  const swarm = swarmOf(6);
  swarm.run(60_000);
  swarm.resumeClient();
  swarm.runTo(swarm.network.now + 100);
  expect(swarm.client.client.phase).toBe('done');
  expect(swarm.client.client.tally.received).toBe(0);
});

test('a paused client gets nothing, says so, and goes on where it was', () => {
  const swarm = swarmOf(7);
  swarm.runTo(800);
  const { client } = swarm.client;
  client.setPaused(swarm.network.now, true);
  swarm.network.wake(CLIENT);
  swarm.runTo(1100);
  const { received } = client.tally;
  expect(client.waiting).toBe('resume');
  swarm.runTo(5000);
  expect(client.tally.received).toBe(received);
  client.setPaused(swarm.network.now, false);
  swarm.network.wake(CLIENT);
  swarm.runTo(5300);
  expect(client.tally.received).toBeGreaterThan(received);
  expect(swarm.run(60_000)).toBe(true);
  expect(swarm.overhead).toBeLessThan(0.1);
});
