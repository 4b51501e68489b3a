import type { TransferSnapshot } from '../core/api.ts';

/** Watches that some server delivers; the clock starts again with every droplet. */
export class Silence {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #received = 0;
  #excused = false;

  /** `patience` in milliseconds. */
  constructor(patience: number) {
    this.#timer = setTimeout(() => this.#elapsed(), patience);
  }

  /** Aborted when no droplet came for as long as the patience. */
  get expired(): AbortSignal {
    return this.#controller.signal;
  }

  see({ state, droplets }: TransferSnapshot): void {
    // While the disk is waited for, no server is to blame.
    const excused = state === 'stalled' || state === 'finishing';
    if (droplets.received > this.#received || excused || this.#excused) {
      this.#timer.refresh();
    }
    this.#received = droplets.received;
    this.#excused = excused;
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  #elapsed(): void {
    if (this.#excused) {
      this.#timer.refresh();
    } else {
      this.#controller.abort();
    }
  }
}
