/**
 * How fast one server is asked to pour: congestion control at the receiver (RFC 8085, section 3.1), by a model
 * of the path and not by counting losses, since a fountain repairs those. Three signals, measured an epoch of
 * about one round trip at a time: the delivered rate, the standing queue (the least one-way delay of the epoch
 * above the least of the path, as in Copa, NSDI 2018), and loss beyond what the path loses anyway.
 * While the queue is short it asks for more, step by step faster; when a queue stands, it asks for what the
 * bottleneck was just seen to deliver, less what drains the excess. Against traffic that fills queues all the same
 * it holds its own (`rivalry.ts`), unless it is to stay in the background. All rates are symbols per second.
 */
import { PathLoss } from './path-loss.ts';
import { type Company, Rivalry } from './rivalry.ts';

/** What arrived in one epoch. */
export interface Epoch {
  /** Length, ms. */
  readonly span: number;
  /** Symbols per second. */
  readonly delivered: number;
  /** Datagrams the server sent, and how many of them are missing. */
  readonly datagrams: number;
  readonly lost: number;
  /** Standing queue, and that at the end, ms; undefined when nothing arrived. */
  readonly queue: number | undefined;
  readonly lastQueue: number | undefined;
  /** True when the server ran out of orders: the delivered rate says nothing of the path. */
  readonly limited: boolean;
}

/** Least that is asked for: per second, and per round trip (TCP, too, keeps two segments in flight: RFC 5681). */
const FLOOR = 4;
const FLOOR_WINDOW = 2;
const CEILING = 4_000_000;
/**
 * Symbols asked for in the first round trip: of one server at most, of all together, and of one at least (RFC 6928
 * allows 10 segments of TCP in a burst; these are paced, and shared by all connections).
 */
const INITIAL_WINDOW = 64;
const INITIAL_WINDOWS = 256;
const LEAST_INITIAL_WINDOW = 8;
/** What is asked for at the start, as a multiple of what came, so that the rate grows by it every round trip. */
const STARTUP_GAIN = 2.1;
/** More than this multiple of the best so far is growth; epochs of so many round trips and ms without it end the start. */
const GROWTH = 1.25;
const PATIENCE_ROUND_TRIPS = 2.5;
const PATIENCE = 60;
/** What is asked for right after the start, as a part of the capacity: the start left a queue. */
const AFTER_STARTUP = 0.8;
/** Part of what came before that the path is taken to carry, whatever came in one epoch: one that is short may be a stall. */
const SURE_PART = 0.7;
/**
 * When less than this part of what was asked for comes, a queue has begun to grow, or all stood still; on the way back
 * to a known capacity, which may be less by now, sooner.
 */
const FAR_LESS = 0.6;
const LESS = 0.8;
/** A queue so long, throughout or at the end, is one of the path, ms, though the server had nothing to pour for a while. */
const LONG_QUEUE = 50;
const LONG_LAST_QUEUE = 150;
/** Round trips in which a queue is to become short: a rate is in force for about two, and one more finds it still long. */
const DRAIN_ROUND_TRIPS = 3.5;
/** Growth of the rate in an epoch without a queue: below the known capacity at most, near it, and far beyond it. */
const RETURN_GAIN = 2;
const GROWTH_WINDOW = 1;
const MIN_STEP = 0.015;
const MAX_STEP = 0.25;
/** An epoch holds many round trips of a path shorter than this, ms, and grows by as many steps, down to the least. */
const SHORT_RTT = 10;
const LEAST_RTT = 2;
const HISTORY = 10;
/** At this rate the queue that is let stand is as the round trip has it, but not below this; and the least of all, ms. */
const REFERENCE_RATE = 2500;
const REFERENCE_TARGET = 8;
const LEAST_TARGET = 4;
/** Every so often the queue is drained for an epoch, to see the delay of the empty path, ms. */
const DRAIN_EVERY = 8000;

/** What to ask of a path of which only the round trip is known, ms, being one of so many. */
export function initialRate(rtt: number, servers: number): number {
  const share = Math.min(INITIAL_WINDOW, Math.max(LEAST_INITIAL_WINDOW, INITIAL_WINDOWS / servers));
  return (share * 1000) / Math.max(10, rtt);
}

