/** The serving side by itself: what a heartbeat and a farewell bring about. */
import { beforeEach, describe, expect, test } from 'vitest';
import { NO_BLOCK, TYPE_HELLO, TYPE_SORRY, TYPE_UNSUBSCRIBE } from '../../core/wire/datagram.ts';
import { heartbeatOf, idsOf } from './simulation/heartbeat.ts';
import {
  ABSENT,
  CLIENT,
  LOOKED_UP,
  NOBODY,
  OTHER,
  RESOURCE,
  ServerBench,
  SYMBOL,
} from './simulation/server-bench.ts';

let bench: ServerBench;
beforeEach(() => {
  bench = new ServerBench();
});

describe('a heartbeat', () => {
  test('of a stranger is answered with a challenge, as long as there is room', () => {
    const [challenge] = bench.say(heartbeatOf({}));
    expect(challenge).toMatchObject({ type: TYPE_HELLO, kind: 'challenge', token: { high: 1, low: 2 } });
    expect(bench.clients()).toEqual([]);
    expect(bench.server.answersStrangers(bench.now)).toBe(true);
    for (let i = 0; i < 999; i++) bench.server.handle(bench.now, CLIENT, heartbeatOf({}));
    expect(bench.answers()).toHaveLength(999);
    expect(bench.server.answersStrangers(bench.now)).toBe(false);
    expect(bench.say(heartbeatOf({}))).toEqual([]);
  });

  test('begins a subscription when its cookie is good, and says so if asked', () => {
    const cookie = bench.cookieOf();
    expect(bench.say(heartbeatOf({ cookie, wantsHello: true, extents: [] }))).toEqual([
      {
        type: TYPE_HELLO,
        kind: 'resource',
        token: { high: 1, low: 2 },
        cookie,
        echo: 1,
        manifestBytes: 100,
        symbolSize: SYMBOL,
        blockSymbols: 1024,
        profile: 1,
        front: NO_BLOCK,
        name: new TextEncoder().encode('name'),
        peers: [],
      },
    ]);
    expect(bench.clients()).toEqual([`${RESOURCE} ${CLIENT}`]);
    expect(bench.say(heartbeatOf({ cookie, sequence: 2, extents: [] }))).toEqual([]);
  });

  test('for what is not here is told so, and how long to wait', () => {
    const cookie = bench.cookieOf(CLIENT, { resource: ABSENT });
    const sorry = { type: TYPE_SORRY, reason: 'absent', resource: ABSENT, retryAfter: 2000 };
    expect(bench.say(heartbeatOf({ cookie, resource: ABSENT }))).toMatchObject([sorry]);
  });

  test('for what is being looked up is not answered, and may be said again', () => {
    const cookie = bench.cookieOf(CLIENT, { resource: LOOKED_UP });
    expect(bench.say(heartbeatOf({ cookie, resource: LOOKED_UP }))).toEqual([]);
    expect(bench.clients()).toEqual([]);
  });

  test('for what is no longer here ends the subscription', () => {
    const cookie = bench.cookieOf();
    bench.say(heartbeatOf({ cookie, extents: [] }));
    bench.resources.delete(RESOURCE);
    expect(bench.say(heartbeatOf({ cookie, sequence: 2 }))).toMatchObject([{ reason: 'absent' }]);
    expect(bench.clients()).toEqual([]);
  });

  test.each([1183, 1184])(
    'that has room for %d bytes is refused when not one droplet fits',
    (maxDatagram) => {
      const cookie = bench.cookieOf();
      bench.say(heartbeatOf({ cookie, extents: [] }));
      const answers = bench.say(heartbeatOf({ cookie, sequence: 2, maxDatagram }));
      const fits = maxDatagram === 1184;
      expect(answers).toMatchObject(fits ? [] : [{ reason: 'refused', retryAfter: 2000 }]);
      expect(bench.clients()).toHaveLength(fits ? 1 : 0);
    },
  );

  test('beyond the places there are is told so', () => {
    bench = new ServerBench(Number.POSITIVE_INFINITY, 1);
    bench.order({ extents: [] });
    const cookie = bench.cookieOf('192.0.2.2:4000');
    const sorry = { type: TYPE_SORRY, reason: 'busy', retryAfter: 1000 };
    expect(bench.say(heartbeatOf({ cookie }), '192.0.2.2:4000')).toMatchObject([sorry]);
  });

  test.each([
    [0, 50],
    [49, 50],
    [300, 300],
    [65_535, 1000],
  ])('that asks for a lease of %d ms has one of %d', (lease, ms) => {
    bench.order({ lease });
    const [pouring] = bench.server.clients();
    expect(pouring.leaseEnds - bench.now).toBe(ms);
  });

  test.each([
    [2_000_000, 1 / 2000],
    [4_000_000, 1 / 4000],
    [4_000_000_000, 1 / 4000],
  ])('that asks for %d symbols a second has them %d ms apart', (rate, apart) => {
    bench.order({ rate });
    bench.server.pollTransmit(bench.now, new Uint8Array(2000));
    const [pouring] = bench.server.clients();
    expect(pouring.due - bench.now).toBeCloseTo(apart, 6);
  });

  test('is taken from who is known whatever the cookie is, and the good one is kept', () => {
    const cookie = bench.cookieOf();
    bench.say(heartbeatOf({ cookie, extents: [] }));
    const [challenge] = bench.say(heartbeatOf({ cookie: NOBODY, sequence: 2, extents: [] }));
    expect(challenge).toMatchObject({ kind: 'challenge', cookie });
    const [pouring] = bench.server.clients();
    expect(pouring.cookie).toEqual(cookie);
    expect(pouring.heardSequence).toBe(2);
  });

  test('with a cookie of the epoch before is taken, and gets a new one', () => {
    const cookie = bench.cookieOf();
    bench.say(heartbeatOf({ cookie, extents: [] }));
    bench.now += 600_000;
    const [challenge] = bench.say(heartbeatOf({ cookie, sequence: 2, extents: [] }));
    expect(challenge).toMatchObject({ kind: 'challenge' });
    expect(challenge).not.toMatchObject({ cookie });
  });

  test('that was said before the end does not begin again what has ended', () => {
    const cookie = bench.cookieOf();
    bench.say(heartbeatOf({ cookie, sequence: 5, extents: [] }));
    const farewell = { type: TYPE_UNSUBSCRIBE, serves: false, token: { high: 1, low: 2 } } as const;
    bench.say({ ...farewell, resource: RESOURCE, cookie });
    bench.say(heartbeatOf({ cookie, sequence: 5, extents: [] }));
    expect(bench.clients()).toEqual([]);
    bench.say(heartbeatOf({ cookie, sequence: 6, extents: [] }));
    expect(bench.clients()).toHaveLength(1);
  });

  test('has the host bring the blocks of the next four stretches, and says which for repair', () => {
    const extents = [
      idsOf(1, 900, 100),
      idsOf(99, 0, 10, 100),
      idsOf(2, 5, 1, 110),
      idsOf(2, 5, 2, 111),
      idsOf(0, 0, 9, 113),
    ];
    bench.order({ extents });
    expect(bench.wanted).toEqual(['1', '2', '2+']);
  });

  test('tells others where the fastest is, and the fastest nothing', () => {
    bench.order({ extents: [idsOf(1, 0, 500)] });
    bench.pour(200);
    const other = '192.0.2.2:4000';
    const cookie = bench.cookieOf(other);
    const greeting = heartbeatOf({ cookie, wantsHello: true, extents: [] });
    expect(bench.say(greeting, other)).toMatchObject([{ front: 1 }]);
  });

  test('answers more than a thousand times no more at once', () => {
    const cookie = bench.cookieOf(CLIENT, { resource: ABSENT });
    for (let i = 0; i < 1100; i++)
      bench.server.handle(bench.now, CLIENT, heartbeatOf({ cookie, resource: ABSENT }));
    expect(bench.answers()).toHaveLength(1024);
  });
});

