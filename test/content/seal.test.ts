import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  manifestMac,
  newContentKey,
  sealBlock,
  sealListing,
  sealName,
  unsealBlock,
  unsealListing,
  unsealName,
} from '../../core/content/seal.ts';
import { noise } from './temporary.ts';

const KEY = Uint8Array.from({ length: 16 }, (_, i) => i);
const OTHER = KEY.toReversed();
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

test('a block is sealed where it lies, in shared memory too, and unsealed by the same key and number only', () => {
  const clear = noise(100_001);
  const bytes = new Uint8Array(new SharedArrayBuffer(clear.length));
  bytes.set(clear);
  sealBlock(KEY, 7, bytes);
  const sealed = Uint8Array.from(bytes);

  for (const [key, block] of [
    [OTHER, 7],
    [KEY, 8],
  ] as const) {
    const wrong = Uint8Array.from(sealed);
    unsealBlock(key, block, wrong);
    expect(hex(wrong)).not.toBe(hex(clear));
  }
  unsealBlock(KEY, 7, bytes);
  expect(hex(bytes)).toBe(hex(clear));
});

test('no 16 bytes of the clear block are in the sealed one', () => {
  const clear = noise(1152 * 64);
  const sealed = Uint8Array.from(clear);
  sealBlock(KEY, 0, sealed);
  const windows = new Set<string>();
  for (let i = 0; i + 16 <= clear.length; i++) windows.add(hex(clear.subarray(i, i + 16)));
  for (let i = 0; i + 16 <= sealed.length; i++)
    expect(windows.has(hex(sealed.subarray(i, i + 16)))).toBe(false);
});

test('blocks of the same bytes are not the same sealed', () => {
  const [a, b] = [new Uint8Array(64), new Uint8Array(64)];
  sealBlock(KEY, 0, a);
  sealBlock(KEY, 2 ** 32, b);
  expect(hex(a)).not.toBe(hex(b));
});

test('the format of what is sealed does not change by accident', () => {
  const block = new Uint8Array(16);
  sealBlock(KEY, 1, block);
  expect({
    block: hex(block),
    listing: hex(sealListing(KEY, Uint8Array.of(1, 2, 3))),
    mac: hex(manifestMac(KEY, Uint8Array.of(1, 2, 3))),
  }).toMatchInlineSnapshot(`
    {
      "block": "faf91eff4381f264e7446ccc9eb2b623",
      "listing": "d498368bdd7308444d1ee168b5c5f7f25d7241a17f32d0186e71c75cde5b6b",
      "mac": "fd8a6b57619a52fc363bf449bb91da9bf07e03a65e035b1de84f5a1fc92916f2",
    }
  `);
});

test('a listing seals to the same bytes again, and another listing with another nonce', () => {
  const seal = (text: string) => sealListing(KEY, Buffer.from(text));
  expect(hex(seal('one'))).toBe(hex(seal('one')));
  expect(hex(seal('one').subarray(0, 12))).not.toBe(hex(seal('two').subarray(0, 12)));
});

test('listing and name open under their key only, and not when a bit is turned', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 99 }), fc.nat(), (clear, at) => {
      const sealed = sealListing(KEY, clear);
      expect(unsealListing(KEY, sealed)).toEqual(clear);
      expect(unsealListing(OTHER, sealed)).toBeUndefined();
      expect(unsealListing(KEY, sealed.subarray(0, at % sealed.length))).toBeUndefined();
      sealed[at % sealed.length] ^= 1 << (at % 8);
      expect(unsealListing(KEY, sealed)).toBeUndefined();
    }),
  );
  const name = sealName(KEY, 'holiday.mov');
  expect(unsealName(KEY, name)).toBe('holiday.mov');
  expect(unsealName(OTHER, name)).toBeUndefined();
  expect(hex(sealName(KEY, 'holiday.mov'))).not.toBe(hex(name));
  expect(unsealName(KEY, sealListing(KEY, Buffer.from('holiday.mov')))).toBeUndefined();
});

test('keys are new each time, and no other length is taken', () => {
  expect(hex(newContentKey())).not.toBe(hex(newContentKey()));
  expect(() => sealBlock(new Uint8Array(15), 0, new Uint8Array(1))).toThrow(RangeError);
});
