/**
 * The clock of versions: a hybrid logical clock (Kulkarni et al. 2014), so that what a node writes is newer than all
 * it has heard of. Two rules keep clocks that are wrong by years from spoiling it. A version more than an hour ahead
 * is not believed. And a node whose clock is more than an hour off that of most nodes goes by theirs.
 */
import type { EntryRecord, Version } from '../record.ts';
import { MAX_AHEAD } from './limits.ts';

const LAST_COUNTER = 0xffff;
const LAST_TIME = 2 ** 48 - 1;

/** When something happens, by both clocks. */
export interface Moment {
  /** A clock that never jumps, ms from anywhere. */
  readonly now: number;
  /** The clock on the wall, ms since 1970; may be wrong, and jump. */
  readonly wall: number;
}

export class VersionClock {
  readonly #writer: string;
  /** For each peer that said: its wall clock when `now` was 0. */
  readonly #peers = new Map<string, number>();
  #last: Version;

  constructor(writer: string) {
    this.#writer = writer;
    this.#last = { time: 0, counter: 0, writer };
  }

  /** A peer's wall clock showed `wall` at `now`. */
  heard(now: number, peer: string, wall: number): void {
    this.#peers.set(peer, wall - now);
  }

  forget(peer: string): void {
    this.#peers.delete(peer);
  }

  /** What most clocks say, ms since 1970: the own one unless it is an hour off. */
  time(at: Moment): number {
    const offsets = [0, ...this.#offsets(at)].sort((a, b) => a - b);
    const middle = offsets.length / 2;
    // Of an even number there are two in the middle: the nearer to the own clock.
    const [low, high] = [offsets[Math.ceil(middle) - 1], offsets[Math.floor(middle)]];
    const median = Math.abs(low) < Math.abs(high) ? low : high;
    const time = Math.abs(median) > MAX_AHEAD ? at.wall + median : at.wall;
    return Math.min(Math.max(0, Math.floor(time)), LAST_TIME - MAX_AHEAD);
  }

  /** Whether a peer's clock bears it out. */
  isConfirmed(at: Moment): boolean {
    const time = this.time(at);
    return this.#offsets(at).some((offset) => Math.abs(at.wall + offset - time) <= MAX_AHEAD);
  }

  believes(at: Moment, { version }: EntryRecord): boolean {
    return version.time <= this.time(at) + MAX_AHEAD;
  }

  /** A record was kept: what is written from now on is newer. */
  saw({ version }: EntryRecord): void {
    if (isLater(version, this.#last)) this.#last = version;
  }

  /** The version of a write that replaces `current`; newer than that if that can be believed. */
  next(at: Moment, current: EntryRecord | undefined): Version {
    const time = this.time(at);
    // The last one is from the future after a clock that ran ahead was set right; it must not go on from there.
    let floor = this.#last.time > time + MAX_AHEAD ? undefined : this.#last;
    if (current !== undefined && this.believes(at, current)) {
      if (floor === undefined || isLater(current.version, floor)) floor = current.version;
    }
    this.#last = this.#after(time, floor);
    return this.#last;
  }

  #after(time: number, floor: Version | undefined): Version {
    const writer = this.#writer;
    if (floor === undefined || time > floor.time) return { time, counter: 0, writer };
    if (floor.counter < LAST_COUNTER) return { time: floor.time, counter: floor.counter + 1, writer };
    return { time: floor.time + 1, counter: 0, writer };
  }

  #offsets(at: Moment): number[] {
    return [...this.#peers.values()].map((base) => base + at.now - at.wall);
  }
}

function isLater(a: Version, b: Version): boolean {
  return a.time !== b.time ? a.time > b.time : a.counter > b.counter;
}
