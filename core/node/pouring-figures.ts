import type { ClientSnapshot } from '../api.ts';
import type { ClientStats } from '../engine/messages.ts';
import { RateMeter } from './rate-meter.ts';

/** How much is poured of each resource, to whom, and how fast; in wire bytes. */
export class PouringFigures {
  readonly #poured = new Map<string, number>();
  readonly #clients = new Map<string, { stats: ClientStats; meter: RateMeter }>();

  /** Takes the figures of all clients there are; returns the resources of which something changed. */
  see(now: number, present: readonly ClientStats[]): ReadonlySet<string> {
    const changed = new Set<string>();
    const seen = new Set<string>();
    for (const stats of present) {
      const { resource, poured } = stats;
      const id = nameOf(stats);
      seen.add(id);
      changed.add(resource);
      const client = this.#clients.get(id) ?? { stats: { ...stats, poured: 0 }, meter: new RateMeter() };
      this.#poured.set(
        resource,
        (this.#poured.get(resource) ?? 0) + Math.max(0, poured - client.stats.poured),
      );
      client.stats = stats;
      client.meter.see(now, poured);
      this.#clients.set(id, client);
    }
    // Clients come and go for as long as the node runs; who is gone is forgotten.
    for (const [id, { stats }] of this.#clients) {
      if (seen.has(id)) continue;
      changed.add(stats.resource);
      this.#clients.delete(id);
    }
    return changed;
  }

  pouredOf(resource: string): number {
    return this.#poured.get(resource) ?? 0;
  }

  clientsOf(now: number, resource: string): ClientSnapshot[] {
    return [...this.#clients.values()]
      .filter(({ stats }) => stats.resource === resource)
      .map(({ stats, meter }) => ({ address: stats.address, poured: stats.poured, rate: meter.rate(now) }));
  }
}

function nameOf({ resource, address }: ClientStats): string {
  return `${resource} ${address}`;
}
