/** What is ordered of whom, by numbers: sessions and blocks that are no more than their figures. */
import { beforeEach, describe, expect, test } from 'vitest';
import { OpenBlock } from '../../core/protocol/open-block.ts';
import { plan } from '../../core/protocol/plan.ts';
import { asSession, type PlainSession, plainSession } from './simulation/plain-session.ts';

const REAL = 100;

let blocks: OpenBlock[];
/** Blocks that may be opened yet. */
let closed: OpenBlock[];
let sessions: PlainSession[];

beforeEach(() => {
  blocks = [];
  closed = [];
  sessions = [];
});

function session(fields: Partial<PlainSession> = {}): PlainSession {
  const one = plainSession(sessions.length, fields);
  sessions.push(one);
  return one;
}

/** A block of which so much source was ordered, and came but for `missing`; nobody is expected to bring those. */
function block({
  ordered = 0,
  missing = [] as readonly number[],
  hedge = 0,
  only = undefined as number | undefined,
} = {}): OpenBlock {
  const one = new OpenBlock(blocks.length, REAL, only, hedge);
  one.takeSource(ordered);
  for (let id = 0; id < ordered; id++) if (!missing.includes(id)) one.add(id, 1, 9);
  blocks.push(one);
  return one;
}

/** Plans; returns what each session was newly asked for, as block: first id + count. */
function planned({ now = 0, atEnd = closed.length === 0 } = {}): string[] {
  const before = sessions.map(({ orders }) => orders.list.map((order) => ({ order, count: order.count })));
  plan({
    now,
    sessions: sessions.map(asSession),
    blocks: () => blocks,
    find: (index) => blocks.find((one) => one.index === index),
    openNext: () => {
      const one = closed.shift();
      if (one !== undefined) blocks.push(one);
      return one;
    },
    atEnd: () => atEnd,
  });
  return sessions.map(({ orders }, i) =>
    orders.list
      .flatMap((order) => {
        const had = before[i].find((one) => one.order === order)?.count ?? 0;
        return order.count > had ? [`${order.block}: ${order.from + had} + ${order.count - had}`] : [];
      })
      .join(', '),
  );
}

/** Every second of the first so many ids: more stretches than are ordered again. */
function scattered(lost: number): number[] {
  return Array.from({ length: lost }, (_, i) => 2 * i);
}

