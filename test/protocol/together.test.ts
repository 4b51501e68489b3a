/** Clients of one server that began at different times: what it reads should not grow with them. */
import { expect, test } from 'vitest';
import { seeded, unit } from '../../core/protocol/random.ts';
import { MANIFEST_BLOCK } from '../../core/wire/datagram.ts';
import { ClientHost } from './simulation/client-host.ts';
import { Link, Network } from './simulation/network.ts';
import { ServerHost } from './simulation/server-host.ts';
import { megabits } from './simulation/swarm.ts';
import { resourceOf } from './simulation/virtual-resource.ts';

/** 200 blocks of 32 kB, 50 ms each. */
const RESOURCE = resourceOf('7a7a7a7a7a7a7a7a', 200 * 128, { blockSymbols: 128, symbolSize: 256 });
const SERVER = '10.0.0.1:1980';
/** Blocks that the server keeps at hand: fewer than a node does. */
const AT_HAND = 40;
/** Mean time between changes of a link that swings, ms. */
const SWING_EVERY = 800;

interface Visitor {
  /** Mbit/s. */
  readonly rate: number;
  /** ms. */
  readonly start: number;
  readonly loss?: number;
  /** Part of the rate that comes and goes, 0..1. */
  readonly swing?: number;
}

/** Runs until all have everything; the ms that each took, and how many blocks the server read. */
function visit(visitors: readonly Visitor[]): { times: number[]; reads: number } {
  const random = seeded(1);
  const network = new Network(random);
  network.timerJitter = 1;
  const links = new Map(
    visitors.map(({ rate, loss = 0, swing = 0 }, i) => {
      const bytes = megabits(rate);
      const link = new Link({ rate: bytes, delay: 10, loss, queue: bytes / 10 }, random);
      const change = (): void => {
        link.change(network.now, { rate: bytes * (1 - swing * unit(random)) });
        network.at(network.now + 2 * SWING_EVERY * unit(random), change);
      };
      if (swing > 0) network.at(0, change);
      return [`10.0.1.${i}:4000`, link];
    }),
  );
  const back = new Link({ delay: 10 }, random);
  network.route = (_from, to) => [links.get(to) ?? back];
  let reads = 0;
  const atHand = new Set<number>();
  const wanted = (block: number): void => {
    if (block >= MANIFEST_BLOCK) return;
    if (!atHand.delete(block)) reads++;
    atHand.add(block);
    for (const oldest of atHand) {
      if (atHand.size <= AT_HAND) break;
      atHand.delete(oldest);
    }
  };
  network.attach(SERVER, new ServerHost([RESOURCE], random, { wanted }));
  const clients = visitors.map(({ start }, i) => {
    const client = new ClientHost(start, RESOURCE, random);
    network.at(start, () => {
      client.add(network.now, SERVER);
      network.attach(`10.0.1.${i}:4000`, client);
    });
    return client;
  });
  const isOver = network.run(120_000, () => clients.every(({ complete }) => complete));
  if (!isOver) throw new Error('the clients came to no end');
  return { times: clients.map(({ doneAt = 0 }, i) => doneAt - visitors[i].start), reads };
}

const ALONE = visit([{ rate: 5, start: 0 }]);

test('one client has every block read once', () => {
  expect(ALONE.reads).toBe(RESOURCE.blocks);
});

test.each([
  ['begin at once', [0, 0, 0, 0, 0, 0, 0, 0], 0, 1.2],
  ['begin at once, and lose some', [0, 0, 0, 0, 0, 0, 0, 0], 0.02, 1.2],
  ['begin one after the other', [0, 400, 800, 1200, 1600, 2000, 2400, 2800], 0, 1.5],
] as const)('eight that %s have little more read, and take no longer', (_, starts, loss, most) => {
  const { times, reads } = visit(starts.map((start) => ({ rate: 5, start, loss })));
  expect(reads).toBeLessThan(most * RESOURCE.blocks);
  expect(Math.max(...times)).toBeLessThan((1.1 * ALONE.times[0]) / (1 - loss));
});

test('eight whose links come and go drift apart no farther than what is at hand', () => {
  const { reads } = visit(Array.from({ length: 8 }, () => ({ rate: 5, start: 0, swing: 0.6 })));
  expect(reads).toBeLessThan(1.2 * RESOURCE.blocks);
});

test('clients on unequal links share what they can, and the fast one is not held up', () => {
  const { times, reads } = visit([1, 2, 5, 10].map((rate) => ({ rate, start: 0 })));
  expect(reads).toBeLessThan(3.2 * RESOURCE.blocks);
  expect(times[2]).toBeLessThan(1.05 * ALONE.times[0]);
  expect(times[3]).toBeLessThan(0.6 * ALONE.times[0]);
});
