/** What a server is to a client, and why, in words for people. */
import type { SorryReason } from '../wire/datagram.ts';

/**
 * `silent`: does not answer (yet); `absent`, `busy`, `refused`: says so, or is set aside, and is asked again now
 * and then; `idle`: ready to pour; `banned`: lied.
 */
export type SessionState = 'silent' | 'absent' | 'busy' | 'refused' | 'pouring' | 'idle' | 'banned';

export const SORRY_TEXT: Readonly<Record<SorryReason, string>> = {
  absent: 'has not got this resource',
  busy: 'has no room for more clients',
  version: 'speaks another version',
  refused: 'refuses this client',
};
