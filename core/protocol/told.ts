/** Servers that nobody named who is to be trusted: another server told of them, or they announce themselves nearby. */
import type { PeerAddress } from '../wire/datagram.ts';
import { type Random, unit } from './random.ts';
import { isNamed, NEAR, type Session, TOLD } from './session.ts';

/**
 * Asked at once. Each server tells of 16, and those of more: a client that asked them all would say more in heartbeats
 * than it is poured (docs/scale.md).
 */
const MAX_TOLD = 8;
/** Of those nearby asked at once: each costs heartbeats, and anybody there announces as many as he likes. */
const MAX_NEAR = 32;
/** Of one server in a whole transfer: who names others without end would have a client ask whomever it likes. */
const MAX_TOLD_BY_ONE = 32;

/** Whether one that was found there is not to be asked, as there are enough that are not known to be gone. */
export function isOneTooMany(found: string, sessions: readonly Session[]): boolean {
  return !isNamed(found) && roomIn(found, sessions) <= 0;
}

/** Whom servers have told of, so that each of them is listened to, as long as it lasts and only for so long. */
export class Hearsay {
  readonly #told = new Map<Session, Set<string>>();

  /** Some of the peers that this server has not told of yet, no more than are to be asked now. */
  take(
    from: Session,
    peers: readonly PeerAddress[],
    sessions: readonly Session[],
    random: Random,
  ): PeerAddress[] {
    const told = this.#told.get(from) ?? new Set<string>();
    this.#told.set(from, told);
    const news = peers.filter((peer) => !told.has(keyOf(peer)));
    const most = Math.min(news.length, roomIn(TOLD, sessions), MAX_TOLD_BY_ONE - told.size);
    const taken: PeerAddress[] = [];
    // Any of them, for all clients hear of the same.
    while (taken.length < most) taken.push(...news.splice(Math.floor(unit(random) * news.length), 1));
    for (const peer of taken) told.add(keyOf(peer));
    return taken;
  }
}

/** How many more that were found there may be asked. */
function roomIn(found: string, sessions: readonly Session[]): number {
  const there = sessions.filter((session) => session.found === found && isThere(session));
  return (found === NEAR ? MAX_NEAR : MAX_TOLD) - there.length;
}

function isThere({ reason }: Session): boolean {
  return reason !== 'silent' && reason !== 'stopped';
}

function keyOf({ ip, port }: PeerAddress): string {
  return `${ip.join('.')}:${port}`;
}