describe('in the midst', () => {
  beforeEach(() => {
    closed = [new OpenBlock(50, REAL), new OpenBlock(51, REAL)];
  });

  test('a pipe is filled with source ids, block after block', () => {
    session({ horizon: 250 });
    block();
    expect(planned()).toEqual(['0: 0 + 100, 50: 0 + 100, 51: 0 + 50']);
  });

  test('only as far as there is room, and of no session twice the same', () => {
    session({ horizon: 30.2 });
    session({ horizon: 20 });
    block();
    expect(planned()).toEqual(['0: 0 + 31', '0: 31 + 20']);
    expect(planned()).toEqual(['', '']);
  });

  test('nothing is ordered of a session that cannot, or that says nothing yet', () => {
    session({ canOrder: false });
    session({ timeout: 10 });
    block();
    expect(planned({ now: 9 })).toEqual(['', '']);
    expect(planned({ now: 10 })[1]).toBe('0: 0 + 100');
  });

  test('the emptiest pipe comes first', () => {
    const full = session({ horizon: 100 });
    session({ horizon: 200 });
    block();
    full.orders.add(0, 100, 60);
    expect(planned()).toMatchInlineSnapshot(`
      [
        "51: 0 + 40",
        "0: 0 + 100, 50: 0 + 100",
      ]
    `);
  });

  test('what was ordered of a block that is not known to exist does not keep a pipe full', () => {
    session({ horizon: 30 }).orders.add(99, 0, 64);
    block({ only: 0 });
    expect(planned()).toEqual(['0: 0 + 30']);
  });

  test('what was lost in few stretches is ordered again, in many it is made up for by repair', () => {
    session({ horizon: 30 });
    block({ ordered: 100, missing: [3, 4, 5, 50, 99] });
    expect(planned()).toMatchInlineSnapshot(`
      [
        "0: 3 + 3, 0: 50 + 1, 0: 99 + 1, 50: 0 + 25",
      ]
    `);
    blocks = [];
    block({ ordered: 100, missing: scattered(8) });
    sessions = [];
    session({ horizon: 30 });
    expect(planned()).toMatchInlineSnapshot(`
      [
        "0: 0 + 1, 0: 2 + 1, 0: 4 + 1, 0: 6 + 1, 0: 8 + 1, 0: 10 + 1, 0: 12 + 1, 0: 14 + 1, 51: 0 + 22",
      ]
    `);
    blocks = [];
    block({ ordered: 100, missing: scattered(9) });
    sessions = [];
    session({ horizon: 30 });
    // One more than was lost.
    expect(planned()).toMatchInlineSnapshot(`
      [
        "0: 100 + 10",
      ]
    `);
  });

  test('no more repair is ordered than two standard deviations allow', () => {
    const lossy = session({ horizon: 100, expectedLoss: 0.2 });
    block({ ordered: 100, missing: scattered(40) });
    lossy.orders.add(0, 200, 36);
    // 36 * 0.8 = 28.8 come, and 4.8 more if it goes well: 41 - 33.6 are ordered.
    expect(planned()[0]).toMatch(/^0: 100 \+ 7\b/);
  });

  test('what was poured just now may be late, and is not ordered again', () => {
    const late = session({ horizon: 30 });
    block({ ordered: 100, missing: scattered(40) });
    late.orders.add(0, 0, 100);
    late.orders.arrived(0, 0, 98, 1, true);
    expect(planned()).toEqual(['50: 0 + 29']);
  });

  test('what a session on probation was asked for is not counted on', () => {
    const dead = session({ isOnProbation: true, canOrder: false });
    session({ horizon: 30 });
    block({ ordered: 100, missing: scattered(20) });
    dead.orders.add(0, 0, 100);
    expect(planned()[1]).toMatch(/^0: 100 \+ 21\b/);
  });

  test('a block that decoding has shown to need more gets that', () => {
    session({ horizon: 30 });
    block({ ordered: 100 }).enough = 104;
    expect(planned()[0]).toMatch(/^0: 100 \+ 4\b/);
  });

  test('what others were asked for of a block that one session alone may pour is not counted on', () => {
    session();
    session({ canOrder: false }).orders.add(0, 0, 100);
    block({ ordered: 100, missing: [3], only: 0 });
    expect(planned()[0]).toContain('0: 3 + 1');
  });

  test('a block is repaired by the one session that may pour for it', () => {
    session({ horizon: 30 });
    session({ horizon: 30 });
    block({ only: 1 });
    expect(planned()).toMatchInlineSnapshot(`
      [
        "50: 0 + 30",
        "0: 0 + 30",
      ]
    `);
  });

  test('a block that is being decoded, or is rotten, gets nothing', () => {
    session({ horizon: 30 });
    block({ ordered: 50 }).phase = 'decoding';
    block({ ordered: 50 }).phase = 'rotten';
    expect(planned()[0]).toBe('50: 0 + 30');
  });

  test('what is spared for a short manifest is ordered behind it', () => {
    const one = session({ horizon: 100 });
    block({ hedge: 2 });
    expect(planned()).toEqual(['0: 0 + 100']);
    one.horizon = 110;
    expect(planned()).toEqual(['0: 100 + 2, 50: 0 + 8']);
  });
});

