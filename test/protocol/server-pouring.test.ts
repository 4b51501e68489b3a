/** The serving side by itself: which datagrams leave for an order, and when. */
import { beforeEach, describe, expect, test } from 'vitest';
import { RAIN_HEADER } from '../../core/wire/datagram.ts';
import { isRain } from '../../core/wire/rain.ts';
import { heartbeatOf, idsOf } from './simulation/heartbeat.ts';
import {
  CLIENT,
  OTHER,
  type Poured,
  RESOURCE,
  ServerBench,
  SYMBOL,
  WHOLE_DATAGRAM,
} from './simulation/server-bench.ts';

let bench: ServerBench;
beforeEach(() => {
  bench = new ServerBench();
});

function stretches(poured: readonly Poured[]): [number, number, number][] {
  return poured.map(({ block, id, count }) => [block, id, count]);
}

describe('a datagram', () => {
  test('says whose it is, what came last, and when that was', () => {
    bench.order({ token: { high: 9, low: 8 }, sequence: 0x1_0005 });
    bench.now += 12;
    const [first, second] = bench.pourNow();
    expect(first).toMatchObject({
      to: CLIENT,
      tokenHigh: 9,
      tokenLow: 8,
      sequence: 0,
      timestamp: (bench.now * 1000) % 2 ** 32,
      echo: 5,
      echoDelay: 12,
      block: 0,
      id: 0,
      count: 1,
      symbolSize: SYMBOL,
      drained: false,
    });
    expect(second).toMatchObject({ sequence: 1, id: 1 });
  });

  test('is written where the host wants it, and nothing beside it', () => {
    bench.order({});
    const buffer = new Uint8Array(3000);
    const out = bench.server.pollTransmit(bench.now, buffer, 500);
    expect(out).toMatchObject({ address: CLIENT, at: 500, length: RAIN_HEADER + SYMBOL });
    expect(isRain(buffer, 500)).toBe(true);
    expect(buffer.subarray(532, 532 + SYMBOL).every((byte) => byte === 7)).toBe(true);
    expect(buffer.subarray(0, 500).every((byte) => byte === 0)).toBe(true);
  });

  test('does not run over what is left of the memory', () => {
    bench.order({ maxDatagram: WHOLE_DATAGRAM, rate: 100_000 });
    const out = bench.server.pollTransmit(bench.now, new Uint8Array(3000), 500);
    expect(out?.length).toBe(RAIN_HEADER + 2 * SYMBOL);
    bench.order({ sequence: 2 });
    expect(bench.server.pollTransmit(bench.now + 1, new Uint8Array(1683), 500)).toBe(undefined);
    // What was not sent has taken no number.
    bench.server.handle(bench.now, CLIENT, heartbeatOf({ sequence: 3 }));
    bench.now += 5;
    expect(bench.pourNow()[0].sequence).toBe(1);
  });

  test('is the last of its order when it says drained', () => {
    bench.order({ extents: [idsOf(0, 0, 3), idsOf(1, 5, 1, 3)] });
    expect(bench.pour(20).map(({ drained }) => drained)).toEqual([false, false, false, true]);
  });

  test.each([
    [1000, 8],
    [20_000, 20],
    [100_000, 56],
  ])('at %d symbols a second holds %d of them at most', (rate, most) => {
    bench.order({ rate, maxDatagram: WHOLE_DATAGRAM });
    expect(bench.pourNow()[0].count).toBe(most);
  });

  test.each([
    [200_000, 1],
    [1_000_000, 3],
    [10_000_000, 34],
  ])('at a limit of %d bytes a second holds no more than is sent in 4 ms: %d symbols', (limit, most) => {
    bench = new ServerBench(limit);
    bench.order({ rate: 100_000, maxDatagram: WHOLE_DATAGRAM });
    expect(bench.pourNow()[0].count).toBe(most);
  });

  test('ends with the source symbols: repair droplets of the same stretch are in the next', () => {
    const extents = [idsOf(2, 2, 8)];
    bench.order({ rate: 20_000, maxDatagram: WHOLE_DATAGRAM, extents });
    bench.wanted.length = 0;
    expect(stretches(bench.pour(10))).toEqual([
      [2, 2, 4],
      [2, 6, 4],
    ]);
    expect(bench.wanted).toEqual(['2', '2+']);
  });

  test('holds no padding, and nothing of blocks that do not exist', () => {
    const extents = [
      idsOf(3, 0, 3),
      idsOf(3, 3, 1, 3),
      idsOf(3, 4, 2, 4),
      idsOf(4, 0, 9, 6),
      idsOf(1, 0, 1, 15),
    ];
    bench.order({ rate: 20_000, maxDatagram: WHOLE_DATAGRAM, extents });
    expect(stretches(bench.pour(10))).toEqual([
      [3, 0, 3],
      [3, 4, 2],
      [1, 0, 1],
    ]);
  });

  test('waits for its block, and goes on when the host has it', () => {
    bench.ready.clear();
    bench.order({ extents: [idsOf(1, 0, 5)] });
    expect(bench.pour(10)).toEqual([]);
    bench.ready.add(1);
    bench.server.handleReady(OTHER);
    expect(bench.pour(10)).toEqual([]);
    bench.server.handleReady(RESOURCE);
    expect(stretches(bench.pour(10))).toEqual([0, 1, 2, 3, 4].map((id) => [1, id, 1]));
  });

  test('does not leave after the lease, though nobody has looked at leases since', () => {
    bench.order({ lease: 50 });
    bench.now += 10;
    bench.order({ lease: 50 }, '192.0.2.2:4000');
    bench.now += 40;
    expect(bench.pourNow().every(({ to }) => to !== CLIENT)).toBe(true);
    expect(bench.clients()).toHaveLength(1);
    bench.now += 10;
    expect(bench.pourNow()).toEqual([]);
    // Leases are looked at every 20 ms.
    expect(bench.clients()).toHaveLength(1);
    bench.now += 10;
    expect(bench.pourNow()).toEqual([]);
    expect(bench.clients()).toEqual([]);
  });
});

