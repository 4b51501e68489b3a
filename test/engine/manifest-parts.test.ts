import { expect, test } from 'vitest';
import { PROFILE } from '../../core/content/manifest-fields.ts';
import { ManifestParts } from '../../core/engine/manifest-parts.ts';
import { MANIFEST_BLOCK } from '../../core/wire/datagram.ts';

const SYMBOL = 64;
const BLOCK_SYMBOLS = 4;
const BLOCK_BYTES = SYMBOL * BLOCK_SYMBOLS;

/** Terms of a manifest of so many bytes. */
function terms(manifestBytes: number) {
  return { manifestBytes, symbolSize: SYMBOL, blockSymbols: BLOCK_SYMBOLS, profile: PROFILE };
}

/** What a basin would read: the number of the block, from 1, in every byte. */
function read(block: number, length: number): Uint8Array {
  return new Uint8Array(length).fill(block - MANIFEST_BLOCK + 1);
}

test('blocks of a manifest come in any order, and the last is shorter', () => {
  const parts = new ManifestParts();
  parts.begin(terms(2 * BLOCK_BYTES + 10));
  for (const block of [2, 0, 1]) parts.take(MANIFEST_BLOCK + block, read);
  const whole = parts.assemble();
  expect(whole).toHaveLength(2 * BLOCK_BYTES + 10);
  expect(
    [0, BLOCK_BYTES - 1, BLOCK_BYTES, 2 * BLOCK_BYTES, 2 * BLOCK_BYTES + 9].map((at) => whole[at]),
  ).toEqual([1, 1, 2, 3, 3]);
});

test('of a manifest that is fetched anew, from another server, nothing of the first is left', () => {
  const parts = new ManifestParts();
  parts.begin(terms(2 * BLOCK_BYTES));
  parts.take(MANIFEST_BLOCK + 1, read);
  parts.begin(terms(10));
  parts.take(MANIFEST_BLOCK, read);
  expect([...parts.assemble()]).toEqual(Array(10).fill(1));
});
