/**
 * Holding one's own where others fill the queue, as TCP does that only loss slows down: who heeds the delay there
 * gets nothing. A queue that stays although less is asked for is somebody else's (as in Copa's competitive mode,
 * NSDI 2018); from then on what is asked for is the window of a TCP with CUBIC (RFC 9438) over the round trip, until
 * the queue is gone, or until asking for less brings as much: then nobody else is there any more.
 */

/** A queue that has not become shorter for so many epochs, round trips, and ms, is somebody else's. */
const PATIENCE_EPOCHS = 4;
const PATIENCE_ROUND_TRIPS = 4;
const PATIENCE = 150;
/** Part of its length by which a queue becomes shorter when it is our own. */
const SHORTER = 0.8;
/** Who asks for more than this multiple of what comes makes the queue longer by itself. */
const MORE = 1.1;
/** When less than this part of what was asked for comes, it is the link that has become slower. */
const SLOWER_LINK = 0.3;
/** RFC 9438: growth, segments per s^3, and what is left of the window after a loss. */
const C = 0.4;
const BETA = 0.7;
/** While growth is that of Reno, segments a round trip (RFC 9438, section 4.3). */
const ALPHA = (3 * (1 - BETA)) / (1 + BETA);
/** Growth a round trip for who comes among others, as in slow start, and what shows that it is of use. */
const RAMP = 1.25;
const GAIN = 1.05;
/** For so long a loss does not end it, ms: those who came at the same time cause it too. */
const FIRST_RAMP = 1000;
/** Every so often, ms, less is asked for to see whether others are still there: so much of what comes stays then. */
const TEST_EVERY = 5000;
const FIRST_TEST = 2000;
const ALONE = 0.93;
/** Who has so much of the most that ever came, as a mean, has left nothing to others: they are gone. */
const ALL = 0.9;
/** Without a queue for so long, ms, they are gone: TCP leaves it short for less after a loss. */
const GONE = 1000;
/** Queues of paths that share a bottleneck differ by no more than a part of them, and ms. */
const SIMILAR = 0.4;
const SIMILAR_BY = 15;
/** They are compared by their means over about so long, ms, since epochs are not the same for all. */
const MEAN_OVER = 2000;
/** Who has had no epoch for so long, ms, has no part of the bottleneck any more: its server has gone, or is banned. */
const ABSENT = 5000;
/** The most that came is forgotten over about so long, ms: links change. */
const FORGET_OVER = 600_000;

/** What an epoch says of the queue. */
export interface Crowd {
  /** Smoothed, queue included, and the least ever, ms. */
  readonly rtt: number;
  readonly leastRtt: number;
  /** Queue that is let stand when nobody else is there, ms. */
  readonly target: number;
  /** Standing queue, ms. */
  readonly queue: number;
  /** What was asked for, and what came, symbols per second. */
  readonly asked: number;
  readonly carried: number;
  /** More was lost than the path loses when it is not full. */
  readonly overflown: boolean;
}

/**
 * Paths of one transfer on which others fill the queue: those that seem to share a bottleneck count as one. Each has
 * a part of one window, and what one loses slows all of them down.
 */
export class Company {
  readonly #members = new Map<
    Rivalry,
    { readonly at: number; readonly queue: number; readonly lostAt: number }
  >();

  /** Says at `at` how long the queue of a path is, and when it last overflowed, all ms. */
  report(rivalry: Rivalry, at: number, queue: number, lostAt: number): void {
    this.#members.set(rivalry, { at, queue, lostAt });
  }

  /** How many share the bottleneck of this one, itself included, and when it last overflowed, ms. */
  sharing(now: number, queue: number): { readonly sharing: number; readonly lostAt: number } {
    let sharing = 0;
    let lostAt = Number.NEGATIVE_INFINITY;
    for (const other of this.#members.values()) {
      if (now - other.at > ABSENT) continue;
      if (Math.abs(other.queue - queue) > SIMILAR_BY + SIMILAR * Math.max(other.queue, queue)) continue;
      sharing++;
      lostAt = Math.max(lostAt, other.lostAt);
    }
    return { sharing, lostAt };
  }

  leave(rivalry: Rivalry): void {
    this.#members.delete(rivalry);
  }
}

export class Rivalry {
  readonly #company: Company;
  /** A queue that stands: since when and for how many epochs it has not become shorter, and what came before it. */
  #standing: { since: number; epochs: number; least: number; readonly carried: number } | undefined;
  /** Symbols on their way that a TCP in our place would have; undefined: nobody else is there. */
  #window: number | undefined;
  /** The window before the last loss, after it, and when that was, ms. */
  #before = 0;
  #after = 0;
  #lostAt = 0;
  /** The window that Reno would have. */
  #reno = 0;
  /** What came in the epoch before, while the window grows as in slow start; undefined: it does not. */
  #ramp: number | undefined;
  #joinedAt = 0;
  /** Since when the queue is short, ms. */
  #shortSince = 0;
  #meanQueue = 0;
  /** Mean and most of what came, symbols per second. */
  #meanCarried = 0;
  #mostCarried = 0;
  #notedAt = 0;
  #overflownAt = Number.NEGATIVE_INFINITY;
  #learnedAt = 0;
  #testedAt = 0;
  /** What came before less was asked for; undefined: no test. */
  #carriedBefore: number | undefined;