describe('the upload limit', () => {
  test('puts off the next datagram by what the last one took of it', () => {
    bench = new ServerBench(1_184_000);
    bench.order({ rate: 100_000 });
    bench.now += 1;
    // 4 ms of it may be caught up with, a millisecond each.
    expect(bench.pourNow()).toHaveLength(5);
    expect(bench.server.allowedAt - bench.now).toBeCloseTo(1, 6);
    bench.now += 0.5;
    expect(bench.pourNow()).toEqual([]);
    expect(bench.server.pollTimeout(bench.now)).toBeCloseTo(bench.now + 0.5, 6);
    expect(bench.pour(100)).toHaveLength(100);
  });

  test('is shared with what others have sent over the same line', () => {
    bench = new ServerBench(1_000_000);
    bench.server.charge(bench.now, 14_000);
    expect(bench.server.allowedAt - bench.now).toBeCloseTo(10, 6);
    bench.server.charge(bench.now, 5000);
    expect(bench.server.allowedAt - bench.now).toBeCloseTo(15, 6);
    bench.server.setUploadLimit(2_000_000);
    expect(bench.server.allowedAt).toBe(0);
  });

  test('that there is none counts nothing', () => {
    bench.server.charge(bench.now, 14_000);
    expect(bench.server.allowedAt).toBe(0);
  });

  test('does not keep answers back', () => {
    bench = new ServerBench(1000);
    bench.server.charge(bench.now, 100_000);
    expect(bench.say(heartbeatOf({}))).toHaveLength(1);
  });
});

describe('the time of the next call', () => {
  test('is now while answers wait, and never when nobody is subscribed', () => {
    expect(bench.server.pollTimeout(bench.now)).toBe(Number.POSITIVE_INFINITY);
    bench.server.handle(bench.now, CLIENT, heartbeatOf({}));
    expect(bench.server.pollTimeout(bench.now)).toBe(bench.now);
  });

  test('is when the next datagram is due, or else when a lease ends', () => {
    bench.order({ rate: 100, lease: 300 });
    expect(bench.pourNow()).toHaveLength(1);
    expect(bench.server.pollTimeout(bench.now)).toBe(bench.now + 10);
    bench.order({ rate: 1, sequence: 2, lease: 300 });
    bench.server.pollTransmit(bench.now, new Uint8Array(2000));
    expect(bench.server.pollTimeout(bench.now)).toBe(bench.now + 300);
  });
});
