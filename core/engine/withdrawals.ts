/** What is to be said to servers when this node serves no more what it fetched from them. */
import type { Transmission } from '../protocol/transmission.ts';

/** Servers name a node for ten minutes after they were told that it serves: later there is nothing to take back, ms. */
const LIFE = 600_000;

export class Withdrawals {
  readonly #kept = new Map<string, { readonly until: number; readonly said: readonly Transmission[] }>();

  /** Servers have been told that a resource is served here. */
  keep(now: number, resource: string, said: readonly Transmission[]): void {
    for (const [other, { until }] of this.#kept) if (until <= now) this.#kept.delete(other);
    if (said.length > 0) this.#kept.set(resource, { until: now + LIFE, said });
  }

  /** What is to be sent since a resource is not served any more. */
  take(resource: string): readonly Transmission[] {
    const said = this.#kept.get(resource)?.said ?? [];
    this.#kept.delete(resource);
    return said;
  }

  /** What is to be sent since nothing is. */
  takeAll(): readonly Transmission[] {
    return [...this.#kept.keys()].flatMap((resource) => this.take(resource));
  }
}