export class RateControl {
  #rate: number;
  #startup = true;
  /** Most that came in an epoch of the start, and for how long it has not grown, ms. */
  #best = 0;
  #stuckFor = 0;
  #step = MIN_STEP;
  /** What the bottleneck was last seen to carry while it had a queue; 0: not known. */
  #capacity = 0;
  /** It was asked for twice as much, on the way back to the capacity. */
  #isReturning = false;
  #drainedAt: number;
  #draining = false;
  readonly #loss = new PathLoss();
  readonly #delivered: number[] = [];
  /** Undefined: it gives way to all others. */
  readonly #rivalry: Rivalry | undefined;

  /** `company`: the other paths of this transfer; undefined: it is to stay in the background. */
  constructor(now: number, rate: number, company: Company | undefined) {
    this.#rate = rate;
    this.#drainedAt = now;
    this.#rivalry = company === undefined ? undefined : new Rivalry(company);
  }

  get rate(): number {
    return this.#draining ? this.#rate * 0.8 : this.#rate;
  }

  get inStartup(): boolean {
    return this.#startup;
  }

  /** Loss that the path has even when it is not full, 0..1. */
  get baseLoss(): number {
    return this.#loss.base;
  }

  /** Loss of late, smoothed, 0..1. */
  get recentLoss(): number {
    return this.#loss.recent;
  }

  /** Queue that is let stand, ms: enough to keep the bottleneck busy over timer jitter. */
  static target(rtt: number): number {
    return Math.min(20, Math.max(6, rtt / 8));
  }

  /**
   * The same for who is asked for `rate`: who has more of a bottleneck stands back from a shorter queue, so that
   * those who share one come to have as much (as in Copa, where the rate is inverse to the queue).
   */
  static fairTarget(rtt: number, rate: number): number {
    const factor = Math.min(2, (REFERENCE_RATE / rate) ** 0.75);
    return Math.max(LEAST_TARGET, Math.max(REFERENCE_TARGET, RateControl.target(rtt)) * factor);
  }

