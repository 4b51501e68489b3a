/** New inputs out of old ones. */
import type { Random } from '../../core/protocol/random.ts';

/** Longest input, bytes: more than any datagram that is read whole, and a few screens of text. */
export const LONGEST = 4096;
/** Numbers at which readers go wrong. */
const EDGES = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];

export type Words = readonly (string | Uint8Array)[];

/** A few changes to `input`; `other` lends parts of itself. */
export function mutated(random: Random, input: Uint8Array, other: Uint8Array, words: Words): Uint8Array {
  let bytes: Uint8Array = input;
  for (let left = 1 + (random.u32() % 5); left > 0; left--) bytes = change(random, bytes, other, words);
  return bytes.subarray(0, LONGEST);
}

function change(random: Random, bytes: Uint8Array, other: Uint8Array, words: Words): Uint8Array {
  const at = below(random, bytes.length + 1);
  switch (below(random, 9)) {
    case 0:
      return spliced(bytes, at, 0, noise(random, 1 + below(random, 8)));
    case 1:
      return spliced(bytes, at, 1 + below(random, 16), new Uint8Array(0));
    case 2:
      return spliced(bytes, at, 1, noise(random, 1));
    case 3:
      return flipped(random, bytes);
    case 4: {
      const from = below(random, other.length + 1);
      const part = other.subarray(from, from + below(random, 64));
      return spliced(bytes, at, below(random, 2) * part.length, part);
    }
    case 5: {
      const word = words.length === 0 ? '' : words[below(random, words.length)];
      const part = typeof word === 'string' ? Buffer.from(word) : word;
      return spliced(bytes, at, below(random, 2) * part.length, part);
    }
    case 6:
      return spliced(bytes, at, 4, edge(random));
    case 7: {
      // The same again: what is meant to be there once.
      const part = bytes.subarray(at, at + 1 + below(random, 64));
      return spliced(bytes, at, 0, part);
    }
    default:
      return bytes.subarray(0, at);
  }
}

/** `bytes` with `remove` of them from `at` on gone, and `put` there. */
function spliced(bytes: Uint8Array, at: number, remove: number, put: Uint8Array): Uint8Array {
  return new Uint8Array(Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + remove)]));
}

function flipped(random: Random, bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  if (copy.length > 0) copy[below(random, copy.length)] ^= 1 << below(random, 8);
  return copy;
}

/** An edge, or one beside it, in one, two, four or eight bytes of either order. */
function edge(random: Random): Uint8Array {
  const value = EDGES[below(random, EDGES.length)] + below(random, 3) - 1;
  const size = 2 ** below(random, 4);
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, BigInt(value));
  const big = bytes.subarray(8 - size);
  return below(random, 2) === 0 ? big : big.reverse();
}

function noise(random: Random, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => random.u32());
}

function below(random: Random, limit: number): number {
  return random.u32() % limit;
}
