/**
 * Subscriptions to resources of which the node has yet to say whether it has them. They are taken again when it has
 * answered: their clients would ask again only when they think that the first question was lost.
 */
import type { ControlDatagram } from '../wire/datagram.ts';

export interface Asker {
  readonly address: string;
  /** When the question came, ms, by the clock of the protocol. */
  readonly askedAt: number;
  readonly datagram: ControlDatagram;
}

/** Kept in all. They come from addresses that have shown that they receive there; the others ask again. */
const MOST = 256;

export class FirstAskers {
  readonly #waiting = new Map<string, Asker[]>();
  #count = 0;

  wait(resource: string, asker: Asker): void {
    if (this.#count >= MOST) return;
    const others = this.#waiting.get(resource) ?? [];
    // A client that asks again has changed its mind.
    const same = others.findIndex(({ address }) => address === asker.address);
    if (same >= 0) others[same] = asker;
    else {
      others.push(asker);
      this.#count++;
    }
    this.#waiting.set(resource, others);
  }

  /** Those who wait for a resource, who then do so no longer. */
  take(resource: string): readonly Asker[] {
    const askers = this.#waiting.get(resource) ?? [];
    this.#waiting.delete(resource);
    this.#count -= askers.length;
    return askers;
  }
}
