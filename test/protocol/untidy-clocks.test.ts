/** Times that do not go forward only: of datagrams that are told late, and of servers whose stamps are worth nothing. */
import { describe, expect, test } from 'vitest';
import { Path } from '../../core/protocol/path.ts';
import { seeded, unit } from '../../core/protocol/random.ts';
import { emptyRainHeader } from '../../core/wire/rain.ts';
import { megabits, Swarm } from './simulation/swarm.ts';
import { resourceOf } from './simulation/virtual-resource.ts';

const SERVER = '10.0.0.0:1980';
const RATE = megabits(1000);

/** One server on a fast link; every datagram is told to the client as of up to so many ms before. */
function fetch(seed: number, late: number): Swarm {
  const swarm = new Swarm(seed, resourceOf('c10cc10cc10cc10c', 50_000));
  swarm.connect(SERVER, { rate: RATE, delay: 0.1, queue: RATE / 100 });
  swarm.start(SERVER);
  const random = seeded(seed);
  const { client } = swarm;
  swarm.attach('client:1', {
    receive: (now, from, bytes) => client.receive(now - late * unit(random), from, bytes),
    pump: (now, send) => client.pump(now, send),
  });
  expect(swarm.run(60_000), `seed ${seed}`).toBe(true);
  return swarm;
}

describe('a thread that loses its processor between two looks at the clock', () => {
  test.each([1, 2, 3, 4, 5, 6])('costs no transfer more than a little time, seed %i', (seed) => {
    const time = fetch(seed, 2).client.doneAt ?? Number.NaN;
    expect(time).toBeLessThan(1.5 * (fetch(seed, 0).client.doneAt ?? Number.NaN) + 50);
  });
});

test.each([
  ['stamps', -1, 1],
  ['arrivals', 1, -1],
])(
  'how far apart a server sends is never less than nothing, though its %s go back',
  (_, stamps, arrivals) => {
    const path = new Path(0);
    for (let i = 0; i < 100; i++) {
      const header = { ...emptyRainHeader(), sequence: i, timestamp: 1_000_000 + stamps * 500 * i, count: 1 };
      path.arrived(1000 + arrivals * 0.5 * i, header);
      expect(path.apart).toBeGreaterThanOrEqual(0);
    }
  },
);

/** When the transfer is complete after a server was gone for so long, ms, and came back with another clock, ms ahead. */
function backAfter(gone: number, ahead: number): number {
  const swarm = new Swarm(1, resourceOf('c10cc10cc10cc10c', 4000));
  swarm.connect(SERVER, { rate: megabits(20), delay: 20, queue: megabits(20) / 10 });
  swarm.start(SERVER, { clock: 1_000_000 });
  swarm.runTo(800);
  swarm.vanish(SERVER);
  swarm.runTo(800 + gone);
  swarm.start(SERVER, { clock: 1_000_000 + ahead });
  expect(swarm.run(60_000)).toBe(true);
  return swarm.network.now;
}

test.each([50, 700, 5000])(
  'a server that was gone for %i ms and whose clock is an earlier one brings as much as one with a later one',
  (gone) => expect(backAfter(gone, -500_000)).toBeLessThan(backAfter(gone, 500_000) + 100),
);

/** When the transfer is complete over a path of large datagrams whose server stands still for so long in its midst, ms. */
function stoodStill(seed: number, ms: number): number {
  const swarm = new Swarm(seed, resourceOf('1a1a1a1a1a1a1a1a', 60_000), { maxDatagram: 65_507 });
  const rate = megabits(4000);
  swarm.connect(SERVER, { rate, delay: 0.05, queue: rate / 20 });
  const server = swarm.start(SERVER);
  swarm.runTo(100 + 13 * seed);
  const from = swarm.network.now;
  const heard: [string, Uint8Array][] = [];
  const isStill = (now: number): boolean => now >= from && now < from + ms;
  swarm.attach(SERVER, {
    receive: (now, who, bytes) =>
      isStill(now) ? void heard.push([who, bytes.slice()]) : server.receive(now, who, bytes),
    pump: (now, send) => {
      if (isStill(now)) return from + ms;
      for (const [who, bytes] of heard.splice(0)) server.receive(now, who, bytes);
      return server.pump(now, send);
    },
  });
  expect(swarm.run(60_000), `seed ${seed}`).toBe(true);
  return swarm.network.now;
}

test.each([1, 2, 3, 4])(
  'a server that stands still for a moment is not taken for a slow one, seed %i',
  (seed) => {
    expect(stoodStill(seed, 300)).toBeLessThan(stoodStill(seed, 0) + 300 + 400);
  },
);
