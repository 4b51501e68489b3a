import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Puts } from '../../main/node/puts.ts';
import type { StorePut } from '../../preload/contract.ts';

let told: (readonly StorePut[])[];
let puts: Puts;
beforeEach(() => {
  vi.useFakeTimers();
  told = [];
  puts = new Puts((all) => told.push(all));
});
afterEach(() => vi.useRealTimers());

async function* pieces(...lengths: readonly number[]): AsyncGenerator<Uint8Array> {
  for (const length of lengths) yield new Uint8Array(length);
}

test('what is read of a file is counted, and told a few times a second until it is in', async () => {
  const { content, end } = puts.begin('film.mkv', 30, pieces(10, 20));
  const reading = content[Symbol.asyncIterator]();
  expect((await reading.next()).value).toHaveLength(10);
  expect(told).toEqual([]);
  vi.advanceTimersByTime(250);
  expect(told).toEqual([[{ key: 1, name: 'film.mkv', size: 30, read: 10 }]]);
  await reading.next();
  vi.advanceTimersByTime(250);
  expect(told.at(-1)).toMatchObject([{ read: 30 }]);
  end();
  expect(told.at(-1)).toEqual([]);
  const before = told.length;
  vi.advanceTimersByTime(10_000);
  expect(told).toHaveLength(before);
});

test('one that is cancelled is read no further, and the others are', async () => {
  const cancelled = puts.begin('film.mkv', 30, pieces(10, 10, 10));
  const other = puts.begin('notes', 3, pieces(3));
  const reading = cancelled.content[Symbol.asyncIterator]();
  await reading.next();
  puts.cancel(1);
  await expect(reading.next()).rejects.toThrow('cancelled');
  expect([cancelled.isCancelled(), other.isCancelled()]).toEqual([true, false]);
  expect((await other.content[Symbol.asyncIterator]().next()).value).toHaveLength(3);
  cancelled.end();
  other.end();
  puts.cancel(1);
  expect(cancelled.isCancelled()).toBe(false);
});

test('one that was cancelled with its last piece is not taken for whole', async () => {
  const { content } = puts.begin('film.mkv', 10, pieces(10));
  const reading = content[Symbol.asyncIterator]();
  await reading.next();
  puts.cancel(1);
  await expect(reading.next()).rejects.toThrow('cancelled');
});

test('several are told of together, each until its own end', () => {
  const first = puts.begin('a', 1, pieces());
  const second = puts.begin('b', 2, pieces());
  vi.advanceTimersByTime(250);
  expect(told.at(-1)?.map(({ key, name }) => [key, name])).toEqual([
    [1, 'a'],
    [2, 'b'],
  ]);
  first.end();
  vi.advanceTimersByTime(250);
  expect(told.at(-1)).toMatchObject([{ name: 'b' }]);
  second.end();
  expect(told.at(-1)).toEqual([]);
});
