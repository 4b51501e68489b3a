/**
 * Holding one's own where others fill the queue, as TCP does that only loss slows down: who heeds the delay there
 * gets nothing. A queue that stays although less is asked for is somebody else's (as in Copa's competitive mode,
 * NSDI 2018); from then on what is asked for is the window of a TCP with CUBIC (RFC 9438) over the round trip, until
 * the queue is gone, or until asking for less brings as much: then nobody else is there any more.
 */

/** A queue that has not become shorter for so many round trips, and ms, is somebody else's. */
const PATIENCE_ROUND_TRIPS = 4;
const PATIENCE = 150;
/** Part of its length by which a queue becomes shorter when it is our own. */
const SHORTER = 0.8;
/** RFC 9438: growth, segments per s^3, and what is left of the window after a loss. */
const C = 0.4;
const BETA = 0.7;
/** While growth is that of Reno, segments a round trip (RFC 9438, section 4.3). */
const ALPHA = (3 * (1 - BETA)) / (1 + BETA);
/** Every so often, ms, less is asked for to see whether others are still there: so much of what comes stays then. */
const TEST_EVERY = 5000;
const ALONE = 0.93;
/** Queues of paths that share a bottleneck differ by no more than a part of them, and ms. */
const SIMILAR = 0.3;
const SIMILAR_BY = 8;

/** What an epoch says of the queue. */
export interface Crowd {
  /** Smoothed, queue included, ms. */
  readonly rtt: number;
  /** Queue that is let stand when nobody else is there, ms. */
  readonly target: number;
  /** Standing queue, ms. */
  readonly queue: number;
  /** What came, symbols per second. */
  readonly carried: number;
  /** More was lost than the path loses when it is not full. */
  readonly overflown: boolean;
}

/** Paths of one transfer on which others fill the queue: those that seem to share a bottleneck count as one. */
export class Company {
  readonly #queues = new Map<Rivalry, number>();

  /** How many share the bottleneck of this one, itself included. */
  sharing(rivalry: Rivalry, queue: number): number {
    this.#queues.set(rivalry, queue);
    let sharing = 0;
    for (const other of this.#queues.values()) {
      if (Math.abs(other - queue) <= SIMILAR_BY + SIMILAR * Math.max(other, queue)) sharing++;
    }
    return sharing;
  }

  leave(rivalry: Rivalry): void {
    this.#queues.delete(rivalry);
  }
}

export class Rivalry {
  readonly #company: Company;
  /** A queue that stands: since when it has not become shorter, how short it was, and what came before it. */
  #standing: { since: number; least: number; readonly carried: number } | undefined;
  /** Symbols on their way that a TCP in our place would have; undefined: nobody else is there. */
  #window: number | undefined;
  /** The window before the last loss, after it, and when that was, ms. */
  #before = 0;
  #after = 0;
  #lostAt = 0;
  /** The window that Reno would have. */
  #reno = 0;
  #learnedAt = 0;
  #testedAt = 0;
  /** What came before less was asked for; undefined: no test. */
  #carriedBefore: number | undefined;

  constructor(company: Company) {
    this.#company = company;
  }

  /** Takes an epoch; returns what to ask for among others, symbols per second; undefined when there are none. */
  learn(now: number, crowd: Crowd): number | undefined {
    if (this.#window === undefined) {
      const carried = this.#stands(now, crowd);
      if (carried === undefined) return undefined;
      this.#begin(now, (carried * crowd.rtt * this.#company.sharing(this, crowd.queue)) / 1000);
    } else if (crowd.queue < crowd.target / 2 || this.#isAlone(crowd)) {
      this.end();
      return undefined;
    } else if (crowd.overflown) this.#shrink(now);
    else this.#grow(now, crowd.rtt);
    this.#learnedAt = now;
    const rate = ((this.#window ?? 0) * 1000) / (crowd.rtt * this.#company.sharing(this, crowd.queue));
    this.#carriedBefore = undefined;
    if (now - this.#testedAt < TEST_EVERY) return rate;
    this.#testedAt = now;
    this.#carriedBefore = crowd.carried;
    return rate * BETA;
  }

  /** Nobody else is there. */
  end(): void {
    this.#window = undefined;
    this.#standing = undefined;
    this.#carriedBefore = undefined;
    this.#company.leave(this);
  }

  /** When a queue stands that is not ours: what came before it did. */
  #stands(now: number, { rtt, target, queue, carried }: Crowd): number | undefined {
    if (queue <= target) {
      this.#standing = undefined;
      return undefined;
    }
    this.#standing ??= { since: now, least: queue, carried };
    const standing = this.#standing;
    if (queue < SHORTER * standing.least) {
      standing.least = queue;
      standing.since = now;
    }
    return now - standing.since > PATIENCE_ROUND_TRIPS * rtt + PATIENCE ? standing.carried : undefined;
  }

  #begin(now: number, window: number): void {
    this.#window = window;
    this.#before = window;
    this.#after = window;
    this.#reno = window;
    this.#lostAt = now;
    this.#testedAt = now;
  }

  /** Less was asked for and as much came: it was taken from nobody. */
  #isAlone({ carried }: Crowd): boolean {
    return this.#carriedBefore !== undefined && carried > ALONE * this.#carriedBefore;
  }

  #shrink(now: number): void {
    const window = this.#window ?? 0;
    // Fast convergence, section 4.7: who has less than before leaves room.
    this.#before = window < this.#before ? (window * (1 + BETA)) / 2 : window;
    this.#after = window * BETA;
    this.#window = this.#after;
    this.#reno = this.#after;
    this.#lostAt = now;
  }

  #grow(now: number, rtt: number): void {
    const window = this.#window ?? 0;
    const k = Math.cbrt((this.#before - this.#after) / C);
    const cubic = C * ((now + rtt - this.#lostAt) / 1000 - k) ** 3 + this.#before;
    this.#reno += ((this.#reno < this.#before ? ALPHA : 1) * (now - this.#learnedAt)) / rtt;
    this.#window = Math.max(window, this.#reno, Math.min(1.5 * window, cubic));
  }
}
