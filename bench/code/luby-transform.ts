/** The npm package `luby-transform`: ideal soliton, peeling, not systematic, in JavaScript. */
import { createDecoder, createEncoder } from 'luby-transform';
import { seeded } from '../../core/protocol/random.ts';
import { megabytesPerSecond, timeOf } from '../measure.ts';
import { type Decoding, fillRandom, SYMBOL_SIZE } from './case.ts';

/** It is too slow for more than one block; which droplets it makes is up to Math.random. */
export function measureLubyTransform(k: number): { readonly encode: number; readonly decoding: Decoding } {
  const data = new Uint8Array(k * SYMBOL_SIZE);
  fillRandom(data, seeded(k));
  const uncompressed = false;
  const drops = createEncoder(data, SYMBOL_SIZE, uncompressed).fountain();
  const decoder = createDecoder();
  let encodeMs = 0;
  let decodeMs = 0;
  let used = 0;
  for (let whole = false; !whole; used++) {
    const start = performance.now();
    const drop = drops.next().value;
    encodeMs += performance.now() - start;
    decodeMs += timeOf(() => {
      whole = decoder.addBlock(drop);
    });
  }
  let decoded: Uint8Array | undefined;
  decodeMs += timeOf(() => {
    decoded = decoder.getDecoded();
  });
  if (!decoded || Buffer.compare(decoded, data) !== 0) throw new Error('luby-transform decoded wrongly.');
  return {
    encode: megabytesPerSecond(used * SYMBOL_SIZE, encodeMs),
    decoding: {
      k,
      loss: 1,
      mbPerSecond: megabytesPerSecond(data.length, decodeMs),
      msPerBlock: decodeMs,
      extra: used - k,
      blocks: 1,
    },
  };
}
