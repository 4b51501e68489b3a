/** A binary heap whose entries know their places: one that has changed, or leaves, is found without a search. */

export interface Placed {
  /** In the heap, kept by it; -1: it is in none. */
  place: number;
}

export class Heap<T extends Placed> {
  readonly #entries: T[] = [];
  readonly #isBefore: (a: T, b: T) => boolean;

  constructor(isBefore: (a: T, b: T) => boolean) {
    this.#isBefore = isBefore;
  }

  get first(): T | undefined {
    return this.#entries[0];
  }

  /** Puts it where it belongs now, whether it was there or not. O(log n). */
  put(entry: T): void {
    if (entry.place < 0) entry.place = this.#entries.length;
    this.#settle(entry, entry.place);
  }

  /** O(log n). When it is not there nothing happens. */
  remove(entry: T): void {
    const { place } = entry;
    if (place < 0) return;
    entry.place = -1;
    const last = this.#entries.pop();
    if (last !== undefined && last !== entry) this.#settle(last, place);
  }

  /** Moves an entry from a free place up or down to where it belongs. */
  #settle(entry: T, free: number): void {
    const entries = this.#entries;
    let place = free;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!this.#isBefore(entry, entries[parent])) break;
      this.#set(place, entries[parent]);
      place = parent;
    }
    for (;;) {
      let child = 2 * place + 1;
      if (child + 1 < entries.length && this.#isBefore(entries[child + 1], entries[child])) child++;
      if (child >= entries.length || !this.#isBefore(entries[child], entry)) break;
      this.#set(place, entries[child]);
      place = child;
    }
    this.#set(place, entry);
  }

  #set(place: number, entry: T): void {
    this.#entries[place] = entry;
    entry.place = place;
  }
}
