/** Servers that only another one has told of. */
import type { Session } from './session.ts';

/**
 * Asked at once. Each server tells of 16, and those of more: a client that asked them all would say more in heartbeats
 * than it is poured (docs/scale.md).
 */
const MAX_TOLD = 8;
/** Where `addServer` is said to have found them. */
const TOLD = 'server';

/** Whether one that was found there is not to be asked, as there are enough that are not known to be gone. */
export function isOneTooMany(found: string, sessions: readonly Session[]): boolean {
  return found === TOLD && sessions.filter(isToldAndThere).length >= MAX_TOLD;
}

function isToldAndThere({ found, reason }: Session): boolean {
  return found === TOLD && reason !== 'silent' && reason !== 'stopped';
}
