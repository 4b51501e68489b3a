/** Which blocks are open, and what becomes of those that are closed, given up or set aside. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { Basin } from '../../core/protocol/basin.ts';
import type { OpenBlock } from '../../core/protocol/open-block.ts';
import { Window, type WindowConfig } from '../../core/protocol/window.ts';
import { MANIFEST_BLOCK } from '../../core/wire/datagram.ts';
import { asSession, type PlainSession, plainSession } from './simulation/plain-session.ts';

const REAL = 10;
const COUNT = 60;

/** What the basin was told, in words. */
let told: string[];
let hasRoom: boolean;
let sessions: PlainSession[];
let unneeded: string[];
/** Ids that the server that is asked alone had put into the evidence. */
let evidence: number[];

beforeEach(() => {
  told = [];
  hasRoom = true;
  sessions = [plainSession(0), plainSession(1)];
  unneeded = [];
  evidence = [];
});

function windowOf(fields: Partial<WindowConfig> = {}, count = COUNT, real = REAL): Window {
  const basin: Pick<Basin, 'open' | 'discard' | 'impound' | 'recall' | 'expel' | 'decode'> = {
    open: (block) => {
      told.push(`open ${block}`);
      return hasRoom;
    },
    discard: (block) => told.push(`discard ${block}`),
    impound: (block) => told.push(`impound ${block}`),
    recall: (block, from) => {
      told.push(`recall ${from} for ${block}`);
      return evidence;
    },
    expel: (block, from) => told.push(`expel ${from} from ${block}`),
    decode: (block) => told.push(`decode ${block}`),
  };
  return new Window({
    basin: basin as Basin,
    sessions: sessions.map(asSession),
    extents: { symbolSize: 1152, count, realSymbols: () => real },
    base: 0,
    most: 3,
    only: undefined,
    isDone: () => false,
    stored: new Map(),
    unneeded: (block, droplets) => unneeded.push(`${droplets} of ${block.index}`),
    ...fields,
  });
}

function next(window: Window, blocks = 1): (number | undefined)[] {
  return Array.from({ length: blocks }, () => window.openNext()?.index);
}

/** Gives a block so many source symbols of a server. */
function fill(block: OpenBlock, count: number, from = 0): void {
  block.takeSource(count);
  for (let id = 0; id < count; id++) block.add(id, 1, from);
}

function opened(window: Window, block: number): OpenBlock {
  const open = window.open(block);
  if (open === undefined) throw new Error(`${block} does not open`);
  return open;
}

