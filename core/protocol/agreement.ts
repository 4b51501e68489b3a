/**
 * From which server the manifest is taken: from one at a time, so that a wrong one has a name. Servers that say
 * other things of the manifest wait until it is known who was right. Who has brought all of it already comes first,
 * then the shortest manifest, since it is disproved soonest: nobody can hold a transfer up with an endless one while
 * another server tells the truth.
 */
import { type Hello, MANIFEST_BLOCK } from '../wire/datagram.ts';
import type { Extents } from './extents.ts';
import type { Session } from './session.ts';

/** What the servers say of the manifest. */
export interface Terms {
  readonly manifestBytes: number;
  readonly symbolSize: number;
  readonly blockSymbols: number;
  readonly profile: number;
}

/**
 * Time for a server to pour the manifest before another one is asked, ms: this and so many round trips of the nearest
 * server, as its own may be pretended, but no more than so much; and one ms for so many bytes. With each failure it is twice as long.
 */
const GRACE = 200;
const GRACE_ROUND_TRIPS = 4;
const LONGEST_GRACE = 2000;
const BYTES_PER_MS = 100;

export class Agreement {
  readonly #sessions: readonly Session[];
  /** Whether a server has brought all of it already. */
  readonly #isReady: (session: Session) => boolean;
  /** How often a server was asked in vain. */
  readonly #failed = new Map<number, number>();
  #source: Session | undefined;
  #terms: Terms | undefined;
  #until = 0;

  constructor(sessions: readonly Session[], isReady: (session: Session) => boolean) {
    this.#sessions = sessions;
    this.#isReady = isReady;
  }

  /** The server that the manifest is taken from now. */
  get source(): Session | undefined {
    return this.#source;
  }

  /** What that server said of it when it was chosen: what it says later changes nothing. */
  get terms(): Terms | undefined {
    return this.#terms;
  }

  /** Chooses a server when there is none or a better one; true when the manifest begins anew. */
  choose(now: number): boolean {
    const present = this.#source;
    if (present?.live && now >= this.#until) {
      this.#failed.set(present.index, this.#failuresOf(present) + 1);
      this.#until = this.#deadline(now, present);
    }
    let best = present?.live ? present : undefined;
    for (const session of this.#sessions) {
      if (session.live && session.hello !== undefined && this.#isBetter(session, best)) best = session;
    }
    if (best === present || best === undefined) return false;
    if (present?.live === false) this.#failed.set(present.index, this.#failuresOf(present) + 1);
    this.#source = best;
    this.#terms = best.hello;
    this.#until = this.#deadline(now, best);
    return true;
  }

  #isBetter(session: Session, best: Session | undefined): boolean {
    if (best === undefined) return true;
    if (this.#isReady(session) !== this.#isReady(best)) return this.#isReady(session);
    const difference = this.#failuresOf(session) - this.#failuresOf(best);
    if (difference !== 0) return difference < 0;
    return bytesOf(session.hello) < bytesOf(best.hello);
  }

  #deadline(now: number, session: Session): number {
    const rtts = this.#sessions.flatMap(({ live, path }) => (live ? path.smoothedRtt : []));
    const grace = Math.min(LONGEST_GRACE, GRACE + GRACE_ROUND_TRIPS * Math.min(...rtts));
    return now + (grace + bytesOf(session.hello) / BYTES_PER_MS) * 2 ** this.#failuresOf(session);
  }

  #failuresOf(session: Session): number {
    return this.#failed.get(session.index) ?? 0;
  }
}

function bytesOf(hello: Hello | undefined): number {
  return hello?.manifestBytes ?? Number.POSITIVE_INFINITY;
}

/** Blocks of the manifest itself. */
export function manifestExtents(terms: Terms): Extents {
  const blockBytes = terms.symbolSize * terms.blockSymbols;
  const count = Math.ceil(terms.manifestBytes / blockBytes);
  const last = Math.ceil((terms.manifestBytes - (count - 1) * blockBytes) / terms.symbolSize);
  return {
    symbolSize: terms.symbolSize,
    count,
    realSymbols: (block) => (block - MANIFEST_BLOCK === count - 1 ? last : terms.blockSymbols),
  };
}