describe('a client that leaves', () => {
  const farewell = { type: TYPE_UNSUBSCRIBE, token: { high: 1, low: 2 }, resource: RESOURCE } as const;

  function peersOf(other: string): number {
    const cookie = bench.cookieOf(other);
    const [hello] = bench.say(heartbeatOf({ cookie, wantsHello: true, extents: [] }), other);
    return hello?.type === TYPE_HELLO && hello.kind === 'resource' ? hello.peers.length : Number.NaN;
  }

  test.each([
    [true, 1],
    [false, 0],
  ])('and says that it serves: %s, is named to %d', (serves, named) => {
    bench.order({ extents: [] });
    bench.say({ ...farewell, serves, cookie: NOBODY });
    expect(bench.clients()).toEqual([]);
    expect(peersOf('192.0.2.2:4000')).toBe(named);
  });

  test('is named until its word is ten minutes old', () => {
    bench.order({ extents: [] });
    bench.say({ ...farewell, serves: true, cookie: NOBODY });
    bench.now += 599_999;
    expect(peersOf('192.0.2.2:4000')).toBe(1);
    bench.now += 1;
    expect(peersOf('192.0.2.3:4000')).toBe(0);
  });

  test('is counted once, if anything was poured to it', () => {
    bench.order({ extents: [] }, '192.0.2.2:4000');
    bench.order({});
    bench.pour(10);
    bench.say({ ...farewell, serves: false, cookie: NOBODY }, '192.0.2.2:4000');
    bench.say({ ...farewell, serves: false, cookie: NOBODY });
    expect(bench.server.takeLeft().map(({ address }) => address)).toEqual([CLIENT]);
    expect(bench.server.takeLeft()).toEqual([]);
  });

  test('takes back that it serves only with a cookie of its own', () => {
    const cookie = bench.cookieOf();
    bench.say(heartbeatOf({ cookie, extents: [] }));
    bench.say({ ...farewell, serves: true, cookie });
    bench.say({ ...farewell, serves: false, cookie: NOBODY });
    expect(peersOf('192.0.2.2:4000')).toBe(1);
    bench.say({ ...farewell, serves: true, cookie });
    expect(peersOf('192.0.2.3:4000')).toBe(1);
    bench.say({ ...farewell, serves: false, cookie });
    expect(peersOf('192.0.2.4:4000')).toBe(0);
  });
});

test('a resource that is dropped ends its own subscriptions alone', () => {
  bench.order({ extents: [] });
  bench.order({ extents: [], resource: OTHER });
  bench.server.drop(RESOURCE);
  expect(bench.clients()).toEqual([`${OTHER} ${CLIENT}`]);
});
