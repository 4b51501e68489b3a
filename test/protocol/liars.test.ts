import { describe, expect, test } from 'vitest';
import { seeded, unit } from '../../core/protocol/random.ts';
import { MANIFEST_BLOCK } from '../../core/wire/datagram.ts';
import type { ServerOptions } from './simulation/server-host.ts';
import { megabits, Swarm } from './simulation/swarm.ts';
import { resourceOf } from './simulation/virtual-resource.ts';

const RESOURCE = resourceOf('1a1a1a1a1a1a1a1a', 3000, { blockSymbols: 128, symbolSize: 256 });
const SEEDS = Array.from({ length: 25 }, (_, i) => i + 1);
const isData = (block: number): boolean => block < MANIFEST_BLOCK;

/** Ways to lie. */
const LIES: Readonly<Record<string, ServerOptions>> = {
  'in every droplet': { lie: isData },
  'in every droplet, of the manifest too': { lie: () => true },
  'in every tenth droplet': { lie: (block, id) => isData(block) && id % 10 === 3 },
  'in repair droplets': { lie: (block, id) => isData(block) && id >= RESOURCE.blockSymbols },
  'for some blocks': { lie: (block) => isData(block) && block % 5 === 4 },
  'in one droplet of one block': { lie: (block, id) => block === 7 && id % 16 === 5 },
  'in the manifest': { lie: (block) => !isData(block) },
  'about the length of the manifest': {
    terms: { manifestBytes: RESOURCE.manifestBytes - 32 },
    lie: () => true,
  },
  'about the size of symbols': { terms: { symbolSize: 64 }, lie: () => true },
  'with an endless manifest': { terms: { manifestBytes: 64 * 1024 * 1024 }, lie: () => true },
};

function swarmOf(seed: number, liars: ReadonlyMap<number, ServerOptions>, count: number): Swarm {
  const random = seeded(seed);
  // Slow decoding has liars found out while other blocks of theirs are being decoded.
  const swarm = new Swarm(seed, RESOURCE, { window: 8, slots: 9, decodeTime: seed % 2 === 0 ? 1 : 60 });
  for (let i = 0; i < count; i++) {
    const rate = megabits(1 + 9 * unit(random));
    const link = { rate, delay: 50 * unit(random), loss: 0.05 * unit(random), queue: rate / 5 };
    swarm.connect(addressOf(i), link);
    swarm.start(addressOf(i), liars.get(i) ?? {});
  }
  return swarm;
}

function addressOf(i: number): string {
  return `10.0.0.${i}:1980`;
}

describe.each(Object.entries(LIES))('a liar %s', (kind, options) => {
  test('among honest servers harms nothing, and honest ones are never banned', () => {
    let named = 0;
    for (const seed of SEEDS) {
      const liar = seed % 4;
      const swarm = swarmOf(seed, new Map([[liar, options]]), 4);
      expect(swarm.run(60_000), `${kind}, seed ${seed}`).toBe(true);
      expect(swarm.client.complete).toBe(true);
      const wronged = swarm.client.banned.filter((address) => address !== addressOf(liar));
      expect(wronged, `${kind}, seed ${seed}`).toEqual([]);
      named += swarm.client.banned.length;
    }
    // Who is not asked for what it would lie in cannot be found out.
    const rarely = ['in the manifest', 'in one droplet of one block', 'in repair droplets'].includes(kind);
    expect(named, kind).toBeGreaterThanOrEqual(rarely ? 3 : 0.75 * SEEDS.length);
  });
});

describe('more liars than one', () => {
  test('are all found out, whatever each lies in, while one is honest', () => {
    const kinds = Object.values(LIES);
    for (const seed of SEEDS) {
      const random = seeded(seed + 1000);
      const honest = random.u32() % 6;
      const liars = new Map<number, ServerOptions>();
      for (let i = 0; i < 6; i++) if (i !== honest) liars.set(i, kinds[random.u32() % kinds.length]);
      const swarm = swarmOf(seed, liars, 6);
      expect(swarm.run(120_000), `seed ${seed}`).toBe(true);
      expect(swarm.client.complete).toBe(true);
      expect(swarm.client.banned, `seed ${seed}`).not.toContain(addressOf(honest));
    }
  });

  test('and nobody else: nothing is kept, and the transfer says whom it waits for', () => {
    for (const kind of ['in every droplet', 'in the manifest', 'in every tenth droplet']) {
      for (const seed of SEEDS.slice(0, 10)) {
        const liars = new Map([0, 1, 2].map((i) => [i, LIES[kind]]));
        const swarm = swarmOf(seed, liars, 3);
        expect(swarm.run(60_000), `${kind}, seed ${seed}`).toBe(false);
        expect(swarm.client.client.waiting, `${kind}, seed ${seed}`).toBe('trust');
        expect(swarm.client.banned).toHaveLength(3);
        // What is kept was checked: of a block that all lie in nothing is.
        if (kind !== 'in every tenth droplet') expect(swarm.client.done.size).toBe(0);
      }
    }
  });

  test('and an honest one that comes later: the transfer goes on', () => {
    const liars = new Map([0, 1].map((i) => [i, LIES['in every droplet']]));
    const swarm = swarmOf(1, liars, 2);
    swarm.runTo(10_000);
    expect(swarm.client.client.waiting).toBe('trust');
    swarm.connect(addressOf(9), { rate: megabits(10), delay: 10 });
    swarm.start(addressOf(9));
    expect(swarm.run(60_000)).toBe(true);
  });
});

test('a server that promises and pours nothing holds nothing up', () => {
  for (const seed of SEEDS.slice(0, 10)) {
    const times = [{}, { stalls: true }].map((options) => {
      const swarm = swarmOf(seed, new Map([[0, options]]), 4);
      // What it would have brought, the others must; it is cut off, so that it brings nothing in either run.
      if (options.stalls !== true) swarm.vanish(addressOf(0));
      expect(swarm.run(60_000), `seed ${seed}`).toBe(true);
      return swarm.client.doneAt ?? 0;
    });
    expect(times[1], `seed ${seed}`).toBeLessThan(1.2 * times[0] + 300);
  }
});

test('false droplets on disk do not cost an honest server its name', () => {
  for (const seed of SEEDS) {
    const swarm = swarmOf(seed, new Map(), 3);
    swarm.runTo(900);
    swarm.stopClient();
    swarm.resumeClient((block, id) => (block + id) % 7 === 0);
    expect(swarm.run(60_000), `seed ${seed}`).toBe(true);
    expect(swarm.client.banned, `seed ${seed}`).toEqual([]);
  }
});
