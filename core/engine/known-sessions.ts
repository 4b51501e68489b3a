/** Which session a datagram belongs to, by the token that it carries. */
import type { Session } from '../protocol/session.ts';
import type { Fetching } from './fetching.ts';

export interface KnownSession {
  readonly session: Session;
  readonly fetching: Fetching;
}

export class KnownSessions {
  readonly #byToken = new Map<number, KnownSession>();
  /** The one that was looked for last. */
  #last: KnownSession | undefined;

  add(session: Session, fetching: Fetching): void {
    this.#byToken.set(keyOf(session.token.high, session.token.low), { session, fetching });
  }

  /** Whom a token belongs to: mostly it is that of the datagram before. */
  find(high: number, low: number): KnownSession | undefined {
    const last = this.#last;
    if (last?.session.token.low === low && last.session.token.high === high) return last;
    const known = this.#byToken.get(keyOf(high, low));
    if (known?.session.token.high !== high) return undefined;
    this.#last = known;
    return known;
  }

  forget(sessions: readonly Session[]): void {
    this.#last = undefined;
    for (const { token } of sessions) this.#byToken.delete(keyOf(token.high, token.low));
  }
}

/** 53 bits of a token, as the key of a map; the rest is compared. */
function keyOf(high: number, low: number): number {
  return (high & 0x1f_ffff) * 0x1_0000_0000 + low;
}