describe('blocks are opened', () => {
  test('in order, as many as may be, without those that are done', () => {
    const window = windowOf({ isDone: (block) => block === 1 });
    expect(window.remaining).toBe(COUNT - 1);
    expect(next(window, 4)).toEqual([0, 2, 3, undefined]);
    expect([...window.blocks()].map(({ index }) => index)).toEqual([0, 2, 3]);
  });

  test('only if there is room, and it is known that there is none for any', () => {
    const window = windowOf();
    hasRoom = false;
    expect(next(window)).toEqual([undefined]);
    expect(window.hasRoom).toBe(false);
    hasRoom = true;
    next(window);
    hasRoom = false;
    expect(next(window)).toEqual([undefined]);
    expect(window.hasRoom).toBe(true);
  });

  test('out of turn once, and not beyond the last', () => {
    const window = windowOf();
    expect(window.open(5)?.index).toBe(5);
    expect(window.open(5)).toBe(undefined);
    expect(window.open(COUNT)).toBe(undefined);
    expect(window.open(COUNT - 1)?.index).toBe(COUNT - 1);
    expect(window.isBeyond(COUNT - 1)).toBe(false);
    expect(window.isBeyond(COUNT)).toBe(true);
    expect(window.isBeyond(MANIFEST_BLOCK)).toBe(false);
  });

  test('first where somebody waits for them, and then what follows', () => {
    const window = windowOf();
    expect(window.prefer([40])).toBe(true);
    window.openPreferred();
    expect(window.find(40)?.index).toBe(40);
    expect(next(window, 2)).toEqual([41, 42]);
    expect(window.prefer([40])).toBe(false);
  });

  test.each([
    [20, 1],
    [21, 21],
    [59, 59],
    [60, 1],
  ])(
    'where others are poured, unless that is close or not there: at 0, and they at %d, next is %d',
    (front, block) => {
      const window = windowOf();
      next(window);
      window.gather(front);
      expect(next(window)).toEqual([block]);
    },
  );

  test('where one was opened out of turn, and others are close to it, in order all the same', () => {
    for (const front of [30, 45]) {
      const window = windowOf();
      window.open(30);
      window.gather(front);
      expect(next(window)).toEqual([0]);
    }
  });

  test('first again where somebody waits for one that was given up', () => {
    const window = windowOf();
    window.prefer([40]);
    next(window, 2);
    window.giveUp(40);
    expect(next(window)).toEqual([40]);
  });

  test('without the first, when that is done', () => {
    expect(next(windowOf({ isDone: (block) => block === 0 }))).toEqual([1]);
  });

  test('where others are that are behind, however close', () => {
    const window = windowOf();
    window.open(30);
    window.gather(29);
    expect(next(window)).toEqual([29]);
  });

  test('none is left at the end', () => {
    const window = windowOf({}, 2);
    expect(window.atEnd).toBe(false);
    next(window, 2);
    expect(window.atEnd).toBe(true);
  });
});

describe('a block that is done', () => {
  test('is discarded and opened no more, and what was more than needed is counted', () => {
    const window = windowOf();
    const block = opened(window, 0);
    fill(block, REAL);
    block.add(REAL, 2, 1);
    window.done(block);
    expect(window.remaining).toBe(COUNT - 1);
    expect(unneeded).toEqual(['2 of 0']);
    expect(told).toEqual(['open 0', 'discard 0']);
    expect(sessions.map(({ cancelled }) => cancelled)).toEqual([[0], [0]]);
    expect(window.find(0)).toBe(undefined);
    expect(window.open(0)).toBe(undefined);
    expect(window.isFinished(0)).toBe(true);
    expect(next(window)).toEqual([1]);
  });

  test('is finished too when an earlier run had done it, and so is a manifest when the content is fetched', () => {
    const window = windowOf({ isDone: (block) => block === 4 || block === 99 });
    expect([4, 5, 99, MANIFEST_BLOCK].map((block) => window.isFinished(block))).toEqual([
      true,
      false,
      false,
      true,
    ]);
    expect(windowOf({ isDone: (block) => block === COUNT }).isFinished(COUNT)).toBe(false);
    const manifest = windowOf({ base: MANIFEST_BLOCK, isDone: (block) => block === 0 });
    expect(manifest.isUnordered(0)).toBe(false);
    expect([0, MANIFEST_BLOCK].map((block) => manifest.isFinished(block))).toEqual([false, false]);
  });

  test('with fewer than needed is not counted as more', () => {
    const window = windowOf();
    window.done(opened(window, 0));
    expect(unneeded).toEqual(['0 of 0']);
  });
});

