/** Shares a download limit out over the servers that pour, so that what a slow one leaves goes to the others. */
import { PACKET_OVERHEAD } from './udp.ts';

/** A server that can be asked for less. */
export interface Limited {
  /** UDP payload bytes received so far. */
  readonly bytes: number;
  /** Most that it is asked for, symbols per second. */
  ceiling: number;
  readonly live: boolean;
}

/** Below this part of its share a server is limited by something else. */
const SATISFIED = 0.8;
/** Room to grow for those. */
const HEADROOM = 1.25;

export class DownloadLimit {
  #limit = Number.POSITIVE_INFINITY;
  readonly #seen = new WeakMap<Limited, number>();
  #at = 0;

  /** Wire bytes per second. */
  set(limit: number): void {
    this.#limit = limit;
  }

  /** Sets the ceilings; called a few times a second. */
  apply(now: number, servers: readonly Limited[], symbolSize: number): void {
    const seconds = Math.max(0.05, (now - this.#at) / 1000);
    this.#at = now;
    const live = servers.filter((server) => server.live);
    const rates = live.map((server) => {
      const rate = (server.bytes - (this.#seen.get(server) ?? server.bytes)) / seconds;
      this.#seen.set(server, server.bytes);
      return rate;
    });
    const wireBytes = symbolSize + 32 + PACKET_OVERHEAD;
    const shares = share(this.#limit, rates);
    live.forEach((server, i) => {
      server.ceiling = shares[i] / wireBytes;
    });
    for (const server of servers)
      if (!server.live) server.ceiling = this.#limit / wireBytes / (live.length + 1);
  }
}

/** Max-min fair shares of a limit for servers that now pour at these rates, bytes per second. */
export function share(limit: number, rates: readonly number[]): number[] {
  const shares = rates.map(() => limit / Math.max(1, rates.length));
  if (!Number.isFinite(limit)) return shares;
  const slow = rates.map((rate, i) => rate < SATISFIED * shares[i]);
  const hungry = slow.filter((isSlow) => !isSlow).length;
  if (hungry === 0) return shares;
  const taken = rates.reduce((sum, rate, i) => sum + (slow[i] ? rate * HEADROOM : 0), 0);
  return rates.map((rate, i) =>
    slow[i] ? rate * HEADROOM + limit / 20 / rates.length : (limit - taken) / hungry,
  );
}
