import type { NodeEvent, NodeSnapshot } from '../api.ts';
import { RateMeter } from './rate-meter.ts';

/** The wire does not come in blocks: what has not moved for this long, ms, stands still. */
const MEMORY = 3000;
/** How often rates are told at most, ms. */
const TELL_EVERY = 1000;

/** What goes over the wire, all shares and transfers together, bytes. */
export class Traffic {
  readonly #up = new RateMeter(MEMORY);
  readonly #down = new RateMeter(MEMORY);
  #poured = 0;
  #received = 0;
  #toldAt = Number.NEGATIVE_INFINITY;
  #toldMoving = false;

  /** Takes totals, a few times a second; returns the event that is due. */
  see(now: number, poured: number, received: number): NodeEvent | undefined {
    this.#poured = poured;
    this.#received = received;
    this.#up.see(now, poured);
    this.#down.see(now, received);
    const { rateUp, rateDown } = this.figures(now);
    const isMoving = rateUp > 0 || rateDown > 0;
    // Once more when it has come to rest.
    if (now - this.#toldAt < TELL_EVERY || (!isMoving && !this.#toldMoving)) return undefined;
    this.#toldAt = now;
    this.#toldMoving = isMoving;
    return { type: 'rates', rateUp, rateDown };
  }

  figures(now: number): Pick<NodeSnapshot, 'poured' | 'received' | 'rateUp' | 'rateDown'> {
    return {
      poured: this.#poured,
      received: this.#received,
      rateUp: this.#up.rate(now),
      rateDown: this.#down.rate(now),
    };
  }
}
