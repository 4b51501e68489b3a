/** Distances of queries, in ms: RFC 6762 section 5.2, doubling from one second. */
const FIRST_DISTANCE = 1000;
const LARGEST_DISTANCE = 60_000;

/** A search that somebody is waiting for. */
export interface Search {
  /** Ends it; more than once does no harm. */
  stop(): void;
}

/** When it is asked who is here: at once, then ever less often, as long as somebody searches. */
export class LanSearcher {
  readonly #ask: () => void;
  readonly #refreshAt: (now: number) => number;
  readonly #searches = new Set<Search>();
  #timer: NodeJS.Timeout | undefined;
  #lastAsked = Number.NEGATIVE_INFINITY;
  #distance = FIRST_DISTANCE;

  /** `refreshAt` tells (times of `performance.now()`) when somebody known has to be asked for in any case. */
  constructor(ask: () => void, refreshAt: (now: number) => number) {
    this.#ask = ask;
    this.#refreshAt = refreshAt;
  }

  search(): Search {
    const search = {
      stop: () => {
        this.#searches.delete(search);
        if (this.#searches.size === 0) clearTimeout(this.#timer);
      },
    };
    this.#searches.add(search);
    this.restart();
    return search;
  }

  /** Begins anew with short distances: there is a new search, or another network. */
  restart(): void {
    if (this.#searches.size === 0) return;
    this.#distance = FIRST_DISTANCE;
    this.#schedule(this.#lastAsked + FIRST_DISTANCE);
  }

  stop(): void {
    this.#searches.clear();
    clearTimeout(this.#timer);
  }

  #schedule(at: number): void {
    clearTimeout(this.#timer);
    const now = performance.now();
    this.#timer = setTimeout(() => this.#tick(), Math.max(0, Math.min(at, this.#refreshAt(now)) - now));
  }

  #tick(): void {
    this.#lastAsked = performance.now();
    this.#ask();
    this.#schedule(this.#lastAsked + this.#distance);
    this.#distance = Math.min(this.#distance * 2, LARGEST_DISTANCE);
  }
}
