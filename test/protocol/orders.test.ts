/** What one server has been asked for, by places, and how far it has come. */
import { beforeEach, describe, expect, test } from 'vitest';
import { Orders } from '../../core/protocol/orders.ts';

let orders: Orders;
beforeEach(() => {
  orders = new Orders();
});

/** Block, first id and number of droplets, with the places, of the extents that a heartbeat would hold. */
function extents(): number[][] {
  return orders.extents().map(({ block, from, count, offset }) => [block, from, count, offset]);
}

function list(): number[][] {
  return orders.list.map(({ block, from, count, offset }) => [block, from, count, offset]);
}

describe('an order', () => {
  test('has its place behind what was ordered before, and grows while ids follow', () => {
    expect(orders.empty).toBe(true);
    orders.add(3, 0, 10);
    orders.add(3, 10, 5);
    orders.add(4, 15, 5);
    orders.add(4, 21, 2);
    expect(list()).toEqual([
      [3, 0, 15, 0],
      [4, 15, 5, 15],
      [4, 21, 2, 20],
    ]);
    expect(orders.empty).toBe(false);
    expect(orders.outstanding).toBe(22);
  });

  test('does not grow over the place of one that was taken back', () => {
    orders.add(3, 0, 10);
    orders.add(4, 0, 10);
    orders.cancel(4);
    orders.add(3, 10, 5);
    expect(list()).toEqual([
      [3, 0, 10, 0],
      [3, 10, 5, 20],
    ]);
    orders.cancelAll();
    expect(orders.empty).toBe(true);
  });

  test('that is cut keeps its ids below the end, and goes when none is left', () => {
    orders.add(3, 5, 10);
    orders.add(4, 0, 10);
    expect(orders.shorten(3, 20)).toBe(10);
    expect(orders.shorten(3, 12)).toBe(7);
    expect(list()[0]).toEqual([3, 5, 7, 0]);
    expect(orders.shorten(9, 12)).toBe(0);
    expect(orders.shorten(3, 4)).toBe(0);
    expect(list()).toEqual([[4, 0, 10, 10]]);
  });

  test('is one of 62 at most, and none has a place that does not fit into 32 bits', () => {
    for (let i = 0; i < 61; i++) orders.add(2 * i, 0, 1);
    expect(orders.full).toBe(false);
    orders.add(999, 0, 1);
    expect(orders.full).toBe(true);
    orders.cancelAll();
    expect(orders.full).toBe(false);
    orders.add(1, 0, 0xf000_0000 - 63);
    expect(orders.full).toBe(false);
    orders.add(1, 0, 1);
    expect(orders.full).toBe(true);
  });
});

describe('a droplet that arrives', () => {
  beforeEach(() => {
    orders.add(3, 0, 10);
    orders.add(4, 0, 10);
  });

  test('shows how far the server has poured: what is before it is not asked for again', () => {
    expect(orders.arrived(0, 3, 4, 1, true)).toBe(5);
    expect(orders.poured).toBe(5);
    expect(extents()).toEqual([
      [3, 5, 5, 5],
      [4, 0, 10, 10],
    ]);
    expect(orders.arrived(1, 4, 0, 2, true)).toBe(7);
    expect(extents()).toEqual([[4, 2, 8, 12]]);
    expect(orders.outstanding).toBe(8);
    expect(orders.ahead(orders.list[0])).toBe(0);
    expect(orders.ahead(orders.list[1])).toBe(8);
  });

  test('of nothing that was ordered, or of what is behind, is no progress', () => {
    expect(orders.arrived(0, 5, 0, 1, true)).toBe(undefined);
    expect(orders.arrived(0, 3, 10, 1, true)).toBe(undefined);
    expect(orders.arrived(0, 4, 3, 1, true)).toBe(14);
    expect(orders.arrived(0, 4, 3, 1, true)).toBe(0);
    expect(orders.arrived(0, 3, 3, 1, true)).toBe(0);
    expect(orders.poured).toBe(14);
  });

  test('is in the order that the server had not come to, where its id was ordered twice', () => {
    orders.add(3, 2, 4);
    orders.arrived(0, 4, 9, 1, true);
    expect(orders.poured).toBe(20);
    orders.arrived(1, 3, 3, 1, true);
    expect(orders.poured).toBe(22);
    expect(extents()).toEqual([[3, 4, 2, 22]]);
  });

  test('is in the first of them while the server has come to none', () => {
    orders.add(3, 2, 4);
    orders.arrived(0, 3, 3, 1, true);
    expect(orders.poured).toBe(4);
  });

  test('before which a later one came is no progress', () => {
    expect(orders.arrived(0, 3, 5, 1, false)).toBe(0);
    expect(orders.poured).toBe(0);
  });
});

