import { expect, test } from 'vitest';
import { FROM_STORE, OpenBlock } from '../../core/protocol/open-block.ts';

const REAL = 64;
const SERVER = 3;
const OTHER = 0;

/** All of its source was ordered, and all has come but what is in `missing`. */
function without(...missing: readonly number[]): OpenBlock {
  const block = new OpenBlock(0, REAL);
  block.takeSource(REAL);
  for (let id = 0; id < REAL; id++) if (!missing.includes(id)) block.add(id, 1, SERVER);
  return block;
}

test('what was lost is found in stretches, at the ends of a block as well', () => {
  expect(without(0, 1, 2, 10, 62, 63).lostStretches(8)).toEqual([
    { from: 0, to: 3 },
    { from: 10, to: 11 },
    { from: 62, to: 64 },
  ]);
  expect(without().lostStretches(8)).toEqual([]);
});

test('what may still come is not lost, nor what nobody was asked for', () => {
  const block = without(4, 5, 6, 7);
  block.expectedIds = [{ from: 0, to: 5 }];
  expect(block.lostStretches(8)).toEqual([{ from: 5, to: 8 }]);
  const fresh = new OpenBlock(0, REAL);
  fresh.takeSource(10);
  expect(fresh.lostStretches(8)).toEqual([{ from: 0, to: 10 }]);
});

test('more stretches than were asked for are none: repair droplets serve better', () => {
  expect(without(1, 3, 5).lostStretches(3)).toHaveLength(3);
  expect(without(1, 3, 5, 7).lostStretches(3)).toEqual([]);
});

test('stretches that are ordered again are taken in parts, in order, and each once', () => {
  const block = without(1, 2, 3, 8);
  block.again = block.lostStretches(8);
  const taken = [block.takeAgain(2), block.takeAgain(9), block.takeAgain(9), block.takeAgain(9)];
  expect(taken).toEqual([{ from: 1, count: 2 }, { from: 3, count: 1 }, { from: 8, count: 1 }, undefined]);
});

test('what was ordered of one server is known by stretches, and was ordered of no other', () => {
  const block = new OpenBlock(0, REAL);
  block.order(SERVER, 10, 5);
  block.order(SERVER, 15, 5);
  block.order(SERVER, 500, 3);
  block.order(OTHER, 3, 2);
  const asked = [9, 10, 17, 20, 499, 500, 502, 503, 4];
  expect(asked.map((id) => block.ordered(SERVER, id, 100))).toEqual([0, 10, 3, 0, 0, 3, 1, 0, 0]);
  expect([block.ordered(OTHER, 4, 100), block.ordered(OTHER, 10, 100), block.ordered(9, 10, 100)]).toEqual([
    1, 0, 0,
  ]);
  expect(block.ordered(SERVER, 10, 2)).toBe(2);
});

test('what adds nothing counts no more, whoever put it there, and can be taken again', () => {
  const block = without(4, 5);
  block.add(100, 3, FROM_STORE);
  block.add(200, 2, SERVER);
  block.tried = block.got;
  const before = block.got;
  block.drop([101, 200, 7, 4, 9999]);
  expect([before - block.got, block.tried - block.got, block.gotStored, block.gotSource]).toEqual([
    3, 0, 2, 61,
  ]);
  expect([101, 200, 7].some((id) => block.has(id))).toBe(false);
});

test('what an earlier run kept, be it under the last of all ids, leaves ids to be ordered', () => {
  const block = new OpenBlock(0, REAL);
  block.add(0xffff_fffe, 2, FROM_STORE);
  block.add(300, 1, FROM_STORE);
  expect(block.takeRepair(2)).toEqual({ from: 301, count: 2 });
});
