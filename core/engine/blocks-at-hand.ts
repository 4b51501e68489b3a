/**
 * Blocks that the serving side has at hand, for all clients together: each has a slot, and those that repair droplets
 * are made of have a place for their intermediate symbols, too. There is no room for all: the block that nothing was
 * poured from for the longest makes way.
 */
import type { RepairDroplets } from './repair-droplets.ts';
import { Slots } from './slots.ts';

/**
 * A block that was poured from within so many ms is in use, and stays: else clients far apart would have theirs read
 * again and again.
 */
const IN_USE = 20;

export interface BlockAtHand {
  readonly source: number;
  readonly block: number;
  readonly slot: number;
  state: 'loading' | 'loaded';
  presolved: 'no' | 'running' | 'yes';
  wantsRepair: boolean;
  /** When it was last wanted, and when repair droplets of it were last poured, ms. */
  usedAt: number;
  repairedAt: number;
  /** Place of its intermediate symbols, and what was made of them. */
  intermediate: number | undefined;
  repair: RepairDroplets | undefined;
}

export class BlocksAtHand {
  readonly #slots: Slots;
  readonly #intermediates: Slots;
  readonly #blocks = new Map<string, BlockAtHand>();
  /** The one that was looked for last. */
  #last: BlockAtHand | undefined;

  constructor(slots: readonly number[], intermediates: readonly number[]) {
    this.#slots = new Slots(slots);
    this.#intermediates = new Slots(intermediates);
  }

  /** For every datagram: mostly it is the block of the one before, and then no key is made. */
  find(source: number, block: number): BlockAtHand | undefined {
    const last = this.#last;
    if (last?.source === source && last.block === block) return last;
    this.#last = this.#blocks.get(keyOf(source, block));
    return this.#last;
  }

  /** A slot for one that is to be loaded; undefined: there is no room now. */
  add(now: number, source: number, block: number): BlockAtHand | undefined {
    if (this.#slots.left === 0) {
      const oldest = this.#oldest(now, ({ usedAt }) => usedAt);
      if (oldest !== undefined) this.remove(oldest);
    }
    const slot = this.#slots.take();
    if (slot === undefined) return undefined;
    const added: BlockAtHand = {
      source,
      block,
      slot,
      state: 'loading',
      presolved: 'no',
      wantsRepair: false,
      usedAt: now,
      repairedAt: now,
      intermediate: undefined,
      repair: undefined,
    };
    this.#blocks.set(keyOf(source, block), added);
    return added;
  }

  /** Gives a block a place for its intermediate symbols; undefined: there is none now. */
  addIntermediate(now: number, block: BlockAtHand): number | undefined {
    if (this.#intermediates.left === 0) {
      const oldest = this.#oldest(now, (one) =>
        one.intermediate === undefined ? Number.POSITIVE_INFINITY : one.repairedAt,
      );
      if (oldest !== undefined) this.#removeIntermediate(oldest);
    }
    block.intermediate = this.#intermediates.take();
    block.repairedAt = now;
    return block.intermediate;
  }

  remove(block: BlockAtHand): void {
    this.#removeIntermediate(block);
    this.#blocks.delete(keyOf(block.source, block.block));
    this.#slots.give(block.slot);
    if (this.#last === block) this.#last = undefined;
  }

  /** Removes those of a source that no codec is at work on. */
  removeSource(source: number): void {
    for (const block of this.#blocks.values()) {
      if (block.source === source && isAtRest(block)) this.remove(block);
    }
  }

  #removeIntermediate(block: BlockAtHand): void {
    if (block.intermediate !== undefined) this.#intermediates.give(block.intermediate);
    block.intermediate = undefined;
    block.repair = undefined;
    block.presolved = 'no';
    block.wantsRepair = false;
  }

  /** The one that makes way: of the least `at`, which says when it was used last. */
  #oldest(now: number, at: (block: BlockAtHand) => number): BlockAtHand | undefined {
    let oldest: BlockAtHand | undefined;
    let oldestAt = now - IN_USE;
    for (const block of this.#blocks.values()) {
      const usedAt = at(block);
      if (usedAt > oldestAt || !isAtRest(block)) continue;
      oldest = block;
      oldestAt = usedAt;
    }
    return oldest;
  }
}

/** No codec is at work on it. */
function isAtRest({ state, presolved }: BlockAtHand): boolean {
  return state === 'loaded' && presolved !== 'running';
}

function keyOf(source: number, block: number): string {
  return `${source}/${block}`;
}
