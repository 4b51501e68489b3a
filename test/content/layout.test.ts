import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FileMap } from '../../core/content/file-map.ts';
import {
  blockCount,
  blockLength,
  blockOffset,
  codedSymbols,
  realSymbols,
  sourceSymbols,
} from '../../core/content/layout.ts';

test.each([
  // length, blocks, bytes of the last, its real symbols, its k
  [1, 1, 1, 1, 4],
  [1152, 1, 1152, 1, 4],
  [1153, 1, 1153, 2, 4],
  [1024 * 1152, 1, 1024 * 1152, 1024, 1024],
  [1024 * 1152 + 1, 2, 1, 1, 4],
  [2 ** 50, 954437177, 2 ** 50 - 954437176 * 1024 * 1152, 911, 911],
])('%i bytes', (length, blocks, last, real, coded) => {
  const layout = { length, symbolSize: 1152, symbolsPerBlock: 1024 };
  expect(blockCount(layout)).toBe(blocks);
  expect(blockLength(layout, blocks - 1)).toBe(last);
  expect(realSymbols(layout, blocks - 1)).toBe(real);
  expect(codedSymbols(layout, blocks - 1)).toBe(coded);
});

test('an empty resource has no blocks', () => {
  const layout = { length: 0, symbolSize: 64, symbolsPerBlock: 4 };
  expect([blockCount(layout), sourceSymbols(layout)]).toEqual([0, 0]);
  expect(() => blockOffset(layout, 0)).toThrow(RangeError);
});

test('blocks cover the resource without gap, and their symbols are all of it', () => {
  const layout = fc.record({
    length: fc.integer({ min: 1, max: 100_000 }),
    symbolSize: fc.integer({ min: 1, max: 18 }).map((n) => n * 64),
    symbolsPerBlock: fc.integer({ min: 4, max: 1024 }),
  });
  fc.assert(
    fc.property(layout, (it) => {
      let end = 0;
      let symbols = 0;
      for (let block = 0; block < blockCount(it); block++) {
        expect(blockOffset(it, block)).toBe(end);
        expect(blockLength(it, block)).toBeGreaterThan(0);
        end += blockLength(it, block);
        symbols += realSymbols(it, block);
      }
      expect(end).toBe(it.length);
      expect(symbols).toBe(sourceSymbols(it));
    }),
  );
});

test('ranges are the bytes of the files one after the other', () => {
  const lengths = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 30 });
  fc.assert(
    fc.property(lengths, fc.nat(), fc.nat(), (files, a, b) => {
      const all = files.flatMap((length, file) => Array.from({ length }, (_, i) => `${file}:${i}`));
      const offset = a % (all.length + 1);
      const length = b % (all.length - offset + 1);
      const found = new FileMap(files).ranges(offset, length).flatMap((range) => {
        expect(range.length).toBeGreaterThan(0);
        return Array.from({ length: range.length }, (_, i) => `${range.file}:${range.offset + i}`);
      });
      expect(found).toEqual(all.slice(offset, offset + length));
    }),
  );
});

test('a run beyond the end is refused', () => {
  expect(() => new FileMap([3]).ranges(2, 2)).toThrow(RangeError);
});

test('a million files cost a search and not a walk', () => {
  const map = new FileMap(Array.from({ length: 1_000_000 }, () => 10));
  const timeOf = (from: number): number => {
    let reads = 0;
    const start = performance.now();
    for (let i = 0; i < 1000; i++) reads += map.ranges(from + i * 90, 20).length;
    expect(reads).toBe(2000);
    return performance.now() - start;
  };
  timeOf(0);
  // A walk from the first file would take a thousand times as long to the last as to the first.
  expect(timeOf(9_900_000)).toBeLessThan(100 * timeOf(0));
});
