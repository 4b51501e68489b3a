/**
 * Repair droplets of one block that is poured: clients that lose something order the same first few, which are made
 * once for all of them.
 */

import { MAX_SYMBOL_SIZE } from '../wire/datagram.ts';

/** So many droplets of a block, the first, are kept; with what loses more, every block is another case. */
const MOST = 128;
/** Bytes that they take, of the largest symbols. */
export const KEPT_BYTES = MOST * MAX_SYMBOL_SIZE;

/** Writes droplets `id` .. `id + count - 1` to the start of `room`, which it returns; `count` may be too many. */
export type Make = (id: number, count: number) => { readonly made: number; readonly room: Uint8Array };

export class RepairDroplets {
  readonly #first: number;
  readonly #size: number;
  readonly #make: Make;
  readonly #kept: Uint8Array;
  readonly #has = new Uint8Array(MOST);

  /** `first`: the first id that is not of a source symbol. `kept`: `KEPT_BYTES`, its own as long as it is used. */
  constructor(first: number, symbolSize: number, kept: Uint8Array, make: Make) {
    this.#first = first;
    this.#size = symbolSize;
    this.#make = make;
    this.#kept = kept;
  }

  /** Writes droplets `id` .. `id + count - 1`, back to back. */
  write(id: number, count: number, into: Uint8Array, at: number): void {
    for (let done = 0; done < count; ) {
      const place = id + done - this.#first;
      const known = this.#known(place, count - done);
      if (known > 0) {
        const from = place * this.#size;
        into.set(this.#kept.subarray(from, from + known * this.#size), at + done * this.#size);
        done += known;
        continue;
      }
      const { made, room } = this.#make(id + done, this.#unknown(place, count - done));
      const symbols = room.subarray(0, made * this.#size);
      into.set(symbols, at + done * this.#size);
      if (place + made <= MOST) {
        this.#kept.set(symbols, place * this.#size);
        this.#has.fill(1, place, place + made);
      }
      done += made;
    }
  }

  /** How many from there on are kept. */
  #known(place: number, most: number): number {
    let count = 0;
    while (count < most && this.#has[place + count] === 1) count++;
    return count;
  }

  /** How many from there on are to be made, to be kept all or none. */
  #unknown(place: number, most: number): number {
    if (place >= MOST) return most;
    let count = 1;
    while (count < most && place + count < MOST && this.#has[place + count] === 0) count++;
    return count;
  }
}
