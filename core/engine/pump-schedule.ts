/**
 * When the network thread does what there is to do: once for all that happens in a turn of the event loop, not before
 * all that has arrived is read, and when something is due.
 */
import { Alarm } from './alarm.ts';

/** Turns of the event loop that wait for datagrams that may not have been read yet. */
const READING_TURNS = 16;

export interface Pumped {
  /** The clock that `pump` speaks of, ms. */
  now(): number;
  /** When so many datagrams came in one turn of the event loop, more may be waiting. */
  readAtOnce(): number;
  /** Does what there is to do; returns when there is more, ms; Infinity: not before something happens. */
  pump(): number;
}

export class PumpSchedule {
  readonly #of: Pumped;
  readonly #alarm: Alarm;
  #isQueued = false;
  /** Datagrams that came in this turn of the event loop, and turns that have been waited for the rest. */
  #inTurn = 0;
  #waited = 0;

  constructor(of: Pumped) {
    this.#of = of;
    this.#alarm = new Alarm(
      () => of.now(),
      () => this.#pump(),
    );
  }

  /** A datagram has come, whether or not there is anything to do for it. */
  count(): void {
    this.#inTurn++;
  }

  /** Something has happened: pumps in the next turn of the event loop. */
  queue(): void {
    if (this.#isQueued) return;
    this.#isQueued = true;
    setImmediate(() => this.#pumpWhenRead());
  }

  /** What is due rings no more; what is queued still comes. */
  clear(): void {
    this.#alarm.clear();
  }

  /**
   * Waits until all that has arrived is read: after this thread had no processor for a while, the first half of what
   * came meanwhile looks like a path that has become slow and late.
   */
  #pumpWhenRead(): void {
    const mayBeMore = this.#inTurn >= this.#of.readAtOnce() && this.#waited < READING_TURNS;
    this.#inTurn = 0;
    this.#waited = mayBeMore ? this.#waited + 1 : 0;
    if (mayBeMore) setImmediate(() => this.#pumpWhenRead());
    else this.#pump();
  }

  #pump(): void {
    this.#isQueued = false;
    const next = this.#of.pump();
    if (next === Number.POSITIVE_INFINITY) return;
    // What is due within a millisecond goes with the next turn.
    if (next <= this.#of.now()) this.queue();
    else this.#alarm.set(next);
  }
}
