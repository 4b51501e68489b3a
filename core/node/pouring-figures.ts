import type { ClientSnapshot, Upload } from '../api.ts';
import type { ClientStats } from '../engine/messages.ts';
import { RateMeter } from './rate-meter.ts';

interface Client {
  stats: ClientStats;
  readonly meter: RateMeter;
}

interface Resource {
  /** To clients that have left, too. */
  poured: number;
  /** By the number of the subscription. */
  readonly clients: Map<number, Client>;
}

/** How much is poured of each resource, to whom, and how fast; in wire bytes. */
export class PouringFigures {
  readonly #resources = new Map<string, Resource>();
  /** Resources with clients. */
  #busy: ReadonlySet<string> = new Set();

  /** Takes the figures of all clients there are; returns the resources of which something changed. */
  see(now: number, present: readonly ClientStats[]): ReadonlySet<string> {
    const byResource = Map.groupBy(present, ({ resource }) => resource);
    const changed = new Set([...this.#busy, ...byResource.keys()]);
    for (const id of changed) this.#seeResource(now, id, byResource.get(id) ?? []);
    this.#busy = new Set(byResource.keys());
    return changed;
  }

  of(now: number, id: string): Upload {
    const { poured = 0, clients = [] } = this.#resources.get(id) ?? {};
    const snapshots = Array.from(clients, ([, { stats, meter }]): ClientSnapshot => {
      const { address, poured } = stats;
      return { address, poured, rate: meter.rate(now) };
    });
    return { poured, rate: snapshots.reduce((sum, { rate }) => sum + rate, 0), clients: snapshots };
  }

  #seeResource(now: number, id: string, present: readonly ClientStats[]): void {
    const resource = this.#resources.get(id) ?? { poured: 0, clients: new Map<number, Client>() };
    this.#resources.set(id, resource);
    const { clients } = resource;
    for (const stats of present) {
      const client = clients.get(stats.number) ?? { stats: { ...stats, poured: 0 }, meter: new RateMeter() };
      clients.set(stats.number, client);
      resource.poured += Math.max(0, stats.poured - client.stats.poured);
      client.stats = stats;
      client.meter.see(now, stats.poured);
    }
    // Clients come and go for as long as the node runs; who is gone is forgotten.
    const here = new Set(present.flatMap(({ number, hasLeft }) => (hasLeft ? [] : number)));
    for (const number of clients.keys()) if (!here.has(number)) clients.delete(number);
  }
}
