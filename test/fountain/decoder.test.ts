import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Decoder, decodeScratchBytes } from '../../core/fountain/decoder.ts';
import { createSymbolMemory, Kernel } from '../../core/fountain/kernel.ts';
import { blockShape, ltNeighbours, MAX_DEGREE } from '../../core/fountain/profile.ts';
import { seeded, unit } from '../../core/protocol/random.ts';
import { BlockBed, lossPattern } from './block-bed.ts';
import { rankDeficit } from './rank.ts';

test('whatever is lost of a block of any size, it comes back', () => {
  const sizes = fc.integer({ min: 4, max: 1024 });
  const loss = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 0.01, 0.05, 1));
  const symbolSize = fc.constantFrom(64, 128, 192, 1152);
  const firstId = fc.integer({ min: 1024, max: 0xffffffff - 3000 });
  fc.assert(
    fc.property(sizes, loss, symbolSize, firstId, fc.nat(), (k, share, size, first, seed) => {
      const random = seeded(seed);
      const bed = new BlockBed(k, size);
      bed.fill(() => random.u32());
      const lost = lossPattern(k, share, random);
      const ids = lost.map((_, i) => first + i);
      bed.completeFrom(first + ids.length, bed.begin(bed.lose(lost), ids));
    }),
    { numRuns: 60, seed: 1 },
  );
});

describe('small blocks', () => {
  test.each([4, 5, 6, 7, 8, 9, 10])('k = %s: every set of lost symbols', (k) => {
    const bed = new BlockBed(k, 64);
    for (let mask = 0; mask < 1 << k; mask++) {
      bed.fill((j, i) => j * 41 + i * 3 + mask);
      const lost = Array.from({ length: k }, (_, id) => id).filter((id) => (mask >> id) & 1);
      const ids = lost.map((_, i) => k + mask * 3 + i);
      bed.completeFrom(2 ** 31 + mask, bed.begin(bed.lose(lost), ids));
    }
  });

  test.each([11, 12, 13, 14, 15, 16, 17, 18, 19, 20])('k = %s: any one, any two, or all lost', (k) => {
    const bed = new BlockBed(k, 64);
    const all = Array.from({ length: k }, (_, id) => id);
    const sets = [all, ...all.flatMap((a) => all.filter((b) => b >= a).map((b) => [a, b]))];
    for (const [n, lost] of sets.entries()) {
      bed.fill((j, i) => j * 41 + i * 3 + n);
      const ids = lost.map((_, i) => k + n * 20 + i);
      bed.completeFrom(2 ** 31 + n, bed.begin(bed.lose(lost), ids));
    }
  });
});

test('the rank deficit is that of plain elimination, at the beginning and after every droplet', () => {
  for (let seed = 0; seed < 150; seed++) {
    const random = seeded(seed);
    const k = 4 + (random.u32() % (seed < 100 ? 30 : 120));
    const bed = new BlockBed(k, 64);
    bed.fill((j, i) => j + i);
    const lost = lossPattern(k, unit(random), random);
    const kept = Array.from({ length: k }, (_, id) => id).filter((id) => !lost.includes(id));
    const ids = Array.from({ length: random.u32() % (lost.length + 3) }, () => random.u32());
    let deficit = bed.begin(bed.lose(lost), ids);
    if (lost.length > 0) expect(deficit).toBe(rankDeficit(blockShape(k), [...kept, ...ids]));
    while (deficit > 0) {
      const id = random.u32();
      ids.push(id);
      deficit = bed.decoder.add(id, bed.pour(id));
      expect(deficit).toBe(rankDeficit(blockShape(k), [...kept, ...ids]));
    }
    bed.decoder.finish();
    bed.expectWhole();
  }
});

test('ids at both ends of the u32 range serve', () => {
  const bed = new BlockBed(20, 64);
  bed.fill((j, i) => j * i);
  const lost = Array.from({ length: 20 }, (_, id) => id);
  const ids = lost.map((i) => 0xffffffff - i);
  let deficit = bed.begin(bed.lose(lost), ids);
  for (let id = 20; deficit > 0; id++) deficit = bed.decoder.add(id, bed.pour(id));
  bed.decoder.finish();
  bed.expectWhole();
});

test('a droplet told twice adds no rank and does no harm', () => {
  const bed = new BlockBed(200, 64);
  bed.fill((j, i) => j + 3 * i);
  const lost = Array.from({ length: 60 }, (_, i) => i * 3);
  const present = bed.lose(lost);
  const twice = lost.slice(0, 30).flatMap((id) => [1000 + id, 1000 + id]);
  const deficit = bed.begin(present, twice);
  expect(deficit).toBe(30);
  expect(bed.decoder.add(1000, bed.pour(1000))).toBe(30);
  // A source symbol that is there already says nothing new either.
  expect(bed.decoder.add(1, bed.source + 64)).toBe(30);
  bed.completeFrom(50_000, 30);
});

