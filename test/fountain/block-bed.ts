/** One block in a symbol memory, with an encoder and a decoder, for tests. */
import { expect } from 'vitest';
import { Decoder, decodeScratchBytes } from '../../core/fountain/decoder.ts';
import { Encoder, intermediateBytes, presolveScratchBytes } from '../../core/fountain/encoder.ts';
import { createSymbolMemory, Kernel } from '../../core/fountain/kernel.ts';
import { type Random, unit } from '../../core/protocol/random.ts';

/** Droplets that are held at a time, over k. */
const SPARE = 200;

export class BlockBed {
  readonly k: number;
  readonly symbolSize: number;
  readonly kernel: Kernel;
  readonly bytes: Uint8Array;
  readonly encoder: Encoder;
  readonly decoder: Decoder;
  readonly source: number;
  readonly intermediate: number;
  readonly #droplets: number;
  #poured = 0;
  #want: Buffer = Buffer.alloc(0);

  constructor(k: number, symbolSize: number) {
    let end = 0;
    const room = (bytes: number) => {
      const at = end;
      end += Math.ceil(bytes / 64) * 64;
      return { at, bytes };
    };
    const presolve = room(presolveScratchBytes(k, symbolSize));
    const decode = room(decodeScratchBytes(k, symbolSize));
    this.source = room(k * symbolSize).at;
    this.intermediate = room(intermediateBytes(k, symbolSize)).at;
    this.#droplets = room((k + SPARE) * symbolSize).at;
    this.k = k;
    this.symbolSize = symbolSize;
    this.kernel = new Kernel(createSymbolMemory(end));
    this.bytes = new Uint8Array(this.kernel.memory.buffer);
    this.encoder = new Encoder(this.kernel, presolve);
    this.decoder = new Decoder(this.kernel, decode);
  }

  /** A new block with source symbols of `byteOf(symbol, byte)`; droplets of the old one are gone. */
  fill(byteOf: (symbol: number, byte: number) => number): void {
    for (let j = 0; j < this.k; j++) {
      for (let i = 0; i < this.symbolSize; i++)
        this.bytes[this.source + j * this.symbolSize + i] = byteOf(j, i);
    }
    this.#want = this.copy(this.source, this.k * this.symbolSize);
    this.encoder.presolve(this.k, this.symbolSize, this.source, this.intermediate);
    this.#poured = 0;
  }

  copy(at: number, bytes: number): Buffer {
    return Buffer.from(this.bytes.slice(at, at + bytes));
  }

  /** Makes a droplet; returns where it is. */
  pour(id: number): number {
    if (this.#poured === this.k + SPARE) throw new Error('No room for another droplet.');
    const at = this.#droplets + this.#poured++ * this.symbolSize;
    this.encoder.droplet(this.k, this.symbolSize, this.intermediate, id, at);
    return at;
  }

  /** Overwrites the source symbols named; returns which are present still. */
  lose(ids: Iterable<number>): Uint8Array {
    const present = new Uint8Array(this.k).fill(1);
    for (const id of ids) {
      present[id] = 0;
      this.bytes.fill(0xa5, this.source + id * this.symbolSize, this.source + (id + 1) * this.symbolSize);
    }
    return present;
  }

  /** Begins to decode from the source symbols present and the repair droplets named. */
  begin(present: Uint8Array, ids: readonly number[]): number {
    return this.decoder.begin({
      k: this.k,
      symbolSize: this.symbolSize,
      source: this.source,
      present,
      repairIds: Uint32Array.from(ids),
      repairAt: Uint32Array.from(ids, (id) => this.pour(id)),
      count: ids.length,
    });
  }

  /** Adds droplets from `id` on until the block can be solved, solves it and compares; returns how many it took. */
  completeFrom(id: number, deficit: number): number {
    let extra = 0;
    for (let rest = deficit; rest > 0; extra++) rest = this.decoder.add(id + extra, this.pour(id + extra));
    this.decoder.finish();
    this.expectWhole();
    return extra;
  }

  expectWhole(): void {
    expect(this.copy(this.source, this.#want.length).equals(this.#want)).toBe(true);
  }
}

/** The ids below `k` that a channel with this share of loss loses. */
export function lossPattern(k: number, loss: number, random: Random): number[] {
  return Array.from({ length: k }, (_, id) => id).filter(() => unit(random) < loss);
}