describe('at the end', () => {
  test('what is left is shared by all that are due within 5 ms', () => {
    session({ horizon: 100 });
    session({ horizon: 300, timeout: 5 });
    session({ horizon: 1000, timeout: 6 });
    block();
    expect(planned()).toEqual(['0: 0 + 25', '', '']);
    sessions = [];
    session({ horizon: 100 });
    session({ horizon: 300 });
    expect(planned()).toMatchInlineSnapshot(`
      [
        "0: 25 + 19",
        "0: 44 + 84",
      ]
    `);
  });

  test('what is on its way without loss is enough', () => {
    const [one, other] = [session({ horizon: 200 }), session({ horizon: 200 })];
    block();
    one.orders.add(0, 0, 50);
    blocks[0].takeSource(100);
    other.orders.add(0, 50, 50);
    expect(planned()).toEqual(['', '']);
  });

  test.each([0.02, 0.1, 0.4])(
    'what may be lost of it, a part of %d, is made up for before it is',
    (expectedLoss) => {
      const one = session({ horizon: 500, expectedLoss });
      block().takeSource(100);
      one.orders.add(0, 0, 100);
      expect(planned()).toMatchSnapshot();
    },
  );

  test('what is lost gets one to spare when all of it comes in time', () => {
    session({ horizon: 200 });
    block({ ordered: 100, missing: scattered(20) });
    expect(planned()).toEqual(['0: 100 + 21']);
  });

  test('a block that has fallen short gets one more than it needs', () => {
    session({ horizon: 200 });
    block({ ordered: 100 }).enough = 110;
    expect(planned()).toEqual(['0: 100 + 11']);
  });

  test.each([
    // The other brings its 50 in 200 ms; half a round trip and an interval are waited for beyond one's own.
    [1000, 250],
    [1000, 1000],
    [1000, 100],
    [100, 250],
    [20, 250],
  ])(
    'who could bring it far sooner repeats what a slow one was asked for (%d and %d a second)',
    (fast, slow) => {
      session({ horizon: 300, pace: { flow: fast } });
      const other = session({ horizon: 60, pace: { flow: slow } });
      block({ ordered: 100, missing: Array.from({ length: 50 }, (_, i) => 50 + i) });
      other.orders.add(0, 50, 50);
      expect(planned()).toMatchSnapshot();
    },
  );

  test('two that are due do not both repeat the same', () => {
    session({ horizon: 300, path: { smoothedRtt: 20 } });
    session({ horizon: 300, path: { smoothedRtt: 80 } });
    block({ ordered: 100, missing: scattered(20) });
    expect(planned()).toMatchInlineSnapshot(`
      [
        "0: 100 + 23",
        "",
      ]
    `);
  });

  test('a droplet that may be late counts as coming', () => {
    const late = session({ horizon: 300 });
    block({ ordered: 100, missing: scattered(20) });
    late.orders.add(0, 0, 100);
    late.orders.arrived(0, 0, 98, 1, true);
    expect(planned()).toEqual(['']);
  });

  test('a block that one session alone may pour is not repeated by others', () => {
    const slow = session({ horizon: 300, pace: { flow: 1 } });
    session({ horizon: 300 });
    block({ only: 0 }).takeSource(100);
    slow.orders.add(0, 0, 100);
    expect(planned()).toEqual(['', '']);
  });

  test('a block that one session alone may pour is not repaired before a loss', () => {
    const lossy = session({ horizon: 500, expectedLoss: 0.4 });
    block({ only: 0 }).takeSource(100);
    lossy.orders.add(0, 0, 100);
    expect(planned()).toEqual(['']);
  });

  test('what a session on probation was asked for is ordered of others', () => {
    const dead = session({ isOnProbation: true, canOrder: false });
    session({ horizon: 300 });
    block().takeSource(100);
    dead.orders.add(0, 0, 100);
    expect(planned()).toMatchInlineSnapshot(`
      [
        "",
        "0: 0 + 100",
      ]
    `);
  });
});

describe('where there is no room for another block', () => {
  test.each([25, 26])(
    'and the round trip is %d ms, what may get lost is waited for, or made up for',
    (smoothedRtt) => {
      const one = session({ horizon: 500, expectedLoss: 0.1, path: { smoothedRtt } });
      block().takeSource(100);
      one.orders.add(0, 0, 100);
      expect(planned({ atEnd: false })).toMatchSnapshot();
    },
  );

  test.each([90, 140, 1000])(
    'what others bring within 600 ms counts as coming: at %d symbols a second',
    (flow) => {
      session({ horizon: 300 });
      const other = session({ horizon: 60, pace: { flow } });
      block({ ordered: 100, missing: Array.from({ length: 100 }, (_, i) => i) });
      other.orders.add(0, 0, 100);
      expect(planned({ atEnd: false })).toMatchSnapshot();
    },
  );
});