test('a source symbol that comes late helps as any droplet does', () => {
  const bed = new BlockBed(64, 128);
  bed.fill((j, i) => j * 5 + i);
  const late = bed.copy(bed.source + 7 * 128, 128);
  const present = bed.lose([3, 7, 20]);
  expect(bed.begin(present, [])).toBe(3);
  bed.bytes.set(late, bed.source + 7 * 128);
  expect(bed.decoder.add(7, bed.source + 7 * 128)).toBe(2);
  bed.completeFrom(9000, 2);
});

test('many more droplets than are needed are all looked at', () => {
  const bed = new BlockBed(40, 64);
  bed.fill((j, i) => j ^ i);
  const present = bed.lose(Array.from({ length: 40 }, (_, id) => id));
  // The same few again and again, and what completes the block only at the end.
  const ids = [...Array.from({ length: 150 }, (_, i) => 5000 + (i % 10))];
  for (let id = 6000; id < 6050; id++) ids.push(id);
  expect(bed.begin(present, ids)).toBe(0);
  bed.decoder.finish();
  bed.expectWhole();
});

test('a sender who picks the heaviest droplets only makes work', () => {
  const k = 1024;
  const bed = new BlockBed(k, 64);
  bed.fill((j, i) => j * 3 + i);
  const columns = new Uint32Array(MAX_DEGREE + 1);
  const heavy: number[] = [];
  for (let id = k; heavy.length < k + 20; id++) {
    if (ltNeighbours(blockShape(k), id, columns) > MAX_DEGREE) heavy.push(id);
  }
  const deficit = bed.begin(bed.lose(Array.from({ length: k }, (_, id) => id)), heavy);
  bed.completeFrom(2 ** 31, deficit);
});

test('nothing is written but the missing symbols and scratch memory', () => {
  const k = 300;
  const size = 128;
  const bed = new BlockBed(k, size);
  bed.fill((j, i) => j + i);
  const lost = Array.from({ length: 90 }, (_, i) => i * 2);
  const ids = lost.map((id) => 4000 + id);
  let deficit = bed.begin(bed.lose(lost), ids);
  for (let id = 10_000; deficit > 0; id++) deficit = bed.decoder.add(id, bed.pour(id));
  const before = bed.bytes.slice();
  bed.decoder.finish();
  bed.expectWhole();
  bed.lose(lost);
  // Scratch memory comes first in the bed.
  expect(Buffer.compare(bed.bytes.slice(bed.source), before.slice(bed.source))).toBe(0);
});

describe('what does not fit is refused', () => {
  const bytes = decodeScratchBytes(16, 64);
  const memoryBytes = Math.ceil((bytes + 4096) / 65536) * 65536;
  const kernel = new Kernel(createSymbolMemory(memoryBytes));
  const block = {
    k: 16,
    symbolSize: 64,
    source: bytes,
    present: new Uint8Array(16),
    repairIds: new Uint32Array(20),
    repairAt: new Uint32Array(20).fill(bytes),
    count: 20,
  };
  const decoder = new Decoder(kernel, { at: 0, bytes });

  test.each([
    ['scratch memory too small for k', { k: 17, present: new Uint8Array(17) }],
    ['an odd symbol size', { symbolSize: 65 }],
    ['source symbols past the end', { source: memoryBytes - 15 * 64 }],
    ['a droplet past the end', { repairAt: new Uint32Array(20).fill(memoryBytes - 63) }],
    ['a list shorter than its count', { repairIds: new Uint32Array(19) }],
    ['too few present flags', { present: new Uint8Array(15) }],
    ['too few symbols', { k: 3 }],
  ])('%s', (_, change) => {
    expect(() => decoder.begin({ ...block, ...change })).toThrow(RangeError);
    // And the decoder is as good as before.
    expect(decoder.begin(block)).toBeGreaterThan(0);
  });

  test('a droplet past the end, added', () => {
    decoder.begin(block);
    expect(() => decoder.add(1, memoryBytes)).toThrow(RangeError);
  });

  test('scratch memory outside of the memory', () => {
    expect(() => new Decoder(kernel, { at: memoryBytes - 64, bytes })).toThrow(RangeError);
  });

  test('to finish before the rank is full, or twice', () => {
    expect(decoder.begin(block)).toBeGreaterThan(0);
    expect(() => decoder.finish()).toThrow(/cannot be solved yet/);
    expect(decoder.begin({ ...block, present: new Uint8Array(16).fill(1) })).toBe(0);
    decoder.finish();
    expect(() => decoder.finish()).toThrow(/cannot be solved yet/);
  });
});