  constructor(company: Company) {
    this.#company = company;
  }

  /** Takes an epoch; returns what to ask for among others, symbols per second; undefined when there are none. */
  learn(now: number, crowd: Crowd): number | undefined {
    const { rtt, queue, carried } = crowd;
    this.#note(now, carried);
    const before = this.#window === undefined ? this.#stands(now, crowd) : undefined;
    const isOver =
      this.#window === undefined
        ? before === undefined
        : this.#isGone(now, crowd) || this.#isAlone(crowd) || this.#hasAll(now);
    if (isOver) {
      if (this.#window !== undefined) this.end();
      return undefined;
    }
    if (crowd.overflown) this.#overflownAt = now;
    const weight = before === undefined ? Math.min(1, (now - this.#learnedAt) / MEAN_OVER) : 1;
    this.#meanQueue += (queue - this.#meanQueue) * weight;
    this.#company.report(this, now, this.#meanQueue, this.#overflownAt);
    const { sharing, lostAt } = this.#company.sharing(now, this.#meanQueue);
    if (before !== undefined) this.#join(now, (before * rtt * sharing) / 1000);
    else if (lostAt > this.#learnedAt && now - this.#lostAt > rtt) this.#shrink(now);
    else if (this.#ramp !== undefined) this.#climb(now, this.#ramp, carried);
    else this.#grow(now, rtt);
    this.#learnedAt = now;
    const rate = ((this.#window ?? 0) * 1000) / (rtt * sharing);
    const isTest = now - this.#testedAt >= TEST_EVERY;
    this.#carriedBefore = isTest ? carried : undefined;
    if (isTest) this.#testedAt = now;
    return isTest ? rate * BETA : rate;
  }

  /** Nobody else is there. */
  end(): void {
    this.#window = undefined;
    this.#standing = undefined;
    this.#carriedBefore = undefined;
    this.#ramp = undefined;
    this.#company.leave(this);
  }

  /** When a queue stands that is not ours: what came before it did. */
  #stands(now: number, { rtt, target, queue, asked, carried }: Crowd): number | undefined {
    if (queue <= target || carried < SLOWER_LINK * asked) {
      this.#standing = undefined;
      return undefined;
    }
    this.#standing ??= { since: now, epochs: 0, least: queue, carried };
    const standing = this.#standing;
    if (asked < MORE * carried) standing.epochs++;
    if (queue < SHORTER * standing.least) Object.assign(standing, { since: now, epochs: 0, least: queue });
    // A link that has just become slower takes an epoch or two to be asked for less than it carries.
    const isOurs =
      standing.epochs <= PATIENCE_EPOCHS || now - standing.since <= PATIENCE_ROUND_TRIPS * rtt + PATIENCE;
    return isOurs ? undefined : standing.carried;
  }

  /** Comes among others, or they came: leaves a part of what it had, and finds out how much there is. */
  #join(now: number, window: number): void {
    this.#begin(now, BETA * window);
    this.#ramp = 0;
    this.#shortSince = now;
    this.#joinedAt = now;
    this.#testedAt = now + FIRST_TEST - TEST_EVERY;
  }

  #begin(now: number, window: number): void {
    this.#window = window;
    this.#before = window;
    this.#after = window;
    this.#reno = window;
    this.#lostAt = now;
  }

  /** For some time no queue, by the one-way delay, whose least may be forgotten by now, and by the round trip. */
  #isGone(now: number, { queue, target, rtt, leastRtt }: Crowd): boolean {
    if (queue >= target / 2 || rtt >= leastRtt + 3 * target) this.#shortSince = now;
    return now - this.#shortSince > GONE;
  }

  /** Less was asked for and as much came: it was taken from nobody. */
  #isAlone({ carried }: Crowd): boolean {
    return this.#carriedBefore !== undefined && carried > ALONE * this.#carriedBefore;
  }

  /** Others had the time to take their part, and did not. */
  #hasAll(now: number): boolean {
    return now - this.#joinedAt > TEST_EVERY && this.#meanCarried > ALL * this.#mostCarried;
  }

  #note(now: number, carried: number): void {
    const passed = now - this.#notedAt;
    this.#notedAt = now;
    this.#meanCarried += (carried - this.#meanCarried) * Math.min(1, passed / MEAN_OVER);
    this.#mostCarried = Math.max(carried, this.#mostCarried * (1 - Math.min(1, passed / FORGET_OVER)));
  }

  #climb(now: number, carriedBefore: number, carried: number): void {
    const window = this.#window ?? 0;
    this.#ramp = carried > GAIN * carriedBefore ? carried : undefined;
    if (this.#ramp === undefined) this.#begin(now, window);
    else this.#window = RAMP * window;
  }

  #shrink(now: number): void {
    this.#ramp = now - this.#joinedAt < FIRST_RAMP ? 0 : undefined;
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
