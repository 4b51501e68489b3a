/**
 * Time in which this process could run: one that was stopped, or whose machine slept or was paused, has waited for
 * nobody meanwhile. Whoever counts so looks again and again, and a look that comes late counts as little late.
 */
export class AwakeClock {
  readonly #most: number;
  #lookedAt = performance.now();
  #now = 0;

  /** `every`: how often it will be looked at, ms. A busy machine may be late by as much again. */
  constructor(every: number) {
    this.#most = 2 * every;
  }

  /** Takes a look; ms since it was made in which the process could run. */
  look(): number {
    const at = performance.now();
    this.#now += Math.min(at - this.#lookedAt, this.#most);
    this.#lookedAt = at;
    return this.#now;
  }
}
