/** Watches whether a server gets on with what it has been asked for. */

/** So long without a sign, ms, beside round trips and heartbeats, and it is gone. */
const SHORTEST_PATIENCE = 400;
/** What a server has not poured in so long although it answers, ms, it will hardly pour. */
const BARREN_AFTER = 3000;

export class Vigil {
  /** Since when it has been asked without a pause for what is ordered, and when it last got on with it. */
  #workSince = Number.POSITIVE_INFINITY;
  #progressAt = Number.NEGATIVE_INFINITY;
  /** Since when it has not got on although it was given new orders. */
  #stuckSince = Number.POSITIVE_INFINITY;
  #onProbation = false;
  #onProbationSince = Number.POSITIVE_INFINITY;

  /** True from when it did not pour what was ordered until it pours something: it is not to be relied on. */
  get onProbation(): boolean {
    return this.#onProbation;
  }

  /** On probation for so long that nothing of use is to be expected of it. */
  isBarren(now: number): boolean {
    return this.#onProbation && now - this.#onProbationSince > BARREN_AFTER;
  }

  /** A heartbeat asks for something. */
  working(now: number): void {
    if (this.#workSince === Number.POSITIVE_INFINITY) this.#workSince = now;
  }

  /** Nothing is ordered. */
  resting(): void {
    this.#workSince = Number.POSITIVE_INFINITY;
  }

  progressed(now: number): void {
    this.#progressAt = now;
    this.#stuckSince = Number.POSITIVE_INFINITY;
    this.#onProbation = false;
  }

  /** It is given up: what follows is a new beginning, but no new trust. */
  ended(): void {
    this.resting();
    this.#stuckSince = Number.POSITIVE_INFINITY;
  }

  /**
   * Looks after a server that has orders. `stuck`: nothing for `longest` ms; it may be gone, or the last that it
   * poured was lost, and in either case what is ordered will not come. `gone`: the same again and again.
   */
  look(now: number, longest: number, patience: number): 'fine' | 'stuck' | 'gone' {
    const since = Math.max(this.#progressAt, this.#workSince);
    if (now - since < longest) return 'fine';
    this.#stuckSince = Math.min(this.#stuckSince, since);
    if (!this.#onProbation) this.#onProbationSince = now;
    this.#onProbation = true;
    return now - this.#stuckSince < Math.max(SHORTEST_PATIENCE, patience) ? 'stuck' : 'gone';
  }
}
