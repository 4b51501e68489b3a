import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ClassicDecoder } from '../../core/protocol/classic-decoder.ts';
import { ClassicFountain } from '../../core/protocol/classic-fountain.ts';
import { seeded } from '../../core/protocol/random.ts';
import { readClassicDroplet } from '../../core/wire/classic.ts';
import { dropletOf } from './simulation/classic-2012.ts';

const ALL = Array.from({ length: 64 }, (_, part) => part);
const content = fc.uint8Array({ maxLength: 1000 });
const masks = fc.array(fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }), { minLength: 60, maxLength: 90 });

function pour(decoder: ClassicDecoder, content: Uint8Array, mask: bigint) {
  const chosen = ALL.filter((part) => (mask >> BigInt(part)) & 1n);
  return decoder.add(mask, dropletOf(1n, content, chosen).subarray(32));
}

/** Rank over GF(2), the slow and plain way. */
function rankOf(masks: readonly bigint[]): number {
  let left = [...masks];
  let rank = 0;
  for (const part of ALL) {
    const bit = 1n << BigInt(part);
    const pivot = left.find((mask) => mask & bit);
    if (pivot === undefined) continue;
    rank++;
    left = left.filter((mask) => mask !== pivot).map((mask) => (mask & bit ? mask ^ pivot : mask));
  }
  return rank;
}

describe('whatever the masks', () => {
  test('as much is known as they say, and all of it as soon as they say all', () => {
    fc.assert(
      fc.property(content, masks, (bytes, said) => {
        const decoder = new ClassicDecoder(bytes.length);
        for (const mask of said) {
          const before = decoder.rank;
          expect(pour(decoder, bytes, mask)).toBe(decoder.rank > before ? 'new' : 'redundant');
        }
        expect(decoder.rank).toBe(rankOf(said));
        expect(decoder.rank + decoder.redundant).toBe(said.length);
        if (decoder.isComplete) expect(Buffer.from(decoder.content() ?? []).equals(bytes)).toBe(true);
      }),
    );
  });

  test('parts of one and of few', () => {
    const few = fc.uniqueArray(fc.integer({ min: 0, max: 63 }), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(content, fc.array(few, { maxLength: 100 }), (bytes, said) => {
        const decoder = new ClassicDecoder(bytes.length);
        for (const chosen of said) decoder.add(maskOf(chosen), dropletOf(1n, bytes, chosen).subarray(32));
        for (const part of ALL) pour(decoder, bytes, 1n << BigInt(part));
        expect(Buffer.from(decoder.content() ?? []).equals(bytes)).toBe(true);
      }),
    );
  });
});

test('a droplet that is not what its mask says is noticed where the rest of it is known', () => {
  const bytes = Uint8Array.from({ length: 640 }, (_, i) => i);
  const decoder = new ClassicDecoder(bytes.length);
  pour(decoder, bytes, 0b011n);
  pour(decoder, bytes, 0b110n);
  const wrong = dropletOf(1n, bytes, [0, 2]).subarray(32);
  wrong[3] ^= 1;
  expect(decoder.add(0b101n, wrong)).toBe('contradiction');
  expect([decoder.rank, decoder.redundant]).toEqual([2, 0]);
  expect(pour(decoder, bytes, 0b101n)).toBe('redundant');
});

test('padding that is not zero is no content', () => {
  const padded = new Uint8Array(64 * 11).fill(1);
  const decoder = new ClassicDecoder(640);
  for (const part of ALL) decoder.add(1n << BigInt(part), padded.subarray(part * 11, part * 11 + 11));
  expect(decoder.isComplete).toBe(true);
  expect(decoder.content()).toBeUndefined();
});

test('a droplet that is changed afterwards changes nothing', () => {
  const bytes = new Uint8Array(100).fill(5);
  const decoder = new ClassicDecoder(bytes.length);
  for (const part of ALL) {
    const datagram = dropletOf(1n, bytes, [part]);
    decoder.add(1n << BigInt(part), datagram.subarray(32));
    datagram.fill(0xff);
  }
  expect(decoder.content()).toEqual(bytes);
});

test('every droplet of a fountain is what its mask says', () => {
  fc.assert(
    fc.property(content, fc.integer(), fc.integer({ min: 64, max: 300 }), (bytes, seed, count) => {
      const fountain = new ClassicFountain('0000000000000001', bytes, seeded(seed));
      const datagram = new Uint8Array(65_536).fill(0xee);
      for (let i = 0; i < count; i++) {
        fountain.write(datagram);
        const written = datagram.subarray(0, fountain.datagramBytes);
        const { mask } = readClassicDroplet(written) ?? { mask: 0n };
        const chosen = ALL.filter((part) => (mask >> BigInt(part)) & 1n);
        expect(Buffer.from(written).equals(dropletOf(1n, bytes, chosen))).toBe(true);
      }
    }),
    { numRuns: 20 },
  );
});

function maskOf(chosen: readonly number[]): bigint {
  return chosen.reduce((mask, part) => mask | (1n << BigInt(part)), 0n);
}
