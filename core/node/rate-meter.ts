/** Shortest time over which a rate is taken, and the longest unless another is asked for, ms. */
const SHORTEST = 2000;
const LONGEST = 15_000;

/** The rate of a growing count, over as short a time as shows it growing at least twice. */
export class RateMeter {
  readonly #samples: { at: number; count: number }[] = [];
  readonly #longest: number;

  constructor(longest = LONGEST) {
    this.#longest = longest;
  }

  see(now: number, count: number): void {
    this.#samples.push({ at: now, count });
    while (this.#samples.length > 2 && now - this.#samples[1].at >= this.#longest) this.#samples.shift();
  }

  /** Per second. */
  rate(now: number): number {
    const last = this.#samples.at(-1);
    if (last === undefined) return 0;
    let first = last;
    let steps = 0;
    for (let i = this.#samples.length - 2; i >= 0; i--) {
      const sample = this.#samples[i];
      if (sample.count < first.count) steps++;
      first = sample;
      if (steps >= 2 && now - sample.at >= SHORTEST) break;
    }
    const span = now - first.at;
    return span <= 0 ? 0 : ((last.count - first.count) * 1000) / span;
  }
}
