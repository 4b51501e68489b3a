/** UNSUBSCRIBE, said a few times over, since nobody answers it. */
import type { Session } from './session.ts';
import type { Transmission } from './transmission.ts';

/** When it is said again, in round trips after the first time, and the longest round trip to wait for, ms. */
const REPEATS = [0, 1, 3];
const LONGEST_WAIT = 500;

interface Farewell extends Transmission {
  readonly at: number;
}

export class Farewells {
  #due: Farewell[] = [];

  get empty(): boolean {
    return this.#due.length === 0;
  }

  /** When the next one is due, ms. */
  get timeout(): number {
    return this.#due[0]?.at ?? Number.POSITIVE_INFINITY;
  }

  /** Takes leave of all; `serves`: this node has all of the resource now and serves it. */
  say(now: number, sessions: readonly Session[], serves: boolean): void {
    for (const session of sessions) {
      session.cancelAll();
      if (!isHeard(session)) continue;
      const bytes = session.unsubscribe(serves);
      for (const roundTrips of REPEATS) {
        const at = now + roundTrips * Math.min(LONGEST_WAIT, session.path.smoothedRtt);
        this.#due.push({ at, address: session.address, bytes });
      }
    }
    this.#due.sort((a, b) => a.at - b.at);
  }

  /** Takes leave of one that is to pour no more. */
  sayTo(now: number, session: Session): void {
    this.#due.unshift({ at: now, address: session.address, bytes: session.unsubscribe(false) });
  }

  /** All of them are due: the process is about to end. */
  hasten(): void {
    this.#due = this.#due.map((farewell) => ({ ...farewell, at: Number.NEGATIVE_INFINITY }));
  }

  /** Takes back what has not been said: the transfer goes on. */
  clear(): void {
    this.#due = [];
  }

  poll(now: number): Transmission | undefined {
    return this.timeout <= now ? this.#due.shift() : undefined;
  }
}

/** Takes back, as soon as it is said, that this node serves what it has fetched of these. */
export function withdrawals(sessions: readonly Session[]): Transmission[] {
  return sessions
    .filter(isHeard)
    .map((session) => ({ address: session.address, bytes: session.unsubscribe(false) }));
}

/** Whether the server listens to what is said to it at the end. */
function isHeard({ validated, state }: Session): boolean {
  return validated && state !== 'banned';
}
