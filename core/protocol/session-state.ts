/** What a server is to a client, and why. */
import type { SorryReason } from '../wire/datagram.ts';

/**
 * `silent`: does not answer (yet); `absent`, `busy`, `refused`: says so, or is set aside, and is asked again now
 * and then; `idle`: ready to pour; `banned`: lied.
 */
export type SessionState = 'silent' | 'absent' | 'busy' | 'refused' | 'pouring' | 'idle' | 'banned';

/** What a server is banned for, and not asked again. */
export type Offence = 'false-droplets' | 'unordered-droplets' | 'false-manifest' | 'other-manifest';

/**
 * Why it is in its state: what it said; `silent`: it has never answered, `stopped`: not any more; `profile`: it uses
 * a code profile that this node does not know.
 */
export type SessionReason = SorryReason | Offence | 'silent' | 'stopped' | 'profile';
