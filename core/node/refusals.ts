/** How often a full disk is tried again, ms. */
const RETRY_EVERY = 2000;

export type Refused = 'blocks' | 'records';

/** What the disk refuses a transfer at the moment; it is tried again until it works, for room may appear. */
export class Refusals {
  readonly #refused = new Set<Refused>();
  readonly #retry: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(retry: () => void) {
    this.#retry = retry;
  }

  add(what: Refused): void {
    this.#refused.add(what);
    this.#timer ??= setInterval(this.#retry, RETRY_EVERY);
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
