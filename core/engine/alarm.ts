/** When an alarm is overdue by more than this, ms, the platform has lost it (a machine that slept). */
const LOST = 50;

/** One timer that is set to the soonest of what is asked for. Times are those of the clock it is given, ms. */
export class Alarm {
  readonly #now: () => number;
  readonly #ring: () => void;
  #timer: NodeJS.Timeout | undefined;
  #at = Number.POSITIVE_INFINITY;

  constructor(now: () => number, ring: () => void) {
    this.#now = now;
    this.#ring = ring;
  }

  /** Rings at `at`, a moment in the future, unless it rings before. Timers here fire a millisecond late or so. */
  set(at: number): void {
    const now = this.#now();
    if (this.#timer !== undefined && this.#at <= at && this.#at > now - LOST) return;
    this.clear();
    this.#at = at;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        this.#at = Number.POSITIVE_INFINITY;
        this.#ring();
      },
      Math.max(1, Math.floor(at - now)),
    );
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
