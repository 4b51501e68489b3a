/** When a heartbeat asks a server where others are: the faster it pours, the sooner they part. */

/** It is asked after so many ms, or so many droplets; and for fewer than the least no answer is worth its bytes. */
const EVERY = 500;
const EVERY_DROPLETS = 2048;
const LEAST_DROPLETS = 8;

export class FrontQuestions {
  #askedAt = Number.NEGATIVE_INFINITY;
  #askedWith = 0;

  /** Whether to ask now. `droplets`: that have come of it; `apart`: ms between two of them. */
  ask(now: number, droplets: number, apart: number): boolean {
    const pause = Math.max(EVERY, LEAST_DROPLETS * apart);
    if (now < this.#askedAt + pause && droplets - this.#askedWith < EVERY_DROPLETS) return false;
    this.#askedAt = now;
    this.#askedWith = droplets;
    return true;
  }
}
