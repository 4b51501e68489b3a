import { expect, test } from 'vitest';
import { megabits, Swarm } from './simulation/swarm.ts';
import { resourceOf, termsOf } from './simulation/virtual-resource.ts';

test('a manifest of more blocks than may be open at once is fetched', () => {
  const resource = resourceOf('6d6d6d6d6d6d6d6d', 2000, { blockSymbols: 4, symbolSize: 64 });
  const blocks = termsOf(resource).manifestBytes / (4 * 64);
  const window = 4;
  expect(blocks).toBeGreaterThan(10 * window);
  const swarm = new Swarm(3, resource, { window, slots: window });
  swarm.connect('10.0.0.1:1980', { rate: megabits(20), delay: 10, loss: 0.05, queue: 100_000 });
  swarm.start('10.0.0.1:1980');
  expect(swarm.run(120_000)).toBe(true);
  expect(swarm.client.complete).toBe(true);
});
