/** Machines that sleep in the middle of a transfer, and clients that get another address there. */
import { describe, expect, test } from 'vitest';
import { seeded, unit } from '../../core/protocol/random.ts';
import { LeapingHost } from './simulation/leaping-host.ts';
import { megabits, Swarm } from './simulation/swarm.ts';
import { resourceOf } from './simulation/virtual-resource.ts';

const RESOURCE = resourceOf('1a1a1a1a1a1a1a1a', 8000);
const SEEDS = Array.from({ length: 12 }, (_, i) => i + 1);
const HOUR = 3_600_000;
/** What a sleep or a move may cost, a lease and a handshake, ms of the network's time. */
const COST = 1500;

/** Servers on two links that together take 4 s for it, and when of these what is to happen happens, ms. */
function swarmOf(seed: number): { swarm: Swarm; servers: LeapingHost[]; moment: number } {
  const random = seeded(seed);
  const swarm = new Swarm(seed, RESOURCE);
  const servers = [5, 15].map((mbits, i) => {
    const address = `10.0.0.${i}:1980`;
    const rate = megabits(mbits);
    swarm.connect(address, { rate, delay: 5 + 40 * unit(random), loss: 0.01, queue: rate / 10 });
    const server = new LeapingHost(swarm.start(address));
    swarm.attach(address, server);
    return server;
  });
  return { swarm, servers, moment: 300 + 3000 * unit(random) };
}

/** How long it takes by the network's clock when `happens` does in the middle, ms. */
function timeOf(seed: number, happens: (of: { swarm: Swarm; servers: LeapingHost[] }) => void): number {
  const { swarm, servers, moment } = swarmOf(seed);
  swarm.runTo(moment);
  happens({ swarm, servers });
  expect(swarm.run(120_000), `seed ${seed}`).toBe(true);
  expect(swarm.client.complete).toBe(true);
  expect(swarm.client.banned).toEqual([]);
  return swarm.network.now;
}

const undisturbed = new Map(SEEDS.map((seed) => [seed, timeOf(seed, () => undefined)]));

describe.each<[string, Parameters<typeof timeOf>[1]]>([
  [
    'the client sleeps for an hour, and what was sent meanwhile waits for it',
    ({ swarm }) => swarm.letClientLeap().leap(HOUR),
  ],
  ['a server sleeps for an hour', ({ servers }) => servers[1].leap(HOUR)],
  [
    'all sleep for an hour, as on one machine',
    ({ swarm, servers }) => {
      for (const each of [swarm.letClientLeap(), ...servers]) each.leap(HOUR);
    },
  ],
  ['the client gets another address', ({ swarm }) => swarm.moveClient('client:2')],
  [
    'the client gets another address three times in a second',
    ({ swarm }) => {
      for (const i of [2, 3, 4]) {
        swarm.moveClient(`client:${i}`);
        swarm.runTo(swarm.network.now + 333);
      }
    },
  ],
])('%s', (_what, happens) => {
  test('costs little, and nobody is blamed', () => {
    for (const seed of SEEDS)
      expect(timeOf(seed, happens), `seed ${seed}`).toBeLessThan((undisturbed.get(seed) ?? 0) + COST);
  });
});

test('of a client that got another address the server soon pours to the new one alone', () => {
  const { swarm } = swarmOf(1);
  swarm.runTo(1000);
  swarm.moveClient('client:2');
  swarm.runTo(2500);
  for (const { server } of swarm.servers.values()) {
    const pouredTo = [...server.clients()].filter((client) => client.hasWork());
    expect(pouredTo.map(({ address }) => address)).toEqual(['client:2']);
  }
});
