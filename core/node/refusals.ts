/** How often a full disk, or a file that another program has open, is tried again, ms. */
const RETRY_EVERY = 2000;

/** Beginning: the part, or the record of what is to be fetched. Finishing: its name. */
export type Refused = 'beginning' | 'blocks' | 'records' | 'finishing';

/** What the disk refuses a transfer at the moment; it is tried again until it works, for room may appear, and other programs end. */
export class Refusals {
  readonly #refused = new Map<Refused, () => void>();
  #timer: NodeJS.Timeout | undefined;

  has(what: Refused): boolean {
    return this.#refused.has(what);
  }

  /** `retry` tries again. False: it is being tried again already. */
  add(what: Refused, retry: () => void): boolean {
    if (this.#refused.has(what)) return false;
    this.#refused.set(what, retry);
    this.#timer ??= setInterval(() => {
      for (const again of this.#refused.values()) again();
    }, RETRY_EVERY);
    return true;
  }

  /** The disk took it. True when that was the last thing it refused. */
  lift(what: Refused): boolean {
    if (!this.#refused.delete(what) || this.#refused.size > 0) return false;
    this.clear();
    return true;
  }

  clear(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#refused.clear();
  }
}

/** Waits as long as a full disk is left alone. */
export function untilNextTry(): Promise<void> {
  return new Promise((go) => setTimeout(go, RETRY_EVERY));
}
