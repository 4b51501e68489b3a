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
  /** Where others are; comes behind what somebody waits for. */
  #front: Place | undefined;
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

  /** From now on blocks are opened from this one on, unless somebody waits for others. */
  gather(front: number): void {
    this.#front = { from: front, next: front };
  }

  /** The block to be opened next; undefined: the first that is not open. */
  next(): number | undefined {
    let best: Place | undefined;
    for (const place of this.#places) {
      if (!this.#advance(place)) continue;
      if (best === undefined || place.next - place.from < best.next - best.from) best = place;
    }
    if (best === undefined && this.#front !== undefined && this.#advance(this.#front))
      return this.#front.next;
    return best?.next;
  }

  /** A block is to be opened once more. */
  reopened(block: number): void {
    for (const place of [...this.#places, this.#front]) {
      if (place !== undefined && block >= place.from) place.next = Math.min(place.next, block);
    }
  }

  sorted(open: ReadonlyMap<number, OpenBlock>): Iterable<OpenBlock> {
    if (this.#places.length === 0) return open.values();
    return [...open.values()].sort((a, b) => this.#rank(a.index) - this.#rank(b.index));
  }

  /** Whether there is a block to be opened from there on. */
  #advance(place: Place): boolean {
    while (place.next < this.#count && !this.#isToOpen(place.next)) place.next++;
    return place.next < this.#count;
  }

  /** Blocks ahead of a reader by their distance; the others behind them, in their order. */
  #rank(block: number): number {
    let rank = this.#count + block;
    for (const { from } of this.#places) if (block >= from) rank = Math.min(rank, block - from);
    return rank;
  }
}
