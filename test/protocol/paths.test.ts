/** Time on paths that are unlike each other or unkind, against that in which the links could carry the content. */
import { describe, expect, test } from 'vitest';
import { Bottleneck } from './simulation/bottleneck.ts';
import type { LinkProperties } from './simulation/network.ts';
import { megabits, Swarm } from './simulation/swarm.ts';
import { resourceOf } from './simulation/virtual-resource.ts';

const MIB_SYMBOLS = Math.ceil(1048576 / 1152);

interface Path extends Partial<LinkProperties> {
  readonly mbit: number;
  readonly delay: number;
}

/** Fetches so many symbols from a server behind each path. */
function fetch(seed: number, symbols: number, paths: readonly Path[]): Swarm {
  const swarm = new Swarm(seed, resourceOf('e0e0e0e0e0e0e0e0', symbols));
  paths.forEach(({ mbit, ...link }, i) => {
    const rate = megabits(mbit);
    swarm.connect(`10.0.0.${i}:1980`, { rate, queue: rate / 10, ...link });
    swarm.start(`10.0.0.${i}:1980`);
  });
  expect(swarm.run(600_000), `seed ${seed}`).toBe(true);
  return swarm;
}

/** Time against the least in which the links could carry the content. */
function timeOf(swarm: Swarm, paths: readonly Path[], loss = 0): number {
  const mbit = paths.reduce((sum, path) => sum + path.mbit, 0);
  return (swarm.client.doneAt ?? 0) / swarm.idealTime(megabits(mbit), loss);
}

function equal(count: number, path: Path): Path[] {
  return Array<Path>(count).fill(path);
}

describe('a small file takes few round trips', () => {
  const RTT = 50;
  test.each([
    ['1 KiB', 1, 3],
    ['100 KiB', 89, 4],
    ['1 MiB', MIB_SYMBOLS, 6],
  ])('%s', (_, symbols, most) => {
    for (const [servers, mbit] of [
      [1, 20],
      [1, 100],
      [4, 20],
    ]) {
      const paths = equal(servers, { mbit, delay: RTT / 2 });
      const swarm = fetch(1, symbols, paths);
      const onTheLink = swarm.idealTime(megabits(servers * mbit), 0);
      const roundTrips = ((swarm.client.doneAt ?? Number.NaN) - onTheLink) / RTT;
      expect(roundTrips, `${servers} servers of ${mbit} Mbit/s`).toBeLessThanOrEqual(most);
    }
  });

  test('also when the first server is dead', () => {
    const swarm = new Swarm(2, resourceOf('e0e0e0e0e0e0e0e0', 1));
    for (const address of ['10.0.0.0:1980', '10.0.0.1:1980']) {
      swarm.connect(address, { rate: megabits(20), delay: RTT / 2 });
    }
    swarm.start('10.0.0.1:1980');
    expect(swarm.run(10_000)).toBe(true);
    expect(swarm.client.doneAt).toBeLessThan(3 * RTT);
  });
});

describe.each([1, 4])(
  '64 MiB from %i servers of 20 Mbit/s and 25 ms take at most 1.15 of the ideal time',
  (servers) => {
    const path = { mbit: 20, delay: 25 };

    test('when 5 % of the datagrams come up to 20 ms late', () => {
      const paths = equal(servers, { ...path, reordered: 0.05, reorderedBy: 20 });
      const swarm = fetch(3, 64 * MIB_SYMBOLS, paths);
      expect(timeOf(swarm, paths)).toBeLessThan(1.15);
      expect(swarm.overhead).toBeLessThan(0.0025);
    });

    test('when 2 % are lost in bursts, 20 in a row', () => {
      const paths = equal(servers, { ...path, burstLoss: 0.02, burstLength: 20 });
      const swarm = fetch(4, 64 * MIB_SYMBOLS, paths);
      expect(timeOf(swarm, paths, 0.02)).toBeLessThan(1.15);
      expect(swarm.overhead).toBeLessThan(0.005);
    });

    test('when there is a queue of 1 s', () => {
      const paths = equal(servers, { ...path, queue: megabits(20) });
      expect(timeOf(fetch(5, 64 * MIB_SYMBOLS, paths), paths)).toBeLessThan(1.15);
    });
  },
);

test.each([
  [20, 25],
  [100, 10],
])('a queue of 1 s at %i Mbit/s, %i ms away, is left empty', (mbit, delay) => {
  const rate = megabits(mbit);
  const net = new Bottleneck(6, { rate, delay, queue: rate });
  const transfer = net.transfer(0, 1);
  const delays = net.queueDelays(15_000);
  expect(delays.at(-1)).toBeLessThan(100);
  expect(delays[Math.floor(delays.length / 2)]).toBeLessThan(20);
  expect(net.shares(20_000, [transfer])[0]).toBeGreaterThan(0.95);
});

test.each([7, 8])(
  'unequal servers take at most 1.10 of what their links carry together (seed %i)',
  (seed) => {
    const paths = [
      { mbit: 50, delay: 5 },
      { mbit: 20, delay: 20 },
      { mbit: 5, delay: 80 },
      { mbit: 1, delay: 150 },
    ];
    expect(timeOf(fetch(seed, 64 * MIB_SYMBOLS, paths), paths)).toBeLessThan(1.1);
  },
);

test('sixteen servers at 5 % loss take at most 1.15', () => {
  const paths = equal(16, { mbit: 10, delay: 25, loss: 0.05 });
  expect(timeOf(fetch(9, 64 * MIB_SYMBOLS, paths), paths, 0.05)).toBeLessThan(1.15);
});

test('over a long way a fast link is soon in use: 64 MiB at 100 Mbit/s and 300 ms', () => {
  const paths = [{ mbit: 100, delay: 150 }];
  expect(timeOf(fetch(10, 64 * MIB_SYMBOLS, paths), paths)).toBeLessThan(1.4);
});
