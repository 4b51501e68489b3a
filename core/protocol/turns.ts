/**
 * Whose datagram is the next. Hosts share a server that is at its limit by symbols (start-time fair queueing, Goyal, Vin
 * and Cheng 1996), and the subscriptions of a host take turns in what is the host's. So nobody waits behind a fast one,
 * and who subscribes many times, or takes larger datagrams, gets no more than any other. A datagram costs O(log n) of n
 * subscriptions, and one that is not due yet costs nothing.
 */
import { Heap, type Placed } from './heap.ts';
import type { Pouring } from './pouring.ts';

/** What one host is poured. */
interface Line extends Placed {
  subscriptions: number;
  /** Subscriptions that are due, in the order of their turns. */
  readonly due: Pouring[];
  /** Up to where on the common scale its symbols have been counted. */
  spent: number;
  /** Its turn among those that have spent as much. */
  turn: number;
}

export class Turns {
  /** All that are subscribed: what was poured counts, though nothing is ordered for a moment. */
  readonly #lines = new Map<string, Line>();
  /** With something to pour later. */
  readonly #asleep = new Heap<Pouring>((a, b) => a.due < b.due);
  /** With something to pour now. */
  readonly #awake = new Heap<Line>((a, b) => a.spent < b.spent || (a.spent === b.spent && a.turn < b.turn));
  /** With something to pour that is not here yet. */
  readonly #waiting = new Set<Pouring>();
  #turn = 0;
  /** Symbols that everybody has been poured who wanted them; who wanted less does not save it up. */
  #level = 0;

  /** Subscriptions of a host. */
  of(host: string): number {
    return this.#lines.get(host)?.subscriptions ?? 0;
  }

  subscribed({ host }: Pouring): void {
    const line = this.#lines.get(host) ?? { subscriptions: 0, due: [], spent: 0, turn: 0, place: -1 };
    line.subscriptions++;
    this.#lines.set(host, line);
  }

  ended(pouring: Pouring): void {
    const line = this.#lines.get(pouring.host);
    if (line === undefined) return;
    this.rest(pouring);
    if (--line.subscriptions === 0) this.#lines.delete(pouring.host);
  }

  /** It has something to pour, from when it is due on. To be said again when it is due sooner. */
  enter(pouring: Pouring): void {
    if (this.#waiting.has(pouring) || this.#lines.get(pouring.host)?.due.includes(pouring)) return;
    this.#asleep.put(pouring);
  }

  /** It has nothing to pour. */
  rest(pouring: Pouring): void {
    this.#asleep.remove(pouring);
    this.#waiting.delete(pouring);
    const line = this.#lines.get(pouring.host);
    const at = line?.due.indexOf(pouring) ?? -1;
    if (line === undefined || at < 0) return;
    line.due.splice(at, 1);
    if (line.due.length === 0) this.#awake.remove(line);
  }

  /** What it would pour next is not here. */
  wait(pouring: Pouring): void {
    this.rest(pouring);
    this.#waiting.add(pouring);
  }

  /** Something of a resource is here now that was waited for. */
  handleReady(resource: string): void {
    for (const pouring of this.#waiting) {
      if (pouring.resource !== resource) continue;
      this.#waiting.delete(pouring);
      this.#asleep.put(pouring);
    }
  }

  /** When the next one is due, ms; Infinity: nobody has anything to pour. */
  get soonest(): number {
    return (this.#awake.first?.due[0] ?? this.#asleep.first)?.due ?? Number.POSITIVE_INFINITY;
  }

  /**
   * Has `pour` tried, in turn, on those that are due, until it pours: it returns the symbols. Who gets 0 rests. Returns
   * whether it poured.
   */
  take(now: number, pour: (pouring: Pouring) => number): boolean {
    this.#wake(now);
    for (let line = this.#awake.first; line !== undefined; line = this.#awake.first) {
      const pouring = line.due.shift();
      const symbols = pouring === undefined ? 0 : pour(pouring);
      if (symbols > 0) {
        this.#level = line.spent;
        line.spent += symbols;
        line.turn = this.#turn++;
      }
      if (line.due.length > 0) this.#awake.put(line);
      else this.#awake.remove(line);
      if (symbols === 0) continue;
      if (pouring?.hasWork()) this.#asleep.put(pouring);
      return true;
    }
    return false;
  }

  #wake(now: number): void {
    for (;;) {
      const pouring = this.#asleep.first;
      if (pouring === undefined || pouring.due > now) return;
      this.#asleep.remove(pouring);
      const line = this.#lines.get(pouring.host);
      if (line === undefined) continue;
      line.due.push(pouring);
      if (line.due.length > 1) continue;
      line.spent = Math.max(line.spent, this.#level);
      line.turn = this.#turn++;
      this.#awake.put(line);
    }
  }
}
