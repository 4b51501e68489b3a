import type { KnownServer } from '../api.ts';

/** What the last look at a server found; nothing when it was not looked at. */
export type Reachable = Pick<KnownServer, 'reachable' | 'rttMs'>;

export interface ReachabilityHost {
  /** Literals of a `host:port`. Rejects when there are none. */
  resolve(address: string): Promise<readonly string[]>;
  /** Round trip to each literal, ms; undefined: no answer. Rejects with Failure. */
  ask(addresses: readonly string[]): Promise<readonly (number | undefined)[]>;
}

/** Which servers answered when they were last asked whether they are there. */
export class Reachability {
  readonly #found = new Map<string, Reachable>();

  of(address: string): Reachable {
    return this.#found.get(address) ?? {};
  }

  /** A server that is not known any more. */
  forget(address: string): void {
    this.#found.delete(address);
  }

  /** Asks each server under all its addresses; returns those that answered under any. Rejects with Failure. */
  async check(servers: readonly string[], host: ReachabilityHost): Promise<string[]> {
    const literals = await Promise.all(
      servers.map((server) => host.resolve(server).catch((): readonly string[] => [])),
    );
    const asked = [...new Set(literals.flat())];
    const rtts = new Map((await host.ask(asked)).map((rtt, i) => [asked[i], rtt]));
    for (const [i, server] of servers.entries()) {
      const answered = literals[i].flatMap((literal) => rtts.get(literal) ?? []);
      const reachable = answered.length > 0;
      this.#found.set(server, { reachable, ...(reachable && { rttMs: Math.min(...answered) }) });
    }
    return servers.filter((server) => this.#found.get(server)?.reachable);
  }
}
