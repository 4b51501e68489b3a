/** Profile 1 of this project, on one thread. */
import { Decoder, decodeScratchBytes, type ReceivedBlock } from '../../core/fountain/decoder.ts';
import { Encoder, intermediateBytes, presolveScratchBytes } from '../../core/fountain/encoder.ts';
import { createSymbolMemory, Kernel } from '../../core/fountain/kernel.ts';
import { SYMBOL_ALIGN } from '../../core/fountain/profile.ts';
import { type Random, seeded } from '../../core/protocol/random.ts';
import { fastestPass, fastestPasses, megabytesPerSecond } from '../measure.ts';
import { arrivals, type Decoding, fillRandom, SYMBOL_SIZE } from './case.ts';

/** Source bytes that are gone through in turn: more than the caches of one core hold. */
const RING_BYTES = 24e6;
/** Repair droplets kept for each block, over k. */
const SPARE = 40;
/** Droplets that one call makes, as a server does for one datagram over loopback. */
const RUN = 8;
/** The loss whose decoding droplets are compared with. */
const PLAIN_LOSS = 0.05;

export interface Encoding {
  readonly k: number;
  /** Source bytes per second. */
  readonly presolve: number;
  /** Source bytes per second for presolving and k repair droplets. */
  readonly encode: number;
}

/** Repair droplets from intermediate symbols, in bytes of them per second. */
export interface Pouring {
  /** A call for each droplet. */
  readonly droplets: number;
  /** A call for RUN of them. */
  readonly runs: number;
  /** Source bytes decoded per second at PLAIN_LOSS, in turns with the others. */
  readonly decoding: number;
}

interface Block {
  readonly source: number;
  readonly intermediate: number;
  /** Repair droplets k .. 2k + SPARE - 1. */
  readonly droplets: number;
}

/** As many blocks of k symbols as the ring holds, encoded, every byte of them written. */
export class Ring {
  readonly #k: number;
  readonly #blocks: readonly Block[];
  readonly #bytes: Uint8Array;
  /** Where droplets go that are poured, RUN symbols. */
  readonly #datagram: number;
  readonly #encoder: Encoder;
  readonly #decoder: Decoder;

