/** RaptorQ (RFC 6330) as the npm package `raptorq` has it: Rust compiled to WebAssembly. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Decoder, Encoder, initSync } from 'raptorq/raptorq.js';
import { seeded } from '../../core/protocol/random.ts';
import { megabytesPerSecond, timeOf } from '../measure.ts';
import { arrivals, type Decoding, fillRandom, SYMBOL_SIZE } from './case.ts';

const RUNS = 15;
const SPARE = 20;

export class RaptorQ {
  readonly #k: number;
  readonly #data: Uint8Array;
  /** Source packets, then repair packets. */
  readonly #packets: readonly Uint8Array[];

  constructor(k: number) {
    initSync(readFileSync(createRequire(import.meta.url).resolve('raptorq/raptorq_bg.wasm')));
    this.#k = k;
    this.#data = new Uint8Array(k * SYMBOL_SIZE);
    fillRandom(this.#data, seeded(k));
    this.#packets = this.#encodeOnce(k + SPARE);
    if (this.#packets.length !== 2 * k + SPARE)
      throw new Error('raptorq split the data into several blocks.');
  }

  /** Source bytes per second for an encoder and k repair packets; it hands out the source packets as well. */
  encode(): number {
    const times = Array.from({ length: RUNS }, () => timeOf(() => this.#encodeOnce(this.#k)));
    return megabytesPerSecond(this.#data.length, Math.min(...times));
  }

  decode(loss: number): Decoding {
    const k = this.#k;
    const random = seeded(k * 1000 + loss * 100);
    const times: number[] = [];
    let extra = 0;
    for (let run = 0; run <= RUNS; run++) {
      const present = arrivals(k, loss, random);
      const packets = this.#packets.filter((_, id) => id >= k || present[id] === 1);
      let used = 0;
      let whole: Uint8Array | undefined;
      let decoder: Decoder | undefined;
      const ms = timeOf(() => {
        decoder = Decoder.with_defaults(BigInt(this.#data.length), SYMBOL_SIZE);
        while (!whole) whole = decoder.decode(packets[used++]);
      });
      decoder?.free();
      if (!whole || Buffer.compare(whole, this.#data) !== 0) throw new Error('raptorq decoded wrongly.');
      // The first run warms up the compiler.
      if (run === 0) continue;
      times.push(ms);
      extra += used - k;
    }
    const ms = Math.min(...times);
    return {
      k,
      loss,
      mbPerSecond: megabytesPerSecond(this.#data.length, ms),
      msPerBlock: ms,
      extra: extra / RUNS,
      blocks: RUNS,
    };
  }

  #encodeOnce(repair: number): Uint8Array[] {
    const encoder = Encoder.with_defaults(this.#data, SYMBOL_SIZE);
    const packets = encoder.encode(repair);
    encoder.free();
    return packets;
  }
}
