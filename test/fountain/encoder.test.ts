import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  DROPLET_SCRATCH_BYTES,
  Encoder,
  intermediateBytes,
  presolveScratchBytes,
} from '../../core/fountain/encoder.ts';
import { createSymbolMemory, Kernel } from '../../core/fountain/kernel.ts';
import { blockShape, ltNeighbours, MAX_DEGREE } from '../../core/fountain/profile.ts';
import { seeded } from '../../core/protocol/random.ts';
import { BlockBed } from './block-bed.ts';
import { blocks, symbolSize, vectorByte } from './vectors.ts';

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

describe.each(blocks)('the vectors of k = $k', ({ k, intermediateSha256, droplets }) => {
  const bed = new BlockBed(k, symbolSize);
  bed.fill(vectorByte);

  test('agree on the intermediate symbols', () => {
    expect(sha256(bed.copy(bed.intermediate, intermediateBytes(k, symbolSize)))).toBe(intermediateSha256);
  });

  test.each(droplets)('agree on droplet $id', (droplet) => {
    const payload = bed.copy(bed.pour(droplet.id), symbolSize);
    expect(payload.subarray(0, 16).toString('hex')).toBe(droplet.head);
    expect(sha256(payload)).toBe(droplet.sha256);
  });
});

test('a droplet whose id is below k is the source symbol', () => {
  for (const k of [4, 19, 300, 1024]) {
    const random = seeded(k);
    const bed = new BlockBed(k, 192);
    bed.fill(() => random.u32());
    for (let id = 0; id < k; id++) {
      const symbol = bed.copy(bed.source + id * 192, 192);
      expect(bed.copy(bed.pour(id), 192).equals(symbol)).toBe(true);
    }
  }
});

test('a droplet is the sum of the intermediate symbols that the profile names', () => {
  const columns = new Uint32Array(MAX_DEGREE + 1);
  for (const k of [4, 30, 1024]) {
    const random = seeded(k);
    const bed = new BlockBed(k, 64);
    bed.fill(() => random.u32());
    const intermediate = bed.copy(bed.intermediate, intermediateBytes(k, 64));
    const into = bed.pour(0);
    for (let n = 0; n < 3000; n++) {
      const id = random.u32();
      const sum = Buffer.alloc(64);
      const count = ltNeighbours(blockShape(k), id, columns);
      for (const column of columns.subarray(0, count)) {
        for (let i = 0; i < 64; i++) sum[i] ^= intermediate[column * 64 + i];
      }
      bed.encoder.droplet(k, 64, bed.intermediate, id, into);
      expect(bed.copy(into, 64).equals(sum)).toBe(true);
    }
  }
});

test('a run of droplets is the same as one by one, over the end of the ids too', () => {
  const random = seeded(1);
  const bed = new BlockBed(100, 1152);
  bed.fill(() => random.u32());
  const single = [0xfffffffe, 0xffffffff, 0, 1].map((id) => bed.copy(bed.pour(id), 1152));
  const into = bed.pour(0);
  bed.encoder.droplets(100, 1152, bed.intermediate, 0xfffffffe, 4, into);
  expect(bed.copy(into, 4 * 1152).equals(Buffer.concat(single))).toBe(true);
});

test('an encoder goes from one size of block to another and back', () => {
  const bytes = presolveScratchBytes(64, 128);
  const kernel = new Kernel(createSymbolMemory(bytes + 65536));
  const encoder = new Encoder(kernel, { at: 0, bytes });
  const source = bytes;
  const memory = Buffer.from(kernel.memory.buffer);
  for (let i = 0; i < 64 * 128; i++) memory[source + i] = i * 31;
  const intermediate = source + 64 * 128;
  const presolved = (k: number, size: number) => {
    encoder.presolve(k, size, source, intermediate);
    return sha256(memory.subarray(intermediate, intermediate + intermediateBytes(k, size)));
  };
  const first = [presolved(64, 128), presolved(64, 64), presolved(10, 128)];
  expect(new Set(first).size).toBe(3);
  expect([presolved(64, 128), presolved(64, 64), presolved(10, 128)]).toEqual(first);
});

test('what does not fit is refused', () => {
  const bytes = presolveScratchBytes(32, 64);
  const memoryBytes = 8 * 65536;
  const kernel = new Kernel(createSymbolMemory(memoryBytes));
  const encoder = new Encoder(kernel, { at: 0, bytes });
  const free = bytes;
  expect(() => encoder.presolve(33, 64, free, free + 4096)).toThrow(/takes \d+ bytes of scratch/);
  expect(() => encoder.presolve(32, 96, free, free + 4096)).toThrow(/multiple of 64/);
  expect(() => encoder.presolve(32, 64, memoryBytes - 64, free)).toThrow(RangeError);
  expect(() => encoder.presolve(32, 64, free, memoryBytes - 64)).toThrow(RangeError);
  expect(() => encoder.droplet(32, 64, free, 40, memoryBytes - 32)).toThrow(RangeError);
  expect(() => encoder.droplet(32, 64, -64, 40, free)).toThrow(RangeError);
  expect(() => new Encoder(kernel, { at: memoryBytes - 64, bytes: DROPLET_SCRATCH_BYTES })).toThrow(
    RangeError,
  );
  const pouring = new Encoder(kernel, { at: 0, bytes: DROPLET_SCRATCH_BYTES });
  expect(() => pouring.presolve(4, 64, free, free + 4096)).toThrow(/scratch/);
});

test('to pour droplets of a block that another encoder presolved takes little scratch memory', () => {
  const bed = new BlockBed(50, 64);
  bed.fill((j, i) => j * 7 + i);
  const want = bed.copy(bed.pour(1234), 64);
  const at = bed.pour(0);
  const into = bed.pour(0);
  // The droplets in between are there to be overwritten: 64 bytes each.
  for (let i = 0; i < 8; i++) bed.pour(0);
  new Encoder(bed.kernel, { at: into + 64, bytes: DROPLET_SCRATCH_BYTES }).droplet(
    50,
    64,
    bed.intermediate,
    1234,
    at,
  );
  expect(bed.copy(at, 64).equals(want)).toBe(true);
});
