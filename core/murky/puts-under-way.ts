import { Failure } from '../failure.ts';

/** Puts that are under way: they come to their end before that does which they write to. */
export class PutsUnderWay {
  readonly #running = new Set<Promise<unknown>>();
  #ended = false;

  /** Runs a `put` of `content`. Rejects with Failure `interrupted` when not all of it has been read by the end. */
  async run<T>(
    content: AsyncIterable<Uint8Array>,
    put: (content: AsyncIterable<Uint8Array>) => Promise<T>,
  ): Promise<T> {
    if (this.#ended) throw interrupted();
    const running = put(this.#untilTheEnd(content));
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  /** No more is read of any of them; resolves when what has been read to its end is put. */
  async end(): Promise<void> {
    this.#ended = true;
    await Promise.allSettled(this.#running);
  }

  async *#untilTheEnd(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const piece of content) {
      if (this.#ended) throw interrupted();
      yield piece;
    }
  }
}

function interrupted(): Failure {
  return new Failure('interrupted', 'The store was closed before all of the entry was put.', 'Put it again.');
}
