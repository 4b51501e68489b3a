/**
 * How many strangers are answered: making a cookie and sending it is most of what a forged datagram costs. Beyond so
 * many they are left unanswered, and ask again if they are real; who is served already is not among them.
 */

/** A second: a quarter of a core's work, and more than real clients come to any server. */
const ANSWERED = 10_000;
/** At once. */
const BURST = 1000;

export class Newcomers {
  #left = BURST;
  #at = Number.NEGATIVE_INFINITY;

  /** Whether one more may be answered; it is, then. */
  take(now: number): boolean {
    if (!this.hasRoom(now)) return false;
    this.#left--;
    return true;
  }

  hasRoom(now: number): boolean {
    // Who is looked at late came before somebody who was looked at at once.
    const since = Math.max(0, now - this.#at);
    this.#left = Math.min(BURST, this.#left + (since * ANSWERED) / 1000);
    this.#at = Math.max(this.#at, now);
    return this.#left >= 1;
  }
}
