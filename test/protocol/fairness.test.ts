/** What a transfer leaves to others in a bottleneck of 50 Mbit/s and 40 ms, and what they leave to it. */
import { describe, expect, test } from 'vitest';
import { Bottleneck } from './simulation/bottleneck.ts';
import { megabits } from './simulation/swarm.ts';

const RATE = megabits(50);
const DELAY = 20;
/** A queue of 100 ms. */
const QUEUE = RATE / 10;
/** A part of how long the rate takes to rise and fall, ms. */
const SAW = 61;

function bottleneck(seed: number): Bottleneck {
  return new Bottleneck(seed, { rate: RATE, delay: DELAY, queue: QUEUE });
}

/** Jain's index: 1 when all have as much, 1/n when one has all. */
function jain(shares: readonly number[]): number {
  const sum = shares.reduce((a, b) => a + b);
  return sum ** 2 / (shares.length * shares.reduce((a, b) => a + b * b, 0));
}

test('two downloads by TCP, the yardstick of these tests, fill the link and share it', () => {
  const net = bottleneck(1);
  const flows = [net.tcp(0), net.tcp(1000)];
  const shares = net.shares(40_000, flows);
  expect(jain(shares)).toBeGreaterThan(0.95);
  expect(shares[0] + shares[1]).toBeGreaterThan(0.95);
  // Only loss slows it down: it fills the queue, again and again.
  expect(net.link.dropped).toBeGreaterThan(0);
  expect(net.queueDelays(45_000).at(-1)).toBeGreaterThan(90);
});

describe('against one download by TCP', () => {
  test.each([
    ['that begins together with it', 1, 0, 0],
    ['that comes later', 2, 0, 5000],
    ['that was there before', 3, 5000, 0],
  ])('over 60 s a transfer gets three to seven tenths: one %s', (_, seed, start, tcpStart) => {
    const net = bottleneck(seed);
    const transfer = net.transfer(start, 1);
    const tcp = net.tcp(tcpStart);
    net.shares(5000, []);
    const shares = net.shares(65_000, [transfer, tcp]);
    expect(Math.min(...shares)).toBeGreaterThan(0.3);
    expect(Math.max(...shares)).toBeLessThan(0.7);
  });

  test.each([4, 5])('eight servers leave at least a quarter to it (seed %i)', (seed) => {
    const net = bottleneck(seed);
    const transfer = net.transfer(0, 8);
    const tcp = net.tcp(seed === 4 ? 0 : 2000);
    const [ours, theirs] = net.shares(60_000, [transfer, tcp]);
    expect(theirs).toBeGreaterThan(0.25);
    expect(ours).toBeGreaterThan(0.2);
  });

  test.each([1, 2])('eight servers that come later leave at least a quarter to it (seed %i)', (seed) => {
    const net = bottleneck(seed);
    const tcp = net.tcp(0);
    const transfer = net.transfer(1500, 8);
    net.shares(12_000, []);
    const [ours, theirs] = net.shares(60_000, [transfer, tcp]);
    expect(theirs).toBeGreaterThan(0.25);
    expect(ours).toBeGreaterThan(0.2);
  });

  test.each([6, 7])('one in the background leaves nine tenths to it (seed %i)', (seed) => {
    const net = bottleneck(seed);
    const transfer = net.transfer(seed === 6 ? 0 : 5000, 1, { background: true });
    const tcp = net.tcp(seed === 6 ? 5000 : 0);
    net.shares(5000, []);
    const [, theirs] = net.shares(45_000, [transfer, tcp]);
    expect(theirs).toBeGreaterThan(0.9);
    expect(transfer.carried).toBeGreaterThan(0);
  });

  test.each([8, 20, 24])('that ends, the queue is short again (seed %i)', (seed) => {
    const net = bottleneck(seed);
    const transfer = net.transfer(0, 1);
    const tcp = net.tcp(0);
    net.shares(20_000, [transfer]);
    tcp.stop();
    net.shares(27_000, []);
    expect(net.queueDelays(32_000).at(-1)).toBeLessThan(50);
    expect(net.shares(37_000, [transfer])[0]).toBeGreaterThan(0.95);
  });
});

describe('alone', () => {
  test('one in the background uses the link', () => {
    const net = bottleneck(9);
    const transfer = net.transfer(0, 1, { background: true });
    expect(net.shares(10_000, [transfer])[0]).toBeGreaterThan(0.9);
  });

  test.each([10, 11])('two transfers have as much, in a short queue (seed %i)', (seed) => {
    const net = bottleneck(seed);
    const flows = [net.transfer(0, 1), net.transfer(3000, 1)];
    net.shares(5000, []);
    const shares = net.shares(35_000, flows);
    expect(jain(shares)).toBeGreaterThan(0.95);
    expect(shares[0] + shares[1]).toBeGreaterThan(0.95);
    const delays = net.queueDelays(40_000);
    expect(delays[Math.floor(0.95 * delays.length)]).toBeLessThan(50);
  });
});

describe('a link that changes', () => {
  test.each([
    [12, 200_000],
    [20, 200_000],
    [1, QUEUE],
    [15, QUEUE],
  ])(
    'from 50 to 5 Mbit/s is not flooded for longer than 2 s (seed %i, a queue of %i bytes)',
    (seed, queue) => {
      const net = bottleneck(seed);
      const transfer = net.transfer(0, 1);
      expect(net.shares(5000, [transfer])[0]).toBeGreaterThan(0.85);
      net.link.change(5000, { rate: megabits(5), queue });
      net.shares(7000, [transfer]);
      const { dropped } = net.link;
      const delays = net.queueDelays(12_000);
      expect(delays.at(-1)).toBeLessThan(100);
      expect(net.link.dropped).toBe(dropped);
      expect(net.shares(17_000, [transfer])[0]).toBeGreaterThan(0.9);
    },
  );

  test('from 50 to 5 Mbit/s, whatever it was just doing, is not flooded', () => {
    for (let i = 0; i < 16; i++) {
      const net = bottleneck(1 + (i % 4));
      const transfer = net.transfer(0, 1);
      const at = 5000 + i * SAW;
      net.shares(at, [transfer]);
      net.link.change(at, { rate: megabits(5), queue: QUEUE });
      net.shares(at + 2000, [transfer]);
      const { dropped } = net.link;
      net.shares(at + 2500, [transfer]);
      expect(net.queueDelays(at + 7000).at(-1), `change after ${at} ms`).toBeLessThan(150);
      expect(net.link.dropped, `change after ${at} ms`).toBe(dropped);
    }
  });

  test('from 5 to 50 Mbit/s is used after 5 s', () => {
    const net = new Bottleneck(13, { rate: megabits(5), delay: DELAY, queue: QUEUE });
    const transfer = net.transfer(0, 1);
    expect(net.shares(8000, [transfer])[0]).toBeGreaterThan(0.85);
    net.link.change(8000, { rate: RATE });
    net.shares(13_000, [transfer]);
    expect(net.shares(16_000, [transfer])[0]).toBeGreaterThan(0.9);
  });
});

test('when the client is gone, its servers are silent within 1 s', () => {
  const net = bottleneck(14);
  const transfer = net.transfer(0, 4);
  net.shares(3000, [transfer]);
  transfer.vanish();
  net.network.run(4000, () => false);
  const { carried } = net.link;
  net.network.run(10_000, () => false);
  expect(net.link.carried).toBe(carried);
});
