import type { OpenBlock } from './open-block.ts';

interface Place {
  readonly from: number;
  /** No block before it, from `from` on, is left to be opened. */
  next: number;
}

/**
 * Which blocks come first when somebody reads a content while it arrives: those nearest ahead of a reader. Without
 * readers it is the order of the blocks.
 */
export class Preference {
  /** Blocks that somebody waits for right now. */
  blocks: readonly number[] = [];
  readonly #count: number;
  readonly #isToOpen: (block: number) => boolean;
  #places: readonly Place[] = [];

  constructor(count: number, isToOpen: (block: number) => boolean) {
    this.#count = count;
    this.#isToOpen = isToOpen;
  }

  set(blocks: readonly number[]): void {
    this.blocks = blocks;
    this.#places = blocks.map((from) => ({ from, next: from }));
  }

  /** The block to be opened next; undefined: readers wait for none that is not open. */
  next(): number | undefined {
    let best: Place | undefined;
    for (const place of this.#places) {
      while (place.next < this.#count && !this.#isToOpen(place.next)) place.next++;
      if (place.next >= this.#count) continue;
      if (best === undefined || place.next - place.from < best.next - best.from) best = place;
    }
    return best?.next;
  }

  /** A block is to be opened once more. */
  reopened(block: number): void {
    for (const place of this.#places) if (block >= place.from) place.next = Math.min(place.next, block);
  }

  sorted(open: ReadonlyMap<number, OpenBlock>): Iterable<OpenBlock> {
    if (this.#places.length === 0) return open.values();
    return [...open.values()].sort((a, b) => this.#rank(a.index) - this.#rank(b.index));
  }

  /** Blocks ahead of a reader by their distance; the others behind them, in their order. */
  #rank(block: number): number {
    let rank = this.#count + block;
    for (const { from } of this.#places) if (block >= from) rank = Math.min(rank, block - from);
    return rank;
  }
}
