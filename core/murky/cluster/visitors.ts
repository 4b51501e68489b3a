/**
 * Nodes that call this one: who may, that nothing they say is heard twice, and that nothing said to others, by others
 * or before counts. A visit begins with a request whose cookie and seal are good; until then nothing is kept.
 */
import type { Random } from '../../protocol/random.ts';
import { compareBytes } from '../record.ts';
import { Cookies, stampOf } from './cookies.ts';
import { type Hello, KIND_WELCOME, type Request, writeDatagram } from './datagram.ts';
import type { ClusterKey, Seal } from './key.ts';
import { MAX_VISITORS, VISIT } from './limits.ts';

/** Requests may overtake each other by this many. */
const WINDOW = 32;

interface Visit {
  readonly address: string;
  readonly cookie: Uint8Array;
  readonly seal: Seal;
  /** The greatest counter heard, and a bit for each of the 32 up to it that was heard: bit 0 for itself. */
  highest: number;
  heard: number;
  until: number;
}

/** Why a request does not count. */
export type Rejection = 'forged' | 'replayed';

export class Visitors {
  readonly #own: string;
  readonly #key: ClusterKey;
  readonly #cookies: Cookies;
  /** By id of the caller; the least recently heard first. */
  readonly #visits = new Map<string, Visit>();
  /** Number of the newest cookie of a visit that has been forgotten: none up to it begins a visit. */
  #floor = 0;

  constructor(own: string, key: ClusterKey, random: Random) {
    this.#own = own;
    this.#key = key;
    this.#cookies = new Cookies(random);
  }

  /** The answer to a greeting, which leaves no trace here. `time`: wall clock, ms since 1970. */
  welcome(now: number, address: string, { caller, nonce }: Hello, time: number): Uint8Array {
    const cookie = this.#cookies.make(now, address, caller, nonce);
    const called = this.#own;
    return this.#key.greetings.close(
      writeDatagram({ kind: KIND_WELCOME, called, caller, nonce, cookie, time }),
    );
  }

  /** The seal for the answer, if `request`, which came as `bytes`, is to be answered. */
  admit(now: number, address: string, request: Request, bytes: Uint8Array): Seal | Rejection {
    const known = this.#visits.get(request.caller);
    const same = known !== undefined && compareBytes(known.cookie, request.cookie) === 0;
    const visit = same ? known : this.#begin(now, address, request);
    if (visit === undefined || visit.address !== address || !visit.seal.holds(bytes)) return 'forged';
    if (!same && !this.#isNewest(request.cookie, known)) return 'replayed';
    if (!take(visit, request.counter)) return 'replayed';
    visit.until = now + VISIT;
    this.#visits.delete(request.caller);
    this.#visits.set(request.caller, visit);
    if (this.#visits.size > MAX_VISITORS) this.#forgetFirst();
    return visit.seal;
  }

  expire(now: number): void {
    for (const [, { until }] of this.#visits) {
      if (until > now) return;
      this.#forgetFirst();
    }
  }

  nextTime(): number {
    for (const { until } of this.#visits.values()) return until;
    return Number.POSITIVE_INFINITY;
  }

  #begin(now: number, address: string, { caller, nonce, cookie }: Request): Visit | undefined {
    if (!this.#cookies.isGood(now, address, caller, nonce, cookie)) return undefined;
    const seal = this.#key.session(caller, this.#own, nonce, cookie);
    return { address, cookie, seal, highest: 0, heard: 0, until: 0 };
  }

  #isNewest(cookie: Uint8Array, known: Visit | undefined): boolean {
    const stamp = stampOf(cookie);
    return stamp > this.#floor && (known === undefined || stamp > stampOf(known.cookie));
  }

  #forgetFirst(): void {
    for (const [caller, { cookie }] of this.#visits) {
      this.#floor = Math.max(this.#floor, stampOf(cookie));
      this.#visits.delete(caller);
      return;
    }
  }
}

/** Whether a counter is heard for the first time (RFC 4303, section 3.4.3). */
function take(visit: Visit, counter: number): boolean {
  const ahead = counter - visit.highest;
  if (ahead > 0) {
    visit.heard = ahead < WINDOW ? (visit.heard << ahead) | 1 : 1;
    visit.highest = counter;
    return true;
  }
  if (-ahead >= WINDOW || (visit.heard & (1 << -ahead)) !== 0) return false;
  visit.heard |= 1 << -ahead;
  return true;
}
