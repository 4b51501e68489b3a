import { expect, test } from 'vitest';
import { Decoder, decodeScratchBytes } from '../../core/fountain/decoder.ts';
import { Encoder, intermediateBytes, presolveScratchBytes } from '../../core/fountain/encoder.ts';
import { createSymbolMemory, Kernel } from '../../core/fountain/kernel.ts';

test('kernels over one memory, each with scratch memory of its own, work by turns', () => {
  const k = 120;
  const size = 64;
  const block = k * size;
  const scratch = Math.max(presolveScratchBytes(k, size), decodeScratchBytes(k, size));
  const each = scratch + 3 * block + intermediateBytes(k, size);
  const memory = createSymbolMemory(3 * Math.ceil(each / 64) * 64);
  const bytes = Buffer.from(memory.buffer);
  const workers = [0, 1, 2].map((n) => {
    const at = n * Math.ceil(each / 64) * 64;
    const kernel = new Kernel(memory);
    const source = at + Math.ceil(scratch / 64) * 64;
    for (let i = 0; i < block; i++) bytes[source + i] = i * (n + 3) + (i >> 8);
    return {
      encoder: new Encoder(kernel, { at, bytes: scratch }),
      decoder: new Decoder(kernel, { at, bytes: scratch }),
      want: Buffer.from(bytes.subarray(source, source + block)),
      source,
      droplets: source + block,
      intermediate: source + 3 * block,
    };
  });
  for (const { encoder, source, intermediate } of workers) encoder.presolve(k, size, source, intermediate);
  // More droplets than any code can need, of which each decoder takes what it lacks.
  for (const w of workers) w.encoder.droplets(k, size, w.intermediate, 5000, 2 * k, w.droplets);
  for (const { source } of workers) bytes.fill(0, source, source + block);
  const deficits = workers.map(({ decoder, source, droplets }) =>
    decoder.begin({
      k,
      symbolSize: size,
      source,
      present: new Uint8Array(k),
      repairIds: Uint32Array.from({ length: 2 * k }, (_, i) => 5000 + i),
      repairAt: Uint32Array.from({ length: 2 * k }, (_, i) => droplets + i * size),
      count: 2 * k,
    }),
  );
  expect(deficits).toEqual([0, 0, 0]);
  for (const { decoder } of workers) decoder.finish();
  for (const { source, want } of workers) {
    expect(Buffer.from(bytes.subarray(source, source + block)).equals(want)).toBe(true);
  }
});

test('the memory can be handed to other threads', () => {
  const memory = createSymbolMemory(1);
  expect(memory.buffer).toBeInstanceOf(SharedArrayBuffer);
  expect(memory.buffer.byteLength).toBe(65536);
});
