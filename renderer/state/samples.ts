/**
 * The last minutes of throughput of each transfer that runs, for its chart. Bounded in time, in servers and in
 * transfers: what is kept does not grow with what is fetched.
 */
import type { TransferSnapshot } from '../../core/api.ts';

/** Samples of one transfer: two minutes, four a second. */
const CAPACITY = 480;
/** Servers with a band of their own, in the order in which they first poured; the rest share one. */
export const OWN_BANDS = 7;
/** Transfers with samples; those that ran longest ago are forgotten. */
const MAX_TRANSFERS = 64;
/** A longer silence is drawn as one, ms. */
const GAP_MS = 3_000;

/** What a chart draws: `bands[i][j]` is what band i brought at `times[j]`, useful bytes per second. */
export interface Throughput {
  /** Ms since the epoch, rising. */
  readonly times: Float64Array;
  /** One for each of `servers`, then one for all others together; their sum is the rate of the transfer. */
  readonly bands: readonly Float32Array[];
  /** Addresses of the servers with bands of their own. */
  readonly servers: readonly string[];
  readonly hasOthers: boolean;
}

/** A ring of samples of one transfer. */
export class SampleRing {
  readonly #times = new Float64Array(CAPACITY);
  readonly #bands = Array.from({ length: OWN_BANDS + 1 }, () => new Float32Array(CAPACITY));
  readonly #servers: string[] = [];
  #hasOthers = false;
  #count = 0;

  /** Adds one sample; a sample that is not later than the last one replaces it. */
  add(time: number, transfer: Pick<TransferSnapshot, 'rate' | 'servers'>): void {
    const last = this.#count === 0 ? undefined : this.#times[(this.#count - 1) % CAPACITY];
    if (last !== undefined && time <= last) this.#count--;
    else if (last !== undefined && time - last > GAP_MS) {
      this.#push(last + 1, 0, []);
      this.#push(time - 1, 0, []);
    }
    this.#push(time, transfer.rate, transfer.servers);
  }

  /** A copy in the order of time. */
  read(): Throughput {
    const length = Math.min(this.#count, CAPACITY);
    const first = this.#count - length;
    const times = new Float64Array(length);
    const own = this.#servers.length;
    const bands = Array.from({ length: own + 1 }, () => new Float32Array(length));
    for (let i = 0; i < length; i++) {
      const at = (first + i) % CAPACITY;
      times[i] = this.#times[at];
      for (let band = 0; band < own; band++) bands[band][i] = this.#bands[band][at];
      bands[own][i] = this.#bands[OWN_BANDS][at];
    }
    return { times, bands, servers: [...this.#servers], hasOthers: this.#hasOthers };
  }

  /**
   * Servers bring droplets, and only those of use count: the rates of the servers are scaled so that together they are
   * the rate of the transfer.
   */
  #push(time: number, rate: number, servers: readonly { address: string; rate: number }[]): void {
    const at = this.#count % CAPACITY;
    const before = this.#count === 0 ? undefined : (this.#count - 1) % CAPACITY;
    this.#times[at] = time;
    const brought = new Float64Array(OWN_BANDS + 1);
    let sum = 0;
    for (const { address, rate: ofServer } of servers) {
      if (ofServer <= 0) continue;
      brought[this.#bandOf(address)] += ofServer;
      sum += ofServer;
    }
    if (sum === 0 && rate > 0) {
      // A rate is of the last seconds: those who brought it may have gone.
      for (const [band, rates] of this.#bands.entries()) {
        brought[band] = before === undefined ? 0 : rates[before];
        sum += brought[band];
      }
      if (sum === 0) {
        sum = 1;
        brought[OWN_BANDS] = 1;
        this.#hasOthers = true;
      }
    }
    for (const [band, rates] of this.#bands.entries()) {
      rates[at] = sum === 0 ? 0 : (brought[band] / sum) * rate;
    }
    this.#count++;
  }

  #bandOf(address: string): number {
    const known = this.#servers.indexOf(address);
    if (known >= 0) return known;
    if (this.#servers.length < OWN_BANDS) return this.#servers.push(address) - 1;
    this.#hasOthers = true;
    return OWN_BANDS;
  }
}

/** The rings of all transfers, by key. */
export class Samples {
  /** In the order of their last samples. */
  readonly #rings = new Map<number, SampleRing>();

  /** Takes a sample of a transfer that runs, and the end of one that has just stopped. */
  see(now: number, transfer: TransferSnapshot, wasActive: boolean): void {
    const active = transfer.state === 'running' || transfer.state === 'finishing';
    if (!active && !wasActive) return;
    const ring = this.#rings.get(transfer.key) ?? new SampleRing();
    ring.add(now, active ? transfer : { rate: 0, servers: [] });
    this.#rings.delete(transfer.key);
    this.#rings.set(transfer.key, ring);
    for (const [oldest] of this.#rings) {
      if (this.#rings.size <= MAX_TRANSFERS) break;
      this.#rings.delete(oldest);
    }
  }

  of(key: number): Throughput | undefined {
    return this.#rings.get(key)?.read();
  }

  forget(key: number): void {
    this.#rings.delete(key);
  }
}
