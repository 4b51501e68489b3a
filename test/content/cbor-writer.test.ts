import { encode } from 'cborg';
import { expect, test } from 'vitest';
import { CborWriter } from '../../core/content/cbor-writer.ts';

test('what is written is the same as the encoder of the library makes of it', () => {
  const numbers = [0, 23, 24, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER];
  const texts = ['', 'a', 'é\u{1f327}', 'x'.repeat(23), 'x'.repeat(24), 'long '.repeat(20_000)];
  const writer = new CborWriter();
  writer.array(3);
  writer.array(numbers.length);
  for (const number of numbers) writer.uint(number);
  writer.map(texts.length);
  for (const [i, text] of texts.entries()) {
    writer.uint(i);
    writer.text(text);
  }
  writer.array(2);
  writer.bool(true);
  writer.bool(false);
  const expected = [numbers, new Map(texts.entries()), [true, false]];
  expect(Buffer.from(writer.finish()).equals(encode(expected))).toBe(true);
});
