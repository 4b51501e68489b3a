/** Every droplet of a transfer is accounted for: needed, or beyond that for a reason. */
import { expect, test } from 'vitest';
import { seeded, unit } from '../../core/protocol/random.ts';
import type { ServerOptions } from './simulation/server-host.ts';
import { megabits, Swarm } from './simulation/swarm.ts';
import { resourceOf, symbolCount } from './simulation/virtual-resource.ts';

const RESOURCE = resourceOf('1a1a1a1a1a1a1a1a', 3000, { blockSymbols: 128, symbolSize: 256 });

function finished(seed: number, liar: ServerOptions): Swarm {
  const random = seeded(seed);
  const swarm = new Swarm(seed, RESOURCE, { window: 8, slots: 9, decodeTime: seed % 2 === 0 ? 1 : 60 });
  for (let i = 0; i < 3; i++) {
    const link = { rate: megabits(5), delay: 50 * unit(random), loss: 0.1 * unit(random), queue: 1e5 };
    swarm.connect(`10.0.0.${i}:1980`, link);
    swarm.start(`10.0.0.${i}:1980`, i === 0 ? liar : {});
  }
  expect(swarm.run(60_000), `seed ${seed}`).toBe(true);
  return swarm;
}

test.each([1, 2, 3, 4, 5, 6])('what loss, lateness and liars cost adds up, seed %i', (seed) => {
  for (const liar of [{}, { lie: (block: number) => block < 10 }]) {
    const { received, source, repair, duplicate, late, rejected, manifest, surplus } = finished(seed, liar)
      .client.client.tally;
    expect(received).toBe(source + repair + duplicate + late + rejected);
    expect(received - symbolCount(RESOURCE)).toBe(manifest + surplus + duplicate + late + rejected);
    expect(surplus).toBeGreaterThan(0);
  }
});

test.each([1, 2, 3])(
  'on a short path blocks that wait for room are not repaired for fear of a loss, seed %i',
  (seed) => {
    const content = resourceOf('2b2b2b2b2b2b2b2b', 40_000);
    const swarm = new Swarm(seed, content, { window: 4, slots: 5, decodeTime: 4 });
    swarm.connect('10.0.0.1:1980', { rate: megabits(1000), delay: 1, loss: 0.0005, queue: 4e6 });
    swarm.start('10.0.0.1:1980');
    expect(swarm.run(60_000)).toBe(true);
    const { received, repair } = swarm.client.client.tally;
    expect(repair).toBeLessThan(40);
    expect(received - symbolCount(content)).toBeLessThan(40);
  },
);
