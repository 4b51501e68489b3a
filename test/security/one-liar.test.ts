/** One malicious server among six on a virtual network: what it costs, against six honest ones. */
import { describe, expect, test } from 'vitest';
import { MANIFEST_BLOCK } from '../../core/wire/datagram.ts';
import { USELESS } from '../protocol/simulation/client-host.ts';
import type { ServerOptions } from '../protocol/simulation/server-host.ts';
import { megabits, Swarm } from '../protocol/simulation/swarm.ts';
import { resourceOf, tagOf } from '../protocol/simulation/virtual-resource.ts';
import { type Twist, TwistedHost } from './twisted-host.ts';

/** 16 MiB in blocks as they really are. */
const RESOURCE = resourceOf('2b2b2b2b2b2b2b2b', 14_563);
const SERVERS = 6;
const SEEDS = [1, 2];
/** Most that one liar among six may cost; without its share alone it is 1.2. */
const MOST_TIME = 1.5;
const isData = (block: number): boolean => block < MANIFEST_BLOCK;

interface Lie {
  readonly options?: ServerOptions;
  readonly twist?: Twist;
}

const LIES: Readonly<Record<string, Lie>> = {
  'random droplets': {
    twist: ({ payload, header }) => {
      payload.fill(header.sequence);
      return undefined;
    },
  },
  'droplets under names of others': {
    twist: ({ header }) => {
      header.id += 1;
      return undefined;
    },
  },
  'a false droplet in ten': { options: { lie: (block, id) => isData(block) && id % 10 === 3 } },
  'droplets that it says are of other blocks': {
    twist: ({ header }) => {
      header.block = (header.block + 1) % RESOURCE.blocks;
      return undefined;
    },
  },
  'droplets of blocks that there are not': {
    twist: ({ header }) => {
      header.block += 1_000_000;
      return undefined;
    },
  },
  'right droplets that nobody asked it for': {
    twist: ({ header, payload }) => {
      header.id += 5000;
      const view = new DataView(payload.buffer, payload.byteOffset);
      for (let i = 0; i < header.count; i++) {
        view.setUint32(i * header.symbolSize, tagOf(RESOURCE, header.block, header.id + i));
      }
      return undefined;
    },
  },
  'droplets without end that all say the same': {
    twist: ({ header }) => {
      header.id = USELESS + header.sequence;
      return undefined;
    },
  },
  'a wrong manifest': { options: { lie: (block) => !isData(block) } },
  'a shorter manifest': {
    options: { terms: { manifestBytes: RESOURCE.manifestBytes - 32 }, lie: () => true },
  },
  'an endless manifest': { options: { terms: { manifestBytes: 64 * 2 ** 20 }, lie: () => true } },
};

/** Nothing of it is false, so nobody is to be banned for it. */
const NUISANCES: Readonly<Record<string, Lie>> = {
  'the right droplets two seconds late': { twist: () => 2000 },
};

/** The liar is the first to answer, and so the one that the manifest is taken from. */
function fetched(seed: number, lies: readonly Lie[]): Swarm {
  const swarm = new Swarm(seed, RESOURCE);
  for (let i = 0; i < SERVERS; i++) {
    const { options, twist } = lies[i] ?? {};
    const address = addressOf(i);
    const rate = megabits(8);
    swarm.connect(address, { rate, delay: 10 + 5 * i, loss: 0.005, queue: rate / 10 });
    const server = swarm.start(address, options);
    if (twist !== undefined) swarm.attach(address, new TwistedHost(server, twist));
  }
  swarm.run(60_000);
  return swarm;
}

function addressOf(i: number): string {
  return `10.0.0.${i}:1980`;
}

/** With six honest servers, by seed, ms. */
const honest = new Map(SEEDS.map((seed) => [seed, fetched(seed, []).client.doneAt ?? 0]));

test('six honest ones fetch at the rate of their links', () => {
  for (const time of honest.values()) expect(time).toBeGreaterThan(2800);
  for (const time of honest.values()) expect(time).toBeLessThan(3500);
});

describe.each(Object.entries({ ...LIES, ...NUISANCES }))('a server that pours %s', (what, lie) => {
  test.each(SEEDS)(
    `costs the others little${what in LIES ? ', and is banned by name' : ''}; seed %i`,
    (seed) => {
      const { client } = fetched(seed, [lie]);
      expect(client.complete).toBe(true);
      expect(client.banned).toEqual(what in LIES ? [addressOf(0)] : []);
      expect((client.doneAt ?? Number.POSITIVE_INFINITY) / (honest.get(seed) ?? 0)).toBeLessThan(MOST_TIME);
    },
  );
});

test('six that lie: all are banned, nothing is kept, and it says what it waits for', () => {
  const alwaysFalse = [
    'random droplets',
    'droplets under names of others',
    'random droplets',
    'droplets of blocks that there are not',
    'a shorter manifest',
    'an endless manifest',
  ].map((what) => LIES[what]);
  for (const seed of SEEDS) {
    const { client } = fetched(seed, alwaysFalse);
    expect(client.doneAt).toBeUndefined();
    expect(client.done.size).toBe(0);
    expect(client.client.waiting).toBe('trust');
    expect(client.banned).toHaveLength(SERVERS);
  }
});

test.each([
  ['pours droplets that it says are of other blocks', LIES['droplets that it says are of other blocks']],
  ['greets and pours nothing of the content', { options: { stalls: true } }],
  ['pours right droplets that nobody asked it for', LIES['right droplets that nobody asked it for']],
])('five that lie and one that %s: nothing is kept, and it says what it waits for', (_what, last) => {
  for (const seed of SEEDS) {
    const { client } = fetched(seed, [...Array(SERVERS - 1).fill(LIES['random droplets']), last]);
    expect(client.doneAt).toBeUndefined();
    expect(client.done.size).toBe(0);
    expect(['use', 'trust']).toContain(client.client.waiting);
    expect(client.banned.length).toBeGreaterThanOrEqual(SERVERS - 1);
  }
});

test('six that lie now and then: what is kept is verified, and all are banned in the end', () => {
  for (const seed of SEEDS) {
    const { client } = fetched(seed, Array(SERVERS).fill(LIES['a false droplet in ten']));
    expect(client.doneAt).toBeUndefined();
    expect(client.client.waiting).toBe('trust');
    expect(client.banned).toHaveLength(SERVERS);
  }
});
