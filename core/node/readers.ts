import type { Failure } from '../failure.ts';
import type { ContentReader } from './content-reader.ts';

/** Who reads a transfer while it arrives, and where each of them is. */
export class Readers {
  /** The block each reader is at; who asked last comes last. */
  readonly #places = new Map<ContentReader, number>();
  readonly #watchers = new Set<() => void>();
  readonly #prefer: (blocks: readonly number[]) => void;
  #ended: Failure | undefined;

  /** `prefer` has these blocks fetched first, and what follows each of them. */
  constructor(prefer: (blocks: readonly number[]) => void) {
    this.#prefer = prefer;
  }

  /** Why nothing more will be read of it. */
  get ended(): Failure | undefined {
    return this.#ended;
  }

  watch(changed: () => void): () => void {
    this.#watchers.add(changed);
    return () => this.#watchers.delete(changed);
  }

  want(reader: ContentReader, block: number | undefined): void {
    this.#places.delete(reader);
    if (block !== undefined) this.#places.set(reader, block);
    this.#prefer(this.#blocks);
  }

  /** The transfer runs again: the network thread knows nothing of readers yet. */
  renew(): void {
    if (this.#places.size > 0) this.#prefer(this.#blocks);
  }

  /** What can be read, or why not, has changed. */
  changed(): void {
    for (const changed of [...this.#watchers]) changed();
  }

  end(why: Failure): void {
    this.#ended = why;
    this.changed();
  }

  get #blocks(): number[] {
    return [...this.#places.values()].reverse();
  }
}
