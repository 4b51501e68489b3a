/** How fast one server is asked to pour: cuts what its path brings into epochs and lets the rate control judge them. */
import type { Path } from './path.ts';
import { initialRate, RateControl } from './rate-control.ts';
import type { Company } from './rivalry.ts';

/** Least length of an epoch, ms: in the start, and later. */
const SHORTEST_IN_STARTUP = 5;
const SHORTEST = 25;
/** Datagrams that an epoch waits for, up to four times its least length: in the start, and later. */
const ENOUGH_IN_STARTUP = 8;
const ENOUGH = 12;

/** What the server may come to send, as a multiple of what it sends. */
const ABOVE_SENT = 4;

export class Pace {
  readonly #path: Path;
  readonly #servers: () => number;
  readonly #company: Company | undefined;
  #control: RateControl | undefined;
  /** What came in the last epoch in which there was enough to pour, symbols per second. */
  #flow: number | undefined;
  /** SUBSCRIBE sequence (16 bits) that carries the newest rate, until the server is seen to obey it. */
  #awaited: number | undefined;
  #awaitedSince = 0;

  /** `servers` says how many are asked at present; without `company` it stays in the background. */
  constructor(path: Path, servers: () => number, company: Company | undefined) {
    this.#path = path;
    this.#servers = servers;
    this.#company = company;
  }

  /** Symbols per second to ask for. */
  get rate(): number {
    return this.#control?.rate ?? this.#initialRate;
  }

  /** Symbols per second that are to be expected. */
  get flow(): number {
    const measured = this.#flow ?? this.rate;
    // In the start more is asked for than is known to come; later the rate is what the path was seen to carry.
    const flow = this.inStartup ? measured : Math.max(measured, this.rate * (1 - this.recentLoss));
    return Math.max(1, Math.min(flow, this.most));
  }

  /** Symbols per second that the server pours at most, as others ask it too: somewhat more than of late. */
  get most(): number {
    const { apart } = this.#path;
    return apart === 0 ? Number.POSITIVE_INFINITY : (ABOVE_SENT * 1000) / apart;
  }

  get recentLoss(): number {
    return this.#control?.recentLoss ?? 0;
  }

  get inStartup(): boolean {
    return this.#control?.inStartup ?? true;
  }

  get #initialRate(): number {
    return initialRate(this.#path.smoothedRtt, this.#servers());
  }

  /** The server has answered. */
  start(now: number): void {
    if (this.#control !== undefined) return;
    this.#control = new RateControl(now, this.#initialRate, this.#company);
    this.#path.skipEpoch(now);
  }

  /** The server has fallen silent. */
  restart(now: number): void {
    this.#control?.restart(now, this.#initialRate);
  }

  /** The server has seen this SUBSCRIBE (low 16 bits of its sequence). */
  echoed(now: number, echo: number): void {
    if (this.#awaited === undefined || ((echo - this.#awaited) << 16) >> 16 < 0) return;
    // From here on the rate last asked for is in force: a clean epoch begins.
    this.#awaited = undefined;
    this.#path.skipEpoch(now);
  }

  /**
   * Closes an epoch when it is long enough. `next` is the sequence of the SUBSCRIBE that will carry the rate,
   * `interval` the pause between them, ms. Returns true when that SUBSCRIBE should not wait.
   */
  learn(now: number, next: number, interval: number): boolean {
    const control = this.#control;
    if (control === undefined) return false;
    const path = this.#path;
    const rtt = path.smoothedRtt;
    if (this.#awaited !== undefined && now - this.#awaitedSince < 3 * rtt + 4 * interval) return false;
    const shortest = control.inStartup ? Math.max(SHORTEST_IN_STARTUP, rtt / 4) : Math.max(SHORTEST, rtt);
    const enough = control.inStartup ? ENOUGH_IN_STARTUP : ENOUGH;
    const age = now - path.epochStarted;
    if (age < shortest || (path.epochDatagrams < enough && age < 4 * shortest)) return false;
    if (path.epochDatagrams === 0) {
      path.skipEpoch(now);
      return false;
    }
    const epoch = path.epoch(now, this.rate);
    if (!epoch.limited || epoch.delivered > this.flow) this.#flow = epoch.delivered;
    const before = control.rate;
    control.learn(now, rtt, path.rtt ?? rtt, epoch);
    if (!control.inStartup) {
      this.#awaited = next & 0xffff;
      this.#awaitedSince = now;
    }
    return control.rate > 1.2 * before || control.rate < 0.8 * before;
  }
}