describe('what was ordered and taken back', () => {
  test('is still to come, once, but for what has been settled', () => {
    orders.add(3, 0, 10);
    orders.add(4, 0, 10);
    orders.add(5, 0, 3);
    orders.arrived(0, 3, 3, 1, true);
    orders.settle(0);
    orders.cancel(9);
    expect(orders.takeOwed(100)).toBe(0);
    orders.cancel(3);
    expect([orders.takeOwed(4), orders.takeOwed(4), orders.takeOwed(4)]).toEqual([4, 2, 0]);
    orders.cancelAll();
    expect(orders.takeOwed(100)).toBe(13);
  });
});

describe('what was poured', () => {
  beforeEach(() => {
    orders.add(3, 0, 10);
    orders.add(4, 0, 10);
  });

  test('is settled at once on a path that keeps the order', () => {
    orders.arrived(0, 3, 4, 1, true);
    expect(orders.recent(orders.list[0])).toEqual({ from: 0, to: 5 });
    expect(orders.recent(orders.list[1])).toBe(undefined);
    expect(orders.unsettled(orders.list[0])).toEqual({ from: 0, to: 10 });
    orders.settle(0);
    expect(orders.recent(orders.list[0])).toBe(undefined);
    expect(orders.unsettled(orders.list[0])).toEqual({ from: 5, to: 10 });
    orders.arrived(2, 4, 2, 1, true);
    orders.settle(2);
    expect(list()).toEqual([[4, 0, 10, 10]]);
    expect(orders.unsettled(orders.list[0])).toEqual({ from: 3, to: 10 });
  });

  test('is recent from where it was settled on, behind other orders as well', () => {
    orders.arrived(0, 4, 2, 1, true);
    orders.settle(0);
    orders.arrived(5, 4, 5, 1, true);
    expect(orders.recent(orders.list[0])).toEqual({ from: 3, to: 6 });
  });

  test('is settled after a wait where datagrams overtake one another, by a quarter more than the latest', () => {
    orders.arrived(10, 3, 0, 1, true);
    orders.arrived(20, 3, 5, 1, true);
    orders.arrived(60, 3, 2, 1, false);
    // It was overtaken by what came at 20, 40 ms before: 50 ms are waited for.
    orders.settle(69.9);
    expect(orders.unsettled(orders.list[0])).toEqual({ from: 1, to: 10 });
    orders.settle(70);
    expect(orders.unsettled(orders.list[0])).toEqual({ from: 6, to: 10 });
  });

  test('is not waited for longer than 120 ms', () => {
    orders.arrived(0, 3, 5, 1, true);
    orders.arrived(5000, 3, 2, 1, false);
    orders.arrived(5000, 3, 7, 1, true);
    orders.settle(5119);
    expect(orders.unsettled(orders.list[0])).toEqual({ from: 6, to: 10 });
    orders.settle(5120);
    expect(orders.unsettled(orders.list[0])).toEqual({ from: 8, to: 10 });
  });

  test('is waited for longer and longer where even what is settled was overtaken', () => {
    orders.arrived(0, 3, 5, 1, true);
    orders.settle(0);
    // 1.25 ms, then 1.25 * (1.5 * 1.25 + 1) = 3.59 ms.
    orders.arrived(0, 3, 1, 1, false);
    orders.arrived(0, 3, 2, 1, false);
    orders.arrived(0, 3, 7, 1, true);
    orders.settle(3.5);
    expect(orders.unsettled(orders.list[0])).toEqual({ from: 6, to: 10 });
    orders.settle(3.6);
    expect(orders.unsettled(orders.list[0])).toEqual({ from: 8, to: 10 });
  });

  test('within a millisecond is settled together', () => {
    orders.arrived(10, 3, 0, 1, true);
    orders.arrived(10.9, 3, 4, 1, true);
    orders.arrived(11, 3, 5, 1, true);
    orders.settle(10);
    expect(orders.unsettled(orders.list[0])).toEqual({ from: 5, to: 10 });
    orders.settle(11);
    expect(orders.unsettled(orders.list[0])).toEqual({ from: 6, to: 10 });
  });
});