describe('a block that is set aside', () => {
  test('is opened by nobody but for one server, and all that came of it was of no use', () => {
    const window = windowOf();
    fill(opened(window, 0), 4);
    window.impound(0);
    expect(told).toEqual(['open 0', 'impound 0']);
    expect(unneeded).toEqual(['4 of 0']);
    expect(window.isFinished(0)).toBe(true);
    expect(window.open(0)).toBe(undefined);
    expect(next(window)).toEqual([1]);
    expect(window.reopen(1, 0)).toBe(false);
    expect(window.reopen(0, 1)).toBe(true);
    expect(window.find(0)?.only).toBe(1);
  });

  test('begins with what its one server had put into it, and no id of that is ordered again', () => {
    const window = windowOf();
    window.open(0);
    window.impound(0);
    evidence = [1, REAL + 6];
    expect(window.reopen(0, 1)).toBe(true);
    const block = window.find(0);
    expect([block?.got, block?.has(1), [...(block?.contributors ?? [])]]).toEqual([2, true, [1]]);
    expect(block?.takeSource(1)).toEqual({ from: 0, count: 1 });
    expect(block?.takeRepair(1)).toEqual({ from: REAL + 7, count: 1 });
    expect(unneeded).toEqual(['0 of 0', '-2 of 0']);
  });

  test('is decoded at once when its one server had brought all of it', () => {
    const window = windowOf();
    window.open(0);
    window.impound(0);
    evidence = Array.from({ length: REAL }, (_, id) => id);
    window.reopen(0, 1);
    expect(told).toContain('decode 0');
  });

  test('is not opened for one server either where there is no room', () => {
    const window = windowOf();
    window.open(0);
    window.impound(0);
    hasRoom = false;
    expect(window.reopen(0, 1)).toBe(false);
    expect(window.find(0)).toBe(undefined);
  });

  test('and given up is not opened in its turn', () => {
    const window = windowOf();
    window.open(0);
    window.impound(0);
    window.reopen(0, 1);
    window.giveUp(0);
    expect(next(window, 2)).toEqual([1, 2]);
    expect(window.reopen(0, 0)).toBe(true);
  });

  test('is one like others when it is done', () => {
    const window = windowOf();
    window.open(0);
    window.impound(0);
    window.reopen(0, 1);
    const block = window.find(0);
    if (block !== undefined) window.done(block);
    expect(window.reopen(0, 1)).toBe(false);
  });
});

describe('a block that is given up', () => {
  test('is discarded, its orders are taken back, and it is opened again in its turn', () => {
    const window = windowOf();
    next(window, 3);
    fill(opened(windowOf(), 0), 1);
    window.giveUp(1);
    expect(told.at(-1)).toBe('discard 1');
    expect(sessions[0].cancelled).toContain(1);
    expect(next(window)).toEqual([1]);
  });

  test('of the manifest too', () => {
    const window = windowOf({ base: MANIFEST_BLOCK });
    next(window, 3);
    window.giveUp(MANIFEST_BLOCK + 1);
    expect(next(window)).toEqual([MANIFEST_BLOCK + 1]);
  });

  test('may be poured still; what was never opened was ordered of nobody', () => {
    const window = windowOf({ isDone: (block) => block === 9 });
    window.open(3);
    window.giveUp(3);
    window.orderedBefore(5);
    expect([2, 3, 5, 9, MANIFEST_BLOCK].map((block) => window.isUnordered(block))).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
    expect(opened(window, 3).isAnew).toBe(true);
    expect(opened(window, 2).isAnew).toBe(false);
  });
});

test('a window that is closed discards all, and takes all orders back', () => {
  const window = windowOf();
  next(window, 2);
  window.close();
  expect(told).toEqual(['open 0', 'open 1', 'discard 0', 'discard 1']);
  expect(sessions.map(({ cancelled }) => cancelled)).toEqual([
    [0, 1],
    [0, 1],
  ]);
  expect([...window.blocks()]).toEqual([]);
});

describe('droplets that an earlier run kept', () => {
  const stored = new Map([[0, Uint32Array.of(1, 1, 4, 30)]]);

  test('are in the block when it is opened, each once, and are none of this run', () => {
    const window = windowOf({ stored });
    const block = opened(window, 0);
    expect([block.got, block.gotSource, block.gotStored]).toEqual([3, 2, 3]);
    fill(block, 1);
    window.giveUp(0);
    expect(unneeded).toEqual(['1 of 0']);
  });

  test('are there once: what was given up is fetched', () => {
    const window = windowOf({ stored });
    window.open(0);
    window.giveUp(0);
    expect(opened(window, 0).got).toBe(0);
    expect(stored.size).toBe(1);
  });

  test('that suffice are decoded at once', () => {
    windowOf({ stored: new Map([[0, Uint32Array.from({ length: REAL }, (_, id) => id)]]) }).open(0);
    expect(told).toEqual(['open 0', 'decode 0']);
  });
});

