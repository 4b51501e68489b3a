// @module-tag real-time
/** A server at its upload limit, and what somebody who wants more than their part leaves to the others. */
import { describe, expect, test } from 'vitest';
import type { Extent } from '../../core/wire/datagram.ts';
import { isRain } from '../../core/wire/rain.ts';
import { ServerBench, subscribe } from './server-bench.ts';

const SYMBOL = 1152;
/** Of the server, bytes per second. */
const LIMIT = 1_000_000;
const HONEST = ['192.0.2.1:4000', '192.0.2.2:4000', '192.0.2.3:4000', '192.0.2.4:4000'];
const GREEDY = '198.51.100.1';
const SECONDS = 3;
/** More than the server could pour in the time. */
const EVERYTHING: readonly Extent[] = Array.from({ length: 64 }, (_, i) => ({
  offset: i * 1000,
  block: i * 7,
  from: 0,
  count: 1000,
}));
const ALL = { rate: 0xffff_ffff, lease: 1000, maxDatagram: 65_507, extents: [...EVERYTHING] };

class Client {
  readonly #bench: ServerBench;
  readonly #address: string;
  readonly #token = { high: 3, low: 4 };
  readonly #cookie: Uint8Array;
  #sequence = 2;

  constructor(bench: ServerBench, address: string) {
    this.#bench = bench;
    this.#address = address;
    this.#cookie = bench.cookieFor(address, this.#token);
  }

  /** Orders the next `rate` droplets, to be poured in a second. */
  heartbeat(rate: number): void {
    const extents = [{ offset: 0, block: 500, from: 0, count: 0xffff }];
    const sequence = this.#sequence++;
    const order = { token: this.#token, cookie: this.#cookie, sequence, extents, rate, lease: 500 };
    this.#bench.receive(this.#address, subscribe(order));
  }
}

/** Bytes of RAIN that each honest client is poured, each asking for so many symbols a second. */
function honestly(rate: number, disturb: (bench: ServerBench) => (ms: number) => void): number[] {
  const bench = new ServerBench({ uploadLimit: LIMIT });
  const clients = HONEST.map((address) => new Client(bench, address));
  const disturbance = disturb(bench);
  const bytes = new Map(HONEST.map((address) => [address, 0]));
  for (let ms = 0; ms < SECONDS * 1000; ms++) {
    disturbance(ms);
    if (ms % 50 === 0) for (const client of clients) client.heartbeat(rate);
    for (const sent of bench.runTo(bench.now)) {
      const before = bytes.get(sent.to);
      if (before !== undefined && isRain(sent.bytes)) bytes.set(sent.to, before + sent.bytes.length);
    }
  }
  return [...bytes.values()];
}

/** Subscribes from so many ports, so many times from each, and wants everything; again whenever it is over. */
function greedy(ports: number, times: number, every: number) {
  return (bench: ServerBench) => {
    const all = Array.from({ length: ports * times }, (_, i) => {
      const address = `${GREEDY}:${1024 + (i % ports)}`;
      const token = { high: 9, low: i };
      return { address, token, cookie: bench.cookieFor(address, token) };
    });
    return (ms: number): void => {
      if (ms % every !== 0) return;
      for (const { address, token, cookie } of all) {
        bench.receive(address, subscribe({ ...ALL, token, cookie, sequence: ms + 2 }));
      }
    };
  };
}

const GREEDY_ONES = [
  ['one that subscribes and never reads', greedy(1, 1, 1000)],
  ['one that asks for everything all the time', greedy(1, 1, 1)],
  ['one that subscribes 10,000 times from one port', greedy(1, 10_000, 1000)],
  ['one that subscribes 10,000 times from 10,000 ports', greedy(10_000, 1, 1000)],
] as const;

describe.each(GREEDY_ONES)('%s', (_, disturb) => {
  test('takes nothing from those who want less than their part', () => {
    // Half of the limit, all together.
    const rate = Math.floor((0.5 * LIMIT) / HONEST.length / SYMBOL);
    const calm = honestly(rate, () => () => undefined);
    const disturbed = honestly(rate, disturb);
    disturbed.forEach((bytes, i) => {
      expect(bytes / calm[i]).toBeGreaterThan(0.95);
    });
  });

  test('gets a part like any other when all want more', () => {
    const part = (SECONDS * LIMIT) / (HONEST.length + 1);
    for (const bytes of honestly(2000, disturb)) expect(bytes / part).toBeGreaterThan(0.9);
  });
});