  constructor(k: number) {
    let end = 0;
    const room = (bytes: number) => {
      const at = end;
      end += Math.ceil(bytes / SYMBOL_ALIGN) * SYMBOL_ALIGN;
      return at;
    };
    const presolve = { bytes: presolveScratchBytes(k, SYMBOL_SIZE), at: 0 };
    presolve.at = room(presolve.bytes);
    const decode = { bytes: decodeScratchBytes(k, SYMBOL_SIZE), at: 0 };
    decode.at = room(decode.bytes);
    this.#k = k;
    this.#datagram = room(RUN * SYMBOL_SIZE);
    this.#blocks = Array.from({ length: Math.ceil(RING_BYTES / (k * SYMBOL_SIZE)) }, () => ({
      source: room(k * SYMBOL_SIZE),
      intermediate: room(intermediateBytes(k, SYMBOL_SIZE)),
      droplets: room((k + SPARE) * SYMBOL_SIZE),
    }));
    const kernel = new Kernel(createSymbolMemory(end));
    this.#bytes = new Uint8Array(kernel.memory.buffer);
    // Pages that were never written all read from one, and report two to three times too fast.
    fillRandom(this.#bytes, seeded(k));
    this.#encoder = new Encoder(kernel, presolve);
    this.#decoder = new Decoder(kernel, decode);
    for (const { source, intermediate, droplets } of this.#blocks) {
      this.#encoder.presolve(k, SYMBOL_SIZE, source, intermediate);
      this.#encoder.droplets(k, SYMBOL_SIZE, intermediate, k, k + SPARE, droplets);
    }
  }

  encode(): Encoding {
    const k = this.#k;
    const encoder = this.#encoder;
    const presolve = ({ source, intermediate }: Block) =>
      encoder.presolve(k, SYMBOL_SIZE, source, intermediate);
    return {
      k,
      presolve: this.#rate(this.#blocks, presolve),
      encode: this.#rate(this.#blocks, (block) => {
        presolve(block);
        encoder.droplets(k, SYMBOL_SIZE, block.intermediate, k, k, block.droplets);
      }),
    };
  }

  /** Droplets against decoding: of blocks none of which is in cache, and of one block again and again. */
  pour(): { readonly cold: Pouring; readonly cached: Pouring } {
    const random = seeded(this.#k);
    const first = this.#blocks[0];
    const passes = [
      ...this.#pourings(this.#blocks),
      this.#solving(this.#blocks.map((block) => this.#lose(block, PLAIN_LOSS, random))),
      ...this.#pourings(this.#blocks.map(() => first)),
      this.#solving(this.#blocks.map(() => this.#lose(first, PLAIN_LOSS, random))),
    ];
    const bytes = this.#blocks.length * this.#k * SYMBOL_SIZE;
    const rates = fastestPasses(passes).map((ms) => megabytesPerSecond(bytes, ms));
    return {
      cold: { droplets: rates[0], runs: rates[1], decoding: rates[2] },
      cached: { droplets: rates[3], runs: rates[4], decoding: rates[5] },
    };
  }

  /** The next k repair droplets of each block, one over the other into one datagram, as a server pours them. */
  #pourings(blocks: readonly Block[]): (() => void)[] {
    const k = this.#k;
    const encoder = this.#encoder;
    const datagram = this.#datagram;
    let id = k;
    return [1, RUN].map((run) => () => {
      for (const { intermediate } of blocks) {
        for (const end = id + k; id < end; id += run) {
          encoder.droplets(k, SYMBOL_SIZE, intermediate, id, run, datagram);
        }
      }
    });
  }

  #solving(received: readonly ReceivedBlock[]): () => void {
    return () => {
      for (const block of received) this.#solve(block);
    };
  }

  /** Bytes of k symbols per second of work on each block in turn. */
  #rate<T>(blocks: readonly T[], work: (block: T) => void): number {
    const ms = fastestPass(() => {
      for (const block of blocks) work(block);
    });
    return megabytesPerSecond(blocks.length * this.#k * SYMBOL_SIZE, ms);
  }

  /** Decodes every block from what a channel with this loss leaves of it, and compares what comes out. */
  decode(loss: number): Decoding & { readonly cached: number | null } {
    const k = this.#k;
    const random = seeded(k * 1000 + loss * 100);
    const whole = this.#bytes.slice();
    const received = this.#blocks.map((block) => this.#lose(block, loss, random));
    let extra = 0;
    for (const block of received) {
      for (let id = 0; id < k; id++) {
        if (!block.present[id])
          this.#bytes.fill(0xa5, block.source + id * SYMBOL_SIZE, block.source + (id + 1) * SYMBOL_SIZE);
      }
      extra += this.#solve(block);
      const end = block.source + k * SYMBOL_SIZE;
      if (Buffer.compare(this.#bytes.subarray(block.source, end), whole.subarray(block.source, end)) !== 0) {
        throw new Error(`A block of k = ${k} came out wrong at loss ${loss}.`);
      }
    }
    const { length } = received;
    const cold = this.#rate(received, (block) => this.#solve(block));
    // Not the same losses again and again, which the processor would learn by heart.
    const again = this.#blocks.map(() => this.#lose(this.#blocks[0], loss, random));
    const cached = this.#rate(again, (block) => this.#solve(block));
    return {
      k,
      loss,
      mbPerSecond: loss === 0 ? null : cold,
      cached: loss === 0 ? null : cached,
      msPerBlock: (k * SYMBOL_SIZE) / cold / 1000,
      extra: extra / length,
      blocks: length,
    };
  }

  /** As many repair droplets as source symbols are missing; those behind them in the lists are there to be added. */
  #lose({ source, droplets }: Block, loss: number, random: Random): ReceivedBlock {
    const k = this.#k;
    const present = arrivals(k, loss, random);
    const ids = Uint32Array.from({ length: k + SPARE }, (_, i) => k + i);
    const places = ids.map((_, i) => droplets + i * SYMBOL_SIZE);
    const count = present.filter((here) => here === 0).length;
    return { k, symbolSize: SYMBOL_SIZE, source, present, repairIds: ids, repairAt: places, count };
  }

  #solve(block: ReceivedBlock): number {
    let deficit = this.#decoder.begin(block);
    let extra = 0;
    for (; deficit > 0; extra++) {
      const next = block.count + extra;
      deficit = this.#decoder.add(block.repairIds[next], block.repairAt[next]);
    }
    this.#decoder.finish();
    return extra;
  }
}
