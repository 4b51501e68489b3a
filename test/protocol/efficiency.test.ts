import { expect, test } from 'vitest';
import { megabits, Swarm } from './simulation/swarm.ts';
import { resourceOf } from './simulation/virtual-resource.ts';

const MIB_SYMBOLS = Math.ceil(1048576 / 1152);

interface Result {
  /** Droplets received against those there are. */
  readonly droplets: number;
  /** Time against that in which the links could have carried them. */
  readonly time: number;
  /** Repair droplets among them. */
  readonly repair: number;
}

function fetch(
  seed: number,
  mebibytes: number,
  servers: number,
  link: { mbit: number; delay: number; loss: number },
): Result {
  const swarm = new Swarm(seed, resourceOf('e0e0e0e0e0e0e0e0', mebibytes * MIB_SYMBOLS));
  const rate = megabits(link.mbit);
  for (let i = 0; i < servers; i++) {
    const address = `10.0.0.${i}:1980`;
    swarm.connect(address, { rate, delay: link.delay, loss: link.loss, queue: rate / 10 });
    swarm.start(address);
  }
  expect(swarm.run(600_000), `seed ${seed}`).toBe(true);
  const ideal = swarm.idealTime(servers * rate, link.loss);
  const { repair } = swarm.client.client.tally;
  return { droplets: 1 + swarm.overhead, time: (swarm.client.doneAt ?? 0) / ideal, repair };
}

test.each([1, 2, 3])(
  'four equal servers at 50 ms and 5 % loss are nearly as good as their links (seed %i)',
  (seed) => {
    const { droplets, time } = fetch(seed, 64, 4, { mbit: 20, delay: 25, loss: 0.05 });
    expect(droplets).toBeLessThan(1.005);
    expect(time).toBeLessThan(1.08);
  },
);

test('on a long transfer droplets come to 1.002 of those needed', () => {
  const { droplets, time } = fetch(4, 256, 4, { mbit: 50, delay: 25, loss: 0.05 });
  expect(droplets).toBeLessThan(1.0025);
  expect(time).toBeLessThan(1.06);
});

test('what little is lost is poured again as it was: hardly a droplet too many, and nothing to be decoded', () => {
  for (const servers of [1, 4]) {
    const { droplets, time, repair } = fetch(7, 64, servers, { mbit: 80 / servers, delay: 25, loss: 0.002 });
    expect(droplets).toBeLessThan(1.0004);
    expect(time).toBeLessThan(1.05);
    // Each block with a repair droplet in it has to be decoded: a few at the end.
    expect(repair).toBeLessThan(20);
  }
});

test('one server without loss pours each droplet once', () => {
  const { droplets, time } = fetch(5, 64, 1, { mbit: 100, delay: 10, loss: 0 });
  expect(droplets).toBeLessThan(1.0005);
  expect(time).toBeLessThan(1.04);
});

test('a fifth of all lost costs time, not droplets', () => {
  const { droplets, time } = fetch(6, 64, 4, { mbit: 20, delay: 25, loss: 0.2 });
  expect(droplets).toBeLessThan(1.005);
  expect(time).toBeLessThan(1.2);
});
