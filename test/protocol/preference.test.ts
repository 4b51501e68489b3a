/** A content that is read while it arrives. */
import { describe, expect, test } from 'vitest';
import { megabits, Swarm } from './simulation/swarm.ts';
import { resourceOf } from './simulation/virtual-resource.ts';

/** 47 blocks. */
const RESOURCE = resourceOf('2b2b2b2b2b2b2b2b', 6000, { blockSymbols: 128, symbolSize: 256 });
const LAST = RESOURCE.blocks - 1;

function swarmOf(seed: number, loss: number): Swarm {
  const swarm = new Swarm(seed, RESOURCE, { window: 8, slots: 9 });
  for (const i of [0, 1]) {
    swarm.connect(`10.0.0.${i}:1980`, { rate: megabits(4), delay: 20, loss, queue: 1e5 });
    swarm.start(`10.0.0.${i}:1980`);
  }
  return swarm;
}

/** Runs until so many blocks are done; which they are, in their order. */
function runTo(swarm: Swarm, blocks: number): number[] {
  while (swarm.client.done.size < blocks && swarm.network.now < 60_000) swarm.run(swarm.network.now + 5);
  return [...swarm.client.done];
}

describe.each([0, 0.1])('with a loss of %f', (loss) => {
  test.each([1, 2, 3, 4])('from where a reader is to the end, then the rest, seed %i', (seed) => {
    const swarm = swarmOf(seed, loss);
    swarm.client.client.prefer(0, [30]);
    const order = runTo(swarm, RESOURCE.blocks);
    expect(order.toSorted((a, b) => a - b)).toEqual(Array.from({ length: RESOURCE.blocks }, (_, i) => i));
    // Loss may have a block wait for its repair, while those opened beside it are completed.
    expect(order.indexOf(30)).toBeLessThan(8);
    expect(Math.min(...order.slice(0, LAST - 30 - 8))).toBe(30);
    expect(order.at(-1)).toBeLessThan(30);
  });

  test.each([1, 2, 3, 4])('what a reader skips to comes next, seed %i', (seed) => {
    const swarm = swarmOf(seed, loss);
    expect(Math.max(...runTo(swarm, 5))).toBeLessThan(16);
    const { client } = swarm.client;
    const open = [...client.openBlocks()].length;
    client.prefer(swarm.network.now, [40]);
    const order = runTo(swarm, RESOURCE.blocks);
    const next = order.slice(5);
    // It, too, may have to wait for its repair.
    expect(next.indexOf(40)).toBeLessThanOrEqual(loss > 0 ? open + 12 : open);
    expect(next.indexOf(42)).toBeLessThan(open + 13);
  });

  test('two readers are both served before what nobody reads', () => {
    const swarm = swarmOf(5, loss);
    swarm.client.client.prefer(0, [20, 35]);
    const first = runTo(swarm, 12).slice(0, 12);
    expect(first.filter((block) => block >= 20 && block < 35).length).toBeGreaterThan(3);
    expect(first.filter((block) => block >= 35).length).toBeGreaterThan(3);
    expect(first.filter((block) => block < 20)).toEqual([]);
    swarm.client.client.prefer(swarm.network.now, []);
    expect(runTo(swarm, RESOURCE.blocks)).toHaveLength(RESOURCE.blocks);
  });
});
