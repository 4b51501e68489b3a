/** More than anybody should send, to the serving side by itself. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { seeded } from '../../core/protocol/random.ts';
import { poured, ServerBench, subscribe } from './server-bench.ts';

const CLIENT = '192.0.2.7:4000';
const TOKEN = { high: 77, low: 88 };
const FORGED = 100_000;

test('a hundred thousand forged addresses leave nothing behind, and who was there is served as before', () => {
  const bench = new ServerBench();
  const cookie = bench.cookieFor(CLIENT, TOKEN);
  const random = seeded(1);
  let [droplets, challenges, asked] = [0, 0, 0];
  const before = settledHeap();
  const started = process.cpuUsage().user;
  for (let sequence = 2, forged = 0; forged < FORGED; sequence++) {
    // In each of a thousand milliseconds a hundred forged ones, and every tenth one heartbeat of the client.
    for (let i = 0; i < 100; i++, forged++) {
      const [high, low] = [random.u32(), random.u32()];
      const cookieLike = Uint8Array.from({ length: 16 }, () => random.u32());
      // As far as an attacker can know it: the number of the ten minutes is right.
      cookieLike.set(cookie.subarray(0, 4));
      bench.receive(forgedAddress(forged), subscribe({ token: { high, low }, cookie: cookieLike }));
    }
    const extents = [{ offset: droplets, block: 1, from: droplets, count: 100 }];
    bench.receive(CLIENT, subscribe({ token: TOKEN, cookie, sequence, extents, rate: 10_000 }));
    asked += 10;
    const sent = bench.drain();
    droplets += poured(sent);
    challenges += sent.length - poured(sent);
    bench.now += 1;
  }
  expect(bench.clients).toBe(1);
  // Of so many a second no more are answered than a quarter of a core can.
  expect(challenges).toBeGreaterThan(9000);
  expect(challenges).toBeLessThan(12_000);
  expect(droplets).toBeGreaterThan(0.8 * asked);
  expect((settledHeap() - before) / 2 ** 20, 'MiB kept').toBeLessThan(8);
  const seconds = (process.cpuUsage().user - started) / 1e6;
  // Some 10 microseconds each when the machine is free.
  expect(seconds, 'CPU seconds').toBeLessThan(20);
});

test('a stranger who is real gets in while twice as many are forged as are answered', () => {
  const bench = new ServerBench();
  const random = seeded(2);
  const stranger = '198.51.100.7:4000';
  const [high, low] = [5, 6];
  const began = bench.now;
  for (let next = began + 500, forged = 0; ; bench.now += 1) {
    for (let i = 0; i < 20; i++, forged++) {
      // Somewhere among them, about as often as a client asks that gets no answer.
      const isTurn = bench.now >= next && random.u32() % 20 === 0;
      if (isTurn) next = bench.now + 400;
      if (isTurn) bench.receive(stranger, subscribe({ token: { high, low } }));
      else
        bench.receive(forgedAddress(forged), subscribe({ token: { high: random.u32(), low: random.u32() } }));
    }
    if (bench.drain().some(({ to }) => to === stranger)) break;
    expect(bench.now - began, 'ms').toBeLessThan(10_000);
  }
});

test('answers that nobody has sent yet are bounded', () => {
  const bench = new ServerBench();
  for (let i = 0; i < FORGED; i++) bench.receive(forgedAddress(i), subscribe());
  expect(bench.drain().length).toBeLessThanOrEqual(1024);
});

test('one host, or one network of IPv6, takes no more than its share of subscriptions', () => {
  const bench = new ServerBench({ maxPerHost: 50 });
  const begin = (address: string, low: number): void => {
    const token = { high: 1, low };
    bench.receive(address, subscribe({ token, cookie: bench.cookieFor(address, token), sequence: 2 }));
  };
  for (let i = 0; i < 200; i++) begin(`198.51.100.1:${1000 + i}`, i);
  expect(bench.clients).toBe(50);
  for (let i = 0; i < 200; i++) begin(`[2001:db8:1:2:${(i + 1).toString(16)}::1]:1980`, i);
  expect(bench.clients).toBe(100);
  begin('[2001:db8:1:3::1]:1980', 1);
  expect(bench.clients).toBe(101);
});

test('one client that subscribes ten thousand times changes nothing for another', () => {
  const bench = new ServerBench();
  for (let low = 0; low < 10_000; low++) {
    const token = { high: 5, low };
    const cookie = bench.cookieFor('198.51.100.1:1000', token);
    bench.receive('198.51.100.1:1000', subscribe({ token, cookie, sequence: 2, extents: [] }));
  }
  bench.drain();
  expect(bench.clients).toBe(256);
  const cookie = bench.cookieFor(CLIENT, TOKEN);
  bench.receive(CLIENT, subscribe({ token: TOKEN, cookie, sequence: 2 }));
  const own = bench.runTo(bench.now + 110).filter(({ to }) => to === CLIENT);
  expect(poured(own)).toBeGreaterThan(800);
});

function forgedAddress(i: number): string {
  return `${10 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}.9:${1024 + (i % 60_000)}`;
}

/** Without what could be collected. */
function settledHeap(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}
