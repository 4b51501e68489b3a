/**
 * Whose datagram is the next. Hosts share a server that is at its limit by symbols (start-time fair queueing, Goyal, Vin
 * and Cheng 1996), and the subscriptions of a host take turns in what is the host's. So nobody waits behind a fast one,
 * and who subscribes many times, or takes larger datagrams, gets no more than any other.
 */
import type { Pouring } from './pouring.ts';

/** What one host is poured. */
interface Line {
  subscriptions: number;
  /** Subscriptions with something to pour. */
  readonly pourings: Pouring[];
  /** Which of them is the next. */
  next: number;
  /** Up to where on the common scale its symbols have been counted. */
  spent: number;
  /** The search in which nothing came of it. */
  passed: number;
}

export class Turns {
  /** All that are subscribed: what was poured counts, though nothing is ordered for a moment. */
  readonly #lines = new Map<string, Line>();
  /** Those with something to pour, in the order of their turns. */
  readonly #ring: Line[] = [];
  #turn = 0;
  /** Symbols that everybody has been poured who wanted them; who wanted less does not save it up. */
  #level = 0;
  #search = 0;

  /** Subscriptions of a host. */
  of(host: string): number {
    return this.#lines.get(host)?.subscriptions ?? 0;
  }

  subscribed({ host }: Pouring): void {
    const line = this.#lines.get(host) ?? newLine();
    line.subscriptions++;
    this.#lines.set(host, line);
  }

  ended(pouring: Pouring): void {
    const line = this.#lines.get(pouring.host);
    if (line === undefined) return;
    this.rest(pouring);
    if (--line.subscriptions === 0) this.#lines.delete(pouring.host);
  }

  /** It has something to pour, and its turn from now on. Again: nothing happens. */
  enter(pouring: Pouring): void {
    const line = this.#lines.get(pouring.host);
    if (line === undefined || line.pourings.includes(pouring)) return;
    if (line.pourings.length === 0) this.#ring.push(line);
    line.pourings.push(pouring);
  }

  /** It has nothing to pour. */
  rest(pouring: Pouring): void {
    const line = this.#lines.get(pouring.host);
    const at = line?.pourings.indexOf(pouring) ?? -1;
    if (line === undefined || at < 0) return;
    line.pourings.splice(at, 1);
    if (line.next > at) line.next--;
    if (line.pourings.length > 0) return;
    const place = this.#ring.indexOf(line);
    this.#ring.splice(place, 1);
    if (this.#turn > place) this.#turn--;
  }

  /** Those with something to pour. */
  *[Symbol.iterator](): Generator<Pouring> {
    for (const { pourings } of this.#ring) yield* pourings;
  }

  /**
   * Has `pour` tried, in turn, on those that are due, until it pours: it returns the symbols, 0 for none. Returns
   * whether it did. `pour` may have the one it is called with rest.
   */
  take(now: number, pour: (pouring: Pouring) => number): boolean {
    this.#search++;
    for (let line = this.#next(now); line !== undefined; line = this.#next(now)) {
      const symbols = takeOf(line, now, pour);
      if (symbols > 0) {
        this.#level = Math.max(this.#level, line.spent);
        line.spent = this.#level + symbols;
        return true;
      }
      line.passed = this.#search;
    }
    return false;
  }

  /** Of the lines with something that is due the one that has been poured least; in turn where it is the same. */
  #next(now: number): Line | undefined {
    let best: Line | undefined;
    let bestAt = 0;
    const count = this.#ring.length;
    for (let i = 0; i < count; i++) {
      const at = (this.#turn + i) % count;
      const line = this.#ring[at];
      if (line.passed === this.#search || !hasDue(line, now)) continue;
      if (best !== undefined && Math.max(this.#level, line.spent) >= best.spent) continue;
      best = line;
      bestAt = at;
      if (line.spent <= this.#level) break;
    }
    this.#turn = bestAt + 1;
    return best;
  }
}

function newLine(): Line {
  return { subscriptions: 0, pourings: [], next: 0, spent: 0, passed: 0 };
}

function hasDue({ pourings }: Line, now: number): boolean {
  for (const pouring of pourings) if (isDue(now, pouring)) return true;
  return false;
}

function takeOf(line: Line, now: number, pour: (pouring: Pouring) => number): number {
  const { pourings } = line;
  for (let left = pourings.length; left > 0 && pourings.length > 0; left--) {
    if (line.next >= pourings.length) line.next = 0;
    const pouring = pourings[line.next++];
    const symbols = isDue(now, pouring) ? pour(pouring) : 0;
    if (symbols > 0) return symbols;
  }
  return 0;
}

function isDue(now: number, { due, waiting }: Pouring): boolean {
  return due <= now && !waiting;
}
