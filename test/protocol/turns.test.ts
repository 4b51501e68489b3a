/** Whose datagram is the next, with as many subscriptions as a server has places for. */
import { describe, expect, test } from 'vitest';
import { Pouring } from '../../core/protocol/pouring.ts';
import { Turns } from '../../core/protocol/turns.ts';
import type { Subscribe } from '../../core/wire/datagram.ts';
import { heartbeatOf, idsOf } from './simulation/heartbeat.ts';

/** As in core/engine/serving.ts. */
const MAX_SUBSCRIPTIONS = 2048;
/** Droplets that each has poured, at one a second. */
const ROUNDS = 3;
/** So fast that it is always due. */
const HUNGRY = 1_000_000;

function pouringOf(now: number, number: number, host: string, fields: Partial<Subscribe>): Pouring {
  const heartbeat = heartbeatOf({ token: { high: 0, low: number }, lease: 60_000, ...fields });
  const pouring = new Pouring(now, number, `${host}:${number}`, host, heartbeat);
  pouring.heartbeat(now, heartbeat, heartbeat.lease);
  return pouring;
}

/** A server that is at its limit: it pours one datagram at a time, a millisecond apart. */
class Limited {
  readonly turns = new Turns();
  now = 0;
  #numbers = 0;

  enter(host: string, fields: Partial<Subscribe> = {}): Pouring {
    const extents = [idsOf(0, 0, 1_000_000)];
    this.now++;
    const pouring = pouringOf(this.now, ++this.#numbers, host, { rate: HUNGRY, extents, ...fields });
    this.turns.subscribed(pouring);
    this.turns.enter(pouring);
    return pouring;
  }

  /** Who is poured the next datagrams, of as many symbols as a host takes. */
  pour(datagrams: number, symbolsOf: (pouring: Pouring) => number = () => 1): Pouring[] {
    const poured: Pouring[] = [];
    for (let i = 0; i < datagrams; i++) {
      this.now++;
      this.turns.take(this.now, (pouring) => {
        const symbols = symbolsOf(pouring);
        if (symbols === 0) return 0;
        pouring.sent(this.now, symbols, 1184);
        poured.push(pouring);
        return symbols;
      });
    }
    return poured;
  }

  hosts(datagrams: number, symbolsOf?: (pouring: Pouring) => number): string {
    return this.pour(datagrams, symbolsOf)
      .map(({ host }) => host)
      .join('');
  }
}

/** Has it tell how often somebody asks when it is due. */
function countLooks(pouring: Pouring, looked: () => void): void {
  let { due } = pouring;
  Object.defineProperty(pouring, 'due', {
    get: () => {
      looked();
      return due;
    },
    set: (to: number) => {
      due = to;
    },
  });
}

test('who is not due costs a datagram next to nothing', () => {
  const turns = new Turns();
  let looks = 0;
  for (let i = 0; i < MAX_SUBSCRIPTIONS; i++) {
    // Each becomes due at another moment of a second.
    const now = (i * 1000) / MAX_SUBSCRIPTIONS;
    const pouring = pouringOf(now, i, `host ${i}`, { rate: 1, extents: [idsOf(0, 0, ROUNDS)] });
    countLooks(pouring, () => looks++);
    turns.subscribed(pouring);
    turns.enter(pouring);
  }
  let poured = 0;
  looks = 0;
  for (let now = 0; now < ROUNDS * 1000; now += 0.25) {
    const isPoured = (): boolean =>
      turns.take(now, (pouring) => {
        pouring.sent(now, 1, 1184);
        return 1;
      });
    while (isPoured()) poured++;
  }
  expect(poured).toBe(ROUNDS * MAX_SUBSCRIPTIONS);
  expect(looks / poured).toBeLessThan(10 * Math.log2(MAX_SUBSCRIPTIONS));
});

describe('at its limit a server', () => {
  test('pours hosts one after the other', () => {
    const server = new Limited();
    for (const host of ['a', 'b', 'c']) server.enter(host);
    expect(server.hosts(9)).toBe('abcabcabc');
  });

  test('gives a newcomer its part and no more, however long others have been served', () => {
    const server = new Limited();
    server.enter('a');
    server.pour(1000);
    server.enter('b');
    expect(server.hosts(10)).toBe('bababababa');
  });

  test('gives who was idle its part and no more', () => {
    const server = new Limited();
    const idle = server.enter('b');
    server.enter('a');
    server.pour(2);
    server.turns.rest(idle);
    server.pour(1000);
    server.turns.enter(idle);
    expect(server.hosts(10)).toBe('bababababa');
  });

  test('counts symbols: who takes three in a datagram has a third of the datagrams', () => {
    const server = new Limited();
    server.enter('a');
    server.enter('b');
    const hosts = server.hosts(80, ({ host }) => (host === 'a' ? 3 : 1));
    expect(hosts.replaceAll('b', '')).toHaveLength(20);
  });

  test('divides the part of a host among its subscriptions, in turn', () => {
    const server = new Limited();
    const [first, second, other] = [server.enter('a'), server.enter('a'), server.enter('b')];
    expect(server.turns.of('a')).toBe(2);
    expect(server.pour(8)).toEqual([first, other, second, other, first, other, second, other]);
  });

  test('tries the next when one has nothing after all, and who had nothing rests', () => {
    const server = new Limited();
    const empty = server.enter('a');
    server.enter('b');
    const asked: string[] = [];
    server.turns.take(server.now, (pouring) => {
      asked.push(pouring.host);
      return pouring === empty ? 0 : 1;
    });
    expect(asked).toEqual(['a', 'b']);
    expect(server.hosts(3)).toBe('bbb');
    server.turns.enter(empty);
    expect(server.hosts(3)).toContain('a');
  });

  test('says whether it has poured', () => {
    const server = new Limited();
    expect(server.turns.take(9, () => 1)).toBe(false);
    server.enter('a');
    expect(server.turns.take(9, () => 0)).toBe(false);
    server.enter('b');
    expect(server.turns.take(9, () => 1)).toBe(true);
  });

  test('pours nothing more to who has all that was ordered', () => {
    const server = new Limited();
    server.enter('a', { extents: [idsOf(0, 0, 2)] });
    server.enter('b');
    expect(server.hosts(6)).toBe('ababbb');
  });
});

describe('a subscription', () => {
  test('that is due and says so again has one turn all the same', () => {
    const server = new Limited();
    const [first, second] = [server.enter('a'), server.enter('a')];
    // Both become due, and one of them pours.
    expect(server.pour(1)).toEqual([first]);
    server.turns.enter(second);
    server.turns.enter(second);
    expect(server.pour(4)).toEqual([second, first, second, first]);
  });

  test('that waits for a block is asked for nothing until its resource is ready', () => {
    const server = new Limited();
    const waiting = server.enter('a', { resource: '00000000000000aa' });
    const other = server.enter('b', { resource: '00000000000000bb' });
    server.turns.wait(waiting);
    server.turns.wait(other);
    server.turns.enter(waiting);
    expect(server.hosts(2)).toBe('');
    expect(server.turns.soonest).toBe(Number.POSITIVE_INFINITY);
    server.turns.handleReady('00000000000000aa');
    expect(server.hosts(3)).toBe('aaa');
    server.turns.handleReady('00000000000000bb');
    expect(server.hosts(2)).toBe('ba');
  });

  test('that waits and is told to rest waits no more', () => {
    const server = new Limited();
    const waiting = server.enter('a');
    server.turns.wait(waiting);
    server.turns.rest(waiting);
    server.turns.handleReady(waiting.resource);
    expect(server.hosts(2)).toBe('');
    server.turns.enter(waiting);
    expect(server.hosts(2)).toBe('aa');
  });

  test('that rests while it is due leaves the others of its host their turns', () => {
    const server = new Limited();
    const [first, second, third] = [server.enter('a'), server.enter('a'), server.enter('a')];
    server.enter('b');
    server.pour(1);
    server.turns.rest(second);
    const poured = server.pour(6);
    expect(poured).not.toContain(second);
    expect(poured.filter(({ host }) => host === 'a')).toEqual([third, first, third]);
  });

  test('that is the only one due and rests takes its host from the turns', () => {
    const server = new Limited();
    const [only, other] = [server.enter('a'), server.enter('b')];
    expect(server.pour(1)).toEqual([only]);
    server.now++;
    server.turns.take(server.now, () => 0);
    server.turns.rest(other);
    expect(server.turns.take(server.now, () => 1)).toBe(false);
  });

  test('that is not due and rests leaves those of its host that are', () => {
    const server = new Limited();
    const [asleep, due] = [server.enter('a'), server.enter('a')];
    expect(server.pour(1)).toEqual([asleep]);
    server.turns.rest(asleep);
    expect(server.pour(2)).toEqual([due, due]);
  });

  test('that rests and is the only one of its host hides no other that is due', () => {
    const server = new Limited();
    const [, only, other] = [server.enter('a'), server.enter('b'), server.enter('c')];
    server.pour(1);
    server.turns.rest(only);
    expect(server.turns.soonest).toBe(other.due);
  });

  test('that has ended is poured nothing, though its host has others', () => {
    const server = new Limited();
    const [ended, other] = [server.enter('a'), server.enter('a')];
    server.turns.ended(ended);
    expect(server.turns.of('a')).toBe(1);
    expect(server.pour(3)).toEqual([other, other, other]);
    server.turns.ended(other);
    expect(server.turns.of('a')).toBe(0);
    expect(server.turns.soonest).toBe(Number.POSITIVE_INFINITY);
  });

  test('that was the last of its host leaves nothing of it: it comes back as anybody does', () => {
    const server = new Limited();
    const first = server.enter('a');
    server.pour(1, () => 100);
    server.turns.ended(first);
    server.enter('a');
    server.enter('b');
    // Who had a hundred symbols at once would have to wait for as long.
    expect(server.hosts(4)).toBe('abab');
  });

  test('is due at its own pace where there is no limit', () => {
    const turns = new Turns();
    const slow = pouringOf(0, 1, 'a', { rate: 10 });
    const fast = pouringOf(0, 2, 'b', { rate: 40 });
    expect(turns.soonest).toBe(Number.POSITIVE_INFINITY);
    for (const pouring of [slow, fast]) {
      turns.subscribed(pouring);
      turns.enter(pouring);
    }
    const poured: [number, string][] = [];
    for (let now = turns.soonest; now < 110; now = turns.soonest) {
      turns.take(now, (pouring) => {
        poured.push([now, pouring.host]);
        pouring.sent(now, 1, 1184);
        return 1;
      });
    }
    expect(poured).toEqual([
      [0, 'a'],
      [0, 'b'],
      [25, 'b'],
      [50, 'b'],
      [75, 'b'],
      [100, 'a'],
      [100, 'b'],
    ]);
  });
});
