import { Failure } from '../failure.ts';

/** How long a thread may be kept from other work, ms. */
const TURN = 10;

/** The breaks of long work on many files: its thread has other things to do, and it may be told to stop. */
export class Breaks {
  readonly #stop: AbortSignal | undefined;
  #since = performance.now();

  constructor(stop?: AbortSignal) {
    this.#stop = stop;
  }

  /** To be awaited after each piece of the work. Rejects with Failure('interrupted') when it is to stop. */
  async next(): Promise<void> {
    if (performance.now() - this.#since >= TURN) {
      await new Promise((go) => setImmediate(go));
      this.#since = performance.now();
    }
    if (this.#stop?.aborted === true) throw new Failure('interrupted', 'It was stopped.');
  }
}
