/** The figures of one transfer as a host sees them, from what the network thread counts. */
import type { Found, TransferServerSnapshot, TransferSnapshot } from '../api.ts';
import type { ServerStats, TransferStats } from '../engine/messages.ts';
import { noDroplets, type Tally } from '../protocol/tally.ts';
import { RateMeter } from './rate-meter.ts';

type Counted = Pick<TransferSnapshot, 'wireBytes' | 'overhead' | 'droplets' | 'servers' | 'seconds'>;

export class TransferFigures {
  #stats: TransferStats | undefined;
  readonly #useful = new RateMeter();
  readonly #servers = new Map<string, RateMeter>();
  #startedAt: number | undefined;
  /** What was told last, as text. */
  #told = '';
  #activeMs = 0;

  /** What the network thread said last. */
  get stats(): TransferStats | undefined {
    return this.#stats;
  }

  started(now: number): void {
    this.#startedAt = now;
  }

  stopped(now: number): void {
    if (this.#startedAt !== undefined) this.#activeMs += now - this.#startedAt;
    this.#startedAt = undefined;
  }

  /**
   * Takes new figures; whether they tell anything that a person has not been told. `symbolSize`: bytes, 0 until the
   * manifest is here.
   */
  see(now: number, stats: TransferStats, verifiedBytes: number, symbolSize: number): boolean {
    const before = this.#told;
    this.#stats = stats;
    this.#useful.see(now, usefulOf(stats.tally) * symbolSize);
    for (const { address, bytes } of stats.servers) {
      const meter = this.#servers.get(address) ?? new RateMeter();
      this.#servers.set(address, meter);
      meter.see(now, bytes);
    }
    const { phase, waiting, tally, servers } = stats;
    const states = servers.map(({ address, state, reason }) => [address, state, reason]);
    this.#told = JSON.stringify([phase, waiting, tally, states, verifiedBytes]);
    return this.#told !== before || this.#isMoving(now);
  }

  /** Bytes per second of droplets that were of use: blocks, which are verified whole, would come in steps. */
  rate(now: number): number {
    return this.#useful.rate(now);
  }

  /** `needed`: droplets that this run has to fetch; while it runs, overhead is taken of those that came. */
  counted(now: number, needed: number, isDone: boolean): Counted {
    const tally = this.#stats?.tally ?? noDroplets();
    const { received } = tally;
    const base = isDone ? needed : usefulOf(tally);
    const running = this.#startedAt;
    return {
      seconds: (this.#activeMs + (running === undefined ? 0 : now - running)) / 1000,
      wireBytes: this.#stats?.wireBytes ?? 0,
      overhead: base > 0 && received > 0 ? received / base - 1 : 0,
      droplets: { needed, ...tally },
      servers: (this.#stats?.servers ?? []).map((server) => this.#server(now, server, received)),
    };
  }

  /** Rates fall for a while when nothing arrives any more. */
  #isMoving(now: number): boolean {
    return [this.#useful, ...this.#servers.values()].some((meter) => meter.rate(now) > 0);
  }

  #server(now: number, server: ServerStats, received: number): TransferServerSnapshot {
    const rate = this.#startedAt === undefined ? 0 : (this.#servers.get(server.address)?.rate(now) ?? 0);
    return {
      address: server.address,
      found: server.found as Found,
      state: server.state,
      ...(server.reason !== undefined && { reason: server.reason }),
      rate,
      droplets: server.droplets,
      bytes: server.bytes,
      share: received > 0 ? server.droplets / received : 0,
      loss: server.loss,
      ...(server.rtt !== undefined && { rttMs: server.rtt }),
    };
  }
}

/** Droplets that blocks were made of. */
function usefulOf({ source, repair, manifest, surplus }: Tally): number {
  return source + repair - manifest - surplus;
}