describe('a block is decoded', () => {
  test('with all its source, whatever else is open, and nothing more is ordered of it', () => {
    const window = windowOf();
    const block = opened(window, 0);
    fill(block, REAL - 1);
    window.tryDecode(block);
    expect(block.phase).toBe('collecting');
    block.add(REAL - 1, 1, 0);
    window.tryDecode(block);
    expect([block.phase, block.tried]).toEqual(['decoding', REAL]);
    expect(sessions.map(({ cancelled }) => cancelled)).toEqual([[0], [0]]);
    window.tryDecode(block);
    expect(told).toEqual(['open 0', 'decode 0']);
  });

  test('with one droplet more than the least while others are to come, and with the least at the end', () => {
    const window = windowOf();
    const block = opened(window, 0);
    fill(block, REAL - 1);
    block.add(REAL, 1, 0);
    window.tryDecode(block);
    expect(block.phase).toBe('collecting');
    block.add(REAL + 1, 1, 0);
    window.tryDecode(block);
    expect(block.phase).toBe('decoding');

    const last = windowOf({}, 1);
    const only = opened(last, 0);
    fill(only, REAL - 1);
    only.add(REAL, 1, 0);
    last.tryDecode(only);
    expect(only.phase).toBe('decoding');
  });

  test('not with fewer than an attempt has shown to be enough', () => {
    const window = windowOf({}, 1);
    const block = opened(window, 0);
    fill(block, REAL - 1);
    block.enough = REAL + 3;
    block.add(REAL, 3, 0);
    window.tryDecode(block);
    expect(block.phase).toBe('collecting');
    block.add(REAL + 3, 1, 0);
    window.tryDecode(block);
    expect(block.phase).toBe('decoding');
  });
});

test('what a liar put into open blocks is taken out, and counted', () => {
  const window = windowOf();
  const [first, second] = [opened(window, 0), opened(window, 1)];
  fill(first, 4, 1);
  first.add(8, 1, 0);
  fill(second, 2, 0);
  window.expel(1);
  expect([first.got, second.got]).toEqual([1, 2]);
  expect(unneeded).toEqual(['4 of 0']);
  expect(told).toEqual(['open 0', 'open 1', 'expel 1 from 0']);
});

describe('the manifest', () => {
  test.each([
    [32, 2],
    [33, 0],
  ])('of %d symbols is ordered with %d droplets to spare', (real, hedge) => {
    const window = windowOf({ base: MANIFEST_BLOCK }, 1, real);
    expect(window.openNext()?.hedge).toBe(hedge);
    expect(opened(windowOf({}, 1, real), 0).hedge).toBe(0);
  });

  test('may have been ordered with the first question: as much as there is of it', () => {
    sessions[1].orders.add(MANIFEST_BLOCK, 0, 16);
    const window = windowOf({ base: MANIFEST_BLOCK, only: 1 }, 1);
    const block = window.openNext();
    expect(sessions[1].orders.list).toMatchObject([{ block: MANIFEST_BLOCK, from: 0, count: REAL }]);
    expect(block?.sourceOrdered).toBe(true);
    expect(block?.ordered(1, 0, 99)).toBe(REAL);
  });

  test('was not ordered of a server that was not asked for it', () => {
    const block = windowOf({ base: MANIFEST_BLOCK, only: 1 }, 1).openNext();
    expect(block?.sourceOrdered).toBe(false);
    const all = windowOf({ base: MANIFEST_BLOCK }, 1).openNext();
    expect(all?.sourceOrdered).toBe(false);
  });
});
