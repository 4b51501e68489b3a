/**
 * Subscriptions that have ended: up to which heartbeat each was heard. Whoever recorded a heartbeat, cookie and all,
 * could begin the subscription again by sending it once more, and have an address that no longer wants anything poured
 * to; and one that the farewell overtook would do so by itself. A client that goes on says something newer.
 */

/** The oldest are forgotten first. */
const MOST = 4096;

export class Ended {
  readonly #heard = new Map<string, number>();

  remember(key: string, sequence: number): void {
    this.#heard.delete(key);
    this.#heard.set(key, sequence);
    const oldest = this.#heard.keys().next();
    if (this.#heard.size > MOST && oldest.done !== true) this.#heard.delete(oldest.value);
  }

  /** Whether a heartbeat with this number was said before the subscription ended. */
  isOver(key: string, sequence: number): boolean {
    const heard = this.#heard.get(key);
    return heard !== undefined && ((sequence - heard) | 0) <= 0;
  }
}