  /**
   * Takes an epoch: in the start any stretch of arrivals, later one in which the last rate was in force.
   * `rtt` is the smoothed round trip of the path, ms, and `leastRtt` the least.
   */
  learn(now: number, rtt: number, leastRtt: number, epoch: Epoch): void {
    if (epoch.datagrams === 0) return;
    const exceeds = this.#loss.learn(epoch);
    const excess = exceeds === 'again';
    if (this.#draining || (this.#startup && exceeds === 'none')) this.#loss.learnClean(epoch);
    const { queue = 0, lastQueue = 0 } = epoch;
    if (epoch.limited && queue < LONG_QUEUE && lastQueue < LONG_LAST_QUEUE) {
      // Of the path it only says that it carries so much.
      if (this.#startup) this.#rise(epoch.delivered);
      return;
    }
    remember(this.#delivered, epoch.delivered);
    if (this.#startup) this.#learnInStartup(epoch, leastRtt, excess);
    else if (this.#compete(now, rtt, leastRtt, epoch)) return;
    else this.#learnInSteadyState(epoch, leastRtt, excess);
    // Loss that stays when less is asked for is the path's own.
    this.#draining = !this.#startup && (now - this.#drainedAt > DRAIN_EVERY || (excess && !this.#draining));
    if (this.#draining) this.#drainedAt = now;
    this.#rate = Math.min(CEILING, Math.max(FLOOR, (FLOOR_WINDOW * 1000) / rtt, this.#rate));
  }

  /** Nothing arrived for a while: begin again carefully, with `rate` at most, when something does. */
  restart(now: number, rate: number): void {
    this.#rate = Math.min(this.#rate, rate);
    this.#startup = true;
    this.#rivalry?.end();
    this.#best = 0;
    this.#stuckFor = 0;
    this.#capacity = 0;
    this.#delivered.length = 0;
    this.#drainedAt = now;
  }

  #learnInStartup(epoch: Epoch, rtt: number, excess: boolean): void {
    const carried = this.#carried(epoch);
    if ((epoch.queue ?? 0) > RateControl.target(rtt) / 2 || excess) {
      this.#leaveStartup(Math.max(carried, SURE_PART * this.#best));
      return;
    }
    if (carried > GROWTH * this.#best) {
      this.#best = carried;
      this.#stuckFor = 0;
    } else this.#stuckFor += epoch.span;
    // More was asked for and not more came: the server is limited by something else.
    if (this.#stuckFor > PATIENCE_ROUND_TRIPS * rtt + PATIENCE) this.#leaveStartup(this.#best);
    else this.#rise(carried);
  }

  /** What came faster than it was asked for had stood still on its way. */
  #rise(carried: number): void {
    this.#rate = Math.max(this.#rate, STARTUP_GAIN * Math.min(carried, this.#rate));
  }

  #leaveStartup(capacity: number): void {
    this.#startup = false;
    this.#step = MIN_STEP;
    this.#capacity = capacity;
    this.#rate = Math.min(this.#rate, capacity * AFTER_STARTUP);
  }

  /** What the bottleneck let through; the path's own loss is taken to come behind it. */
  #carried(epoch: Epoch): number {
    return epoch.delivered / (1 - this.#loss.base);
  }

  /** What the path is taken to carry when this much was carried in the last epoch. */
  #seen(carried: number): number {
    return Math.max(carried, SURE_PART * Math.min(this.#capacity, this.#delivered.at(-2) ?? 0));
  }

  /** True while others fill the queue: then the rate is that of a TCP among them. */
  #compete(now: number, rtt: number, leastRtt: number, epoch: Epoch): boolean {
    const rivalry = this.#rivalry;
    const { queue } = epoch;
    if (rivalry === undefined || queue === undefined) return false;
    const carried = this.#carried(epoch);
    const verdict = rivalry.learn(now, {
      rtt,
      leastRtt,
      target: Math.min(
        RateControl.fairTarget(leastRtt, this.#rate),
        Math.max(REFERENCE_TARGET, RateControl.target(leastRtt)),
      ),
      queue,
      asked: this.#rate,
      carried,
      overflown: this.#loss.hasOverflown(epoch),
    });
    if (verdict === undefined) return false;
    this.#step = MIN_STEP;
    this.#capacity = carried;
    this.#draining = false;
    this.#drainedAt = now;
    this.#rate = Math.min(CEILING, Math.max(FLOOR, (FLOOR_WINDOW * 1000) / rtt, verdict));
    return true;
  }

  #learnInSteadyState(epoch: Epoch, rtt: number, excess: boolean): void {
    const target = RateControl.fairTarget(rtt, this.#rate);
    const carried = this.#carried(epoch);
    // Where far less comes than was asked for, a queue has only begun to grow.
    const isNew = carried < (this.#isReturning ? LESS : FAR_LESS) * this.#rate;
    const queue = (isNew ? epoch.lastQueue : epoch.queue) ?? 0;
    this.#isReturning = false;
    if (queue > target) {
      this.#step = MIN_STEP;
      this.#capacity = this.#seen(carried);
      // What the bottleneck carries, less what takes the excess out of the queue.
      const drain = Math.min(0.5, (queue - target / 2) / (DRAIN_ROUND_TRIPS * Math.max(rtt, 20)));
      this.#rate = Math.min(this.#rate, carried * (1 - drain));
    } else if (excess) {
      this.#step = MIN_STEP;
      this.#capacity = this.#seen(carried);
      this.#rate = Math.min(this.#rate, Math.max(carried, this.#rate / 4));
    } else this.#grow(queue > target / 2, rtt);
  }

  /** Soon back to the known capacity, which may be less by now; beyond it slowly, the longer no queue shows the bolder. */
  #grow(halfFull: boolean, rtt: number): void {
    if (this.#rate < 0.97 * this.#capacity) {
      this.#isReturning = RETURN_GAIN * this.#rate < this.#capacity;
      this.#rate = Math.min(RETURN_GAIN * this.#rate, 0.99 * this.#capacity);
      return;
    }
    if (halfFull) return;
    // The same for all in each round trip, too, so that who has little catches up (AIMD: Chiu and Jain, 1989).
    const steps = Math.max(1, SHORT_RTT / Math.max(rtt, LEAST_RTT));
    this.#rate +=
      this.#rate * Math.min(MAX_STEP, this.#step * steps) + (GROWTH_WINDOW * 1000) / Math.max(rtt, 10);
    if (this.#rate > 1.05 * this.#capacity) this.#step = Math.min(MAX_STEP, this.#step * 1.5);
    // Asking for what never comes is no use: the server is limited by something else.
    const most = Math.max(...this.#delivered) / (1 - this.#loss.base);
    this.#rate = Math.min(this.#rate, most * (1 + MAX_STEP) + (FLOOR_WINDOW * 1000) / rtt);
  }
}

function remember(values: number[], value: number): void {
  values.push(value);
  if (values.length > HISTORY) values.shift();
}
