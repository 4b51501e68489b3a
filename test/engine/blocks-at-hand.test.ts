import { expect, test } from 'vitest';
import { type BlockAtHand, BlocksAtHand } from '../../core/engine/blocks-at-hand.ts';

const SOURCE = 7;
/** Longer than a block counts as in use, ms. */
const LATER = 100;

function blocksAtHand({ slots = 2, intermediates = 2 } = {}) {
  const atHand = new BlocksAtHand([...Array(slots).keys()], [...Array(intermediates).keys()]);
  return {
    atHand,
    /** One that has been read. */
    load(now: number, block: number): BlockAtHand {
      const added = atHand.add(now, SOURCE, block);
      if (added === undefined) throw new Error(`no room for block ${block}`);
      added.state = 'loaded';
      return added;
    },
    presolve(now: number, block: BlockAtHand): void {
      if (atHand.addIntermediate(now, block) === undefined) throw new Error('no room');
      block.presolved = 'yes';
    },
    has: (block: number) => atHand.find(SOURCE, block) !== undefined,
  };
}

test('a block is found by its source and its number, from when it is added until it is removed', () => {
  const { atHand, load, has } = blocksAtHand();
  expect(has(1)).toBe(false);
  const one = load(0, 1);
  expect(atHand.find(SOURCE, 1)).toBe(one);
  expect(atHand.find(SOURCE + 1, 1)).toBeUndefined();
  expect(atHand.find(SOURCE, 1)).toBe(one);
  atHand.remove(one);
  expect(has(1)).toBe(false);
});

test('as long as there is room, nothing makes way', () => {
  const { load, presolve, has } = blocksAtHand({ slots: 3, intermediates: 3 });
  const all = [1, 2, 3].map((block) => load(block * LATER, block));
  for (const [i, block] of all.entries()) presolve((4 + i) * LATER, block);
  expect([1, 2, 3].filter(has)).toEqual([1, 2, 3]);
  expect(all.map(({ presolved }) => presolved)).toEqual(['yes', 'yes', 'yes']);
});

test('the block that nothing was wanted of for the longest makes way', () => {
  const { load, has } = blocksAtHand();
  const first = load(0, 1);
  load(1, 2);
  first.usedAt = LATER;
  load(2 * LATER, 3);
  expect([1, 2, 3].filter(has)).toEqual([1, 3]);
});

test('blocks that are in use stay, and so do those that a codec is at work on', () => {
  const { atHand, load, has } = blocksAtHand();
  load(0, 1).presolved = 'running';
  const second = load(0, 2);
  second.usedAt = LATER;
  expect(atHand.add(LATER + 1, SOURCE, 3)).toBeUndefined();
  expect([1, 2, 3].filter(has)).toEqual([1, 2]);
});

test('a block that has just been read is in use, and one that is being read stays, however long that takes', () => {
  const { atHand, load } = blocksAtHand({ slots: 1 });
  const block = load(LATER, 1);
  expect(atHand.add(LATER + 1, SOURCE, 2)).toBeUndefined();
  block.state = 'loading';
  expect(atHand.add(9 * LATER, SOURCE, 2)).toBeUndefined();
});

test('who needs intermediate symbols takes the place of those of which nothing was poured for the longest', () => {
  const { load, presolve, has } = blocksAtHand({ slots: 3 });
  const [first, second, third] = [load(0, 1), load(0, 2), load(0, 3)];
  presolve(0, first);
  presolve(1, second);
  Object.assign(second, { wantsRepair: true, repair: {} });
  first.repairedAt = LATER;
  presolve(2 * LATER, third);
  expect([first, second, third].map(({ presolved }) => presolved)).toEqual(['yes', 'no', 'yes']);
  expect(first.intermediate).not.toBe(third.intermediate);
  expect(second).toMatchObject({ intermediate: undefined, repair: undefined, wantsRepair: false });
  // It is poured from all the same: its source is there.
  expect(has(2)).toBe(true);
});

test('intermediate symbols that repair droplets are being poured of are not taken away', () => {
  const { atHand, load, presolve } = blocksAtHand({ intermediates: 1 });
  const [first, second] = [load(0, 1), load(0, 2)];
  presolve(0, first);
  first.repairedAt = LATER;
  expect(atHand.addIntermediate(LATER + 1, second)).toBeUndefined();
  expect(first.presolved).toBe('yes');
});

test('intermediate symbols that have just been wanted are not taken away before anything is poured of them', () => {
  const { atHand, load, presolve } = blocksAtHand({ intermediates: 1 });
  const [first, second] = [load(0, 1), load(0, 2)];
  presolve(LATER, first);
  expect(atHand.addIntermediate(LATER + 1, second)).toBeUndefined();
});

test('a block that makes way gives both its places back', () => {
  const { load, presolve } = blocksAtHand({ slots: 1, intermediates: 1 });
  for (let block = 0; block < 4; block++) presolve(block * LATER, load(block * LATER, block));
});

test('all of a source can be removed but what a codec is at work on, and others stay', () => {
  const { atHand, load, has } = blocksAtHand({ slots: 4 });
  load(0, 1);
  load(0, 2).state = 'loading';
  load(0, 3).presolved = 'running';
  const other = atHand.add(0, SOURCE + 1, 1);
  if (other !== undefined) other.state = 'loaded';
  atHand.removeSource(SOURCE);
  expect([1, 2, 3].filter(has)).toEqual([2, 3]);
  expect(atHand.find(SOURCE + 1, 1)).toBe(other);
});
