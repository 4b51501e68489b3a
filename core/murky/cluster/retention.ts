/**
 * What time does to records. Tombstones are collected after thirty days. So a node that was away for longer may hold
 * entries that were deleted, and whose tombstones are gone: it asks before it speaks, and what it once shared and its
 * peers do not have any more, it deletes. And a record that a wrong clock put into the future is stamped anew.
 */
import type { Catalogue } from '../catalogue.ts';
import type { EntryRecord } from '../record.ts';
import type { Moment, VersionClock } from './clock.ts';
import type { KeptRecords } from './kept-records.ts';
import { MAX_AHEAD, RETENTION, RETURN_PATIENCE, SWEEP_BATCH, SWEEP_EVERY } from './limits.ts';

/** Between two sweeps while there is more to do, ms. */
const NEXT_BATCH = 1000;
/** From the start to the first sweep, so that peers can say what time it is, ms. */
const FIRST_SWEEP = 60_000;

export interface Swept {
  readonly removed: readonly EntryRecord[];
  /** Newer versions of records that nobody believes. */
  readonly restamped: readonly EntryRecord[];
}

export class Retention {
  readonly #catalogue: Catalogue;
  readonly #kept: KeptRecords;
  readonly #clock: VersionClock;
  #sweepAt: number;
  #lastContact: number | undefined;
  /** When it was in contact before it went away for too long; undefined: it was not away, or is back. */
  #leftAt: number | undefined;
  #patientUntil = Number.POSITIVE_INFINITY;
  #hasDeleted = false;

  constructor(
    at: Moment,
    lastContact: number | undefined,
    catalogue: Catalogue,
    kept: KeptRecords,
    clock: VersionClock,
  ) {
    this.#catalogue = catalogue;
    this.#kept = kept;
    this.#clock = clock;
    this.#sweepAt = at.now + FIRST_SWEEP;
    this.#lastContact = lastContact;
    // Tombstones may be collected by a clock that is an hour ahead.
    if (lastContact !== undefined && at.wall - lastContact > RETENTION - 2 * MAX_AHEAD)
      this.#leftAt = lastContact;
  }

  get lastContact(): number | undefined {
    return this.#lastContact;
  }

  get isReturning(): boolean {
    return this.#leftAt !== undefined;
  }

  /** A peer answers. When none of those that do was here all the time, nobody knows better than this node. */
  met(now: number): void {
    this.#patientUntil = Math.min(this.#patientUntil, now + RETURN_PATIENCE);
  }

  /** Whether a record that a peer lacks was deleted while this node was away: the peer, or others, had it before. */
  wasDeleted(at: Moment, { version }: EntryRecord): boolean {
    if (this.#leftAt === undefined) return false;
    const deleted =
      version.time < this.#leftAt && version.time < this.#clock.time(at) - RETENTION + 2 * MAX_AHEAD;
    if (deleted) this.#hasDeleted = true;
    return deleted;
  }

  /** A comparison with a peer came to its end. */
  compared(at: Moment, alike: boolean): void {
    // It may have found only some of what was deleted.
    if (!this.#hasDeleted) this.#leftAt = undefined;
    this.#hasDeleted = false;
    if (alike) this.#lastContact = this.#clock.time(at);
  }

  sweep(at: Moment): Swept {
    if (at.now >= this.#patientUntil) this.#leftAt = undefined;
    const nothing = { removed: [], restamped: [] };
    if (at.now < this.#sweepAt) return nothing;
    this.#sweepAt = at.now + SWEEP_EVERY;
    // By a clock that nobody bears out, tombstones would go too early, and all that is kept might be the future.
    if (this.isReturning || !this.#clock.isConfirmed(at)) return nothing;
    const time = this.#clock.time(at);
    const removed = this.#catalogue.tombstonesBefore(time - RETENTION, SWEEP_BATCH);
    for (const record of removed) this.#kept.remove(record);
    const future = this.#catalogue.writtenAfter(time + MAX_AHEAD, SWEEP_BATCH);
    const restamped = future.map((record) => ({ ...record, version: this.#clock.next(at, record) }));
    if (removed.length === SWEEP_BATCH || future.length === SWEEP_BATCH) this.#sweepAt = at.now + NEXT_BATCH;
    return { removed, restamped };
  }

  nextTime(): number {
    return Math.min(this.#sweepAt, this.isReturning ? this.#patientUntil : Number.POSITIVE_INFINITY);
  }
}
