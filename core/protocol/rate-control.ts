/**
 * How fast one server is asked to pour: congestion control at the receiver (RFC 8085, section 3.1), by a model
 * of the path and not by counting losses, since a fountain repairs those. Three signals, measured an epoch of
 * about one round trip at a time: the delivered rate, the standing queue (the least one-way delay of the epoch
 * above the least of the path, as in Copa, NSDI 2018), and loss beyond what the path loses anyway.
 * While the queue is short it asks for more, step by step faster; when a queue stands, it asks for what the
 * bottleneck was just seen to deliver, less what drains the excess. All rates are symbols per second.
 */

/** What arrived in one epoch. */
export interface Epoch {
  /** Length, ms. */
  readonly span: number;
  readonly delivered: number;
  /** By the server's own clock; less than what was asked when it is limited by something else. */
  readonly sent: number;
  /** Datagrams the server sent, and how many of them are missing. */
  readonly datagrams: number;
  readonly lost: number;
  /** Standing queue, ms; undefined when nothing arrived. */
  readonly queue: number | undefined;
  /** True when the server ran out of orders: the delivered rate says nothing of the path. */
  readonly limited: boolean;
}

const FLOOR = 4;
const CEILING = 4_000_000;
/** Symbols asked for in the first round trip (RFC 6928 allows 10 segments of TCP; a droplet is shorter). */
const INITIAL_WINDOW = 32;
const MAX_STEP = 0.25;
const MIN_STEP = 0.02;
const HISTORY = 20;
/** Every so often the queue is drained for an epoch, to see the delay of the empty path, ms. */
const DRAIN_EVERY = 8000;

export class RateControl {
  #rate: number;
  #startup = true;
  #stuck = 0;
  #step = MIN_STEP;
  #lastDelivered = 0;
  #drainedAt: number;
  #draining = false;
  readonly #delivered: number[] = [];
  readonly #losses: number[] = [];
  #overload = 0;
  #recentLoss = 0;

  constructor(now: number, rtt: number) {
    this.#rate = (INITIAL_WINDOW * 1000) / Math.max(10, rtt);
    this.#drainedAt = now;
  }

  get rate(): number {
    return this.#draining ? this.#rate * 0.8 : this.#rate;
  }

  get inStartup(): boolean {
    return this.#startup;
  }

  /** Loss that the path has even when it is not full, 0..1: the least of the last epochs. */
  get baseLoss(): number {
    return this.#losses.length === 0 ? 0 : Math.min(...this.#losses);
  }

  /** Loss of late, smoothed, 0..1. */
  get recentLoss(): number {
    return this.#recentLoss;
  }

  /** Queue that is let stand, ms: enough to keep the bottleneck busy over timer jitter. */
  static target(rtt: number): number {
    return Math.min(20, Math.max(6, rtt / 8));
  }

  /** Takes an epoch; `rtt` is the least round trip of the path, ms. */
  learn(now: number, rtt: number, epoch: Epoch): void {
    if (epoch.datagrams === 0) return;
    const loss = epoch.lost / epoch.datagrams;
    if (epoch.datagrams >= 16) remember(this.#losses, loss);
    const weight = Math.min(0.5, epoch.datagrams / 400);
    this.#recentLoss += (loss - this.#recentLoss) * weight;
    remember(this.#delivered, epoch.delivered, HISTORY / 2);
    const base = this.baseLoss;
    const sigma = Math.sqrt((Math.max(base, 0.02) * (1 - base)) / epoch.datagrams);
    const excess = loss - base > 0.1 + 3 * sigma;
    const queue = epoch.queue ?? 0;
    const target = RateControl.target(rtt);
    if (this.#startup) this.#learnInStartup(epoch, queue > target, excess);
    else this.#learnInSteadyState(epoch, queue, target, rtt, excess);
    this.#lastDelivered = epoch.delivered;
    this.#draining = !this.#startup && now - this.#drainedAt > DRAIN_EVERY;
    if (this.#draining) this.#drainedAt = now;
    this.#rate = Math.min(CEILING, Math.max(FLOOR, this.#rate));
  }

  /** Nothing arrived for a while: begin again carefully when something does. */
  restart(now: number, rtt: number): void {
    this.#rate = Math.min(this.#rate, (INITIAL_WINDOW * 1000) / Math.max(10, rtt));
    this.#startup = true;
    this.#stuck = 0;
    this.#lastDelivered = 0;
    this.#delivered.length = 0;
    this.#drainedAt = now;
  }

  #learnInStartup(epoch: Epoch, queued: boolean, excess: boolean): void {
    if (queued) {
      this.#leaveStartup(epoch.delivered);
      return;
    }
    if (epoch.limited) return;
    if (epoch.sent > 0 && epoch.sent < 0.4 * this.#rate) return;
    // Two epochs in which more was asked for and not more came: the path is full, or the server is.
    this.#stuck = epoch.delivered < 1.2 * this.#lastDelivered || excess ? this.#stuck + 1 : 0;
    if (this.#stuck >= 2) this.#leaveStartup(Math.max(...this.#delivered));
    else this.#rate *= 2;
  }

  #leaveStartup(delivered: number): void {
    this.#startup = false;
    this.#step = MIN_STEP;
    this.#rate = Math.min(this.#rate, delivered / (1 - Math.min(0.5, this.baseLoss)));
  }

  #learnInSteadyState(epoch: Epoch, queue: number, target: number, rtt: number, excess: boolean): void {
    const capacity = epoch.delivered / (1 - Math.min(0.5, this.baseLoss));
    if (queue > target) {
      this.#step = MIN_STEP;
      this.#overload++;
      // What the bottleneck delivers, less what takes the excess out of the queue in about two round trips.
      const drain = Math.min(0.5, (queue - target) / (2 * Math.max(rtt, 20)));
      if (!epoch.limited || this.#overload > 1) this.#rate = Math.min(this.#rate, capacity * (1 - drain));
      return;
    }
    this.#overload = 0;
    if (excess) {
      this.#step = MIN_STEP;
      this.#rate = Math.min(this.#rate, Math.max(capacity, this.#rate / 4));
      return;
    }
    if (epoch.limited) return;
    // Half full: enough. Below that: more, and the longer it stays calm the bolder.
    if (queue > target / 2) {
      this.#step = MIN_STEP;
      this.#rate *= 1 + MIN_STEP / 2;
    } else {
      this.#rate *= 1 + this.#step;
      this.#step = Math.min(MAX_STEP, this.#step * 1.5);
    }
    const best = Math.max(...this.#delivered) / (1 - this.baseLoss);
    this.#rate = Math.min(this.#rate, best * (1 + MAX_STEP));
  }
}

function remember(values: number[], value: number, most = HISTORY): void {
  values.push(value);
  if (values.length > most) values.shift();
}
