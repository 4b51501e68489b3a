/** When a client speaks to one server again: often enough while it pours, and not in vain while it does not answer. */
import type { Pace } from './pace.ts';
import type { Path } from './path.ts';

/** Pause between questions to a server that cannot or may not pour now, ms. */
export const ASIDE_RETRY = 1500;
/** However much of a hurry there is, it waits for so long after the one before, ms. */
const LEAST_PAUSE = 4;
/** For who says all the time that it has drained, it waits for this part of a round trip. */
const ROUND_TRIP_PARTS = 4;
/**
 * A server that pours slowly hears of its client less often, about once for so many droplets: else it would hear more
 * than it pours. The pauses, ms, stay below a third of the longest lease, so that one or two may be lost.
 */
const DROPLETS_APART = 2;
const LONGEST_PAUSE = 300;
/** To one that does not begin to pour they get rarer after so many: it may have hundreds of clients. */
const HEARTBEATS_IN_VAIN = 8;
/** First and longest pause between questions to a server that does not answer, ms, and its growth. */
const FIRST_RETRY = 150;
const RETRY_GROWTH = 1.5;
const LAST_RETRY = 600;
/** The same for one that only another server has told of: there are others, and who is gone is named for minutes. */
const LAST_RETRY_OF_TOLD = 10_000;
/** Questions to one that has answered before that are no rarer than heartbeats: a burst of loss may last for a number. */
const PERSISTENT_TRIES = 40;
/** After so many questions without an answer a server counts as silent. */
const TRIES_IN_SILENCE = 2;
/** Longest pause of a client that has nothing to order, ms, and how its pauses grow to that. */
const IDLE_PAUSE = 4000;
const IDLE_GROWTH = 1.5;

/** What becomes of a heartbeat: the server pours what is ordered; nothing is; it cannot or may not; it is silent. */
export type Standing = 'ordered' | 'idle' | 'aside' | 'silent';

export class Heartbeats {
  readonly #path: Path;
  readonly #pace: Pace;
  readonly #isTold: () => boolean;
  #dueAt: number;
  #sentAt = Number.NEGATIVE_INFINITY;
  /** Questions asked in the present silence. */
  #silentTries = 0;
  /** Heartbeats in a row for which the client had nothing to order anywhere. */
  #idleTries = 0;
  /** When the server was first asked for what is ordered, ms. */
  #firstAskedAt = Number.POSITIVE_INFINITY;

  /** The first is due at once. `isTold`: only another server has told of this one. */
  constructor(now: number, path: Path, pace: Pace, isTold: () => boolean) {
    this.#path = path;
    this.#pace = pace;
    this.#isTold = isTold;
    this.#dueAt = now;
  }

  /** When the next is due, ms. */
  get dueAt(): number {
    return this.#dueAt;
  }

  /** The next is due at `at`, ms, whatever was due. */
  setDue(at: number): void {
    this.#dueAt = at;
  }

  /** The next is due at `at`, ms, if not sooner. */
  dueBy(at: number): void {
    this.#dueAt = Math.min(this.#dueAt, at);
  }

  /** The next is due at the next opportunity. */
  hurry(now: number): void {
    this.dueBy(Math.max(now, this.#sentAt + LEAST_PAUSE));
  }

  /** The server says that it has poured all that it knows of, though more is ordered: so soon as that does not speed itself up. */
  drained(now: number): void {
    this.dueBy(
      Math.max(now + 1, this.#sentAt + Math.max(LEAST_PAUSE, (this.#path.rtt ?? 0) / ROUND_TRIP_PARTS)),
    );
  }

  /** The next one asks for something. */
  asking(now: number): void {
    this.#firstAskedAt = Math.min(this.#firstAskedAt, now);
  }

  /** One is sent. `isIdle`: the client has ordered nothing from anybody. `isKnown`: this server has answered before. */
  sent(now: number, standing: Standing, isIdle: boolean, isKnown: boolean): void {
    this.#sentAt = now;
    this.#idleTries = isIdle ? this.#idleTries + 1 : 0;
    this.#dueAt = now + this.#pauseAfter(now, standing, isKnown);
    if (standing === 'silent') this.#silentTries++;
  }

  /** The server was heard, or begins to be silent only now. */
  heard(): void {
    this.#silentTries = 0;
  }

  /** It has not answered for longer than by chance. */
  get isUnanswered(): boolean {
    return this.#silentTries > TRIES_IN_SILENCE;
  }

  /** Pause between two, ms. */
  get interval(): number {
    return Math.min(40, Math.max(5, (this.#path.rtt ?? 40) / (this.#pace.inStartup ? 5 : 2)));
  }

  /** The same to a server that pours, ms: longer where few droplets come meanwhile. */
  get pauseWhilePouring(): number {
    return Math.max(this.interval, Math.min(LONGEST_PAUSE, DROPLETS_APART * this.#path.apart));
  }

  /** The same to one that is asked for what is ordered, ms. */
  pauseWhileAsked(now: number): number {
    if (this.#path.apart > 0) return this.pauseWhilePouring;
    const inVainFor = now - this.#firstAskedAt;
    return Math.max(this.interval, Math.min(LONGEST_PAUSE, inVainFor / HEARTBEATS_IN_VAIN));
  }

  #pauseAfter(now: number, standing: Standing, isKnown: boolean): number {
    switch (standing) {
      case 'ordered':
        return this.pauseWhileAsked(now);
      case 'idle':
        return Math.min(
          IDLE_PAUSE,
          Math.min(200, 5 * this.interval) * IDLE_GROWTH ** Math.min(12, Math.max(0, this.#idleTries - 1)),
        );
      case 'aside':
        return ASIDE_RETRY;
      case 'silent': {
        const tries = this.#silentTries - (isKnown ? PERSISTENT_TRIES : 0);
        if (tries < 0) return this.pauseWhileAsked(now);
        const longest = this.#isTold() ? LAST_RETRY_OF_TOLD : LAST_RETRY;
        return Math.min(longest, FIRST_RETRY * RETRY_GROWTH ** Math.min(12, tries));
      }
    }
  }
}
