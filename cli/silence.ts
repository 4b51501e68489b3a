import type { TransferSnapshot } from '../core/api.ts';
import { AwakeClock } from '../core/awake.ts';

/** How often it looks at the clock, ms, at least. */
const LOOK_EVERY = 250;

/** Watches that some server delivers; only time counts in which this process could run, and droplets end it. */
export class Silence {
  readonly #controller = new AbortController();
  readonly #patience: number;
  readonly #clock: AwakeClock;
  readonly #timer: NodeJS.Timeout;
  /** When it began, on that clock. */
  #since = 0;
  #received = 0;
  #excused = false;

  /** `patience` in milliseconds. */
  constructor(patience: number) {
    const every = Math.min(LOOK_EVERY, patience);
    this.#patience = patience;
    this.#clock = new AwakeClock(every);
    this.#timer = setInterval(() => this.#look(), every);
  }

  /** Aborted when no droplet came for as long as the patience. */
  get expired(): AbortSignal {
    return this.#controller.signal;
  }

  see({ state, droplets }: TransferSnapshot): void {
    // While the disk is waited for, no server is to blame.
    const excused = state === 'stalled' || state === 'finishing';
    if (droplets.received > this.#received || excused || this.#excused) this.#since = this.#clock.look();
    this.#received = droplets.received;
    this.#excused = excused;
  }

  end(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const now = this.#clock.look();
    if (this.#excused) this.#since = now;
    else if (now - this.#since >= this.#patience) this.#controller.abort();
  }
}
