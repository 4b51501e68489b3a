/** Why a transfer waits, and why a server does not pour, as keys of the catalogue `problems`. */
import type { TransferServerSnapshot } from '../../core/api.ts';

export type Waiting = 'servers' | 'answer' | 'resource' | 'place' | 'willing' | 'trust';

/** What a transfer in state `waiting` waits for, by what its servers say: the nearest to success counts. */
export function waitingFor(servers: readonly Pick<TransferServerSnapshot, 'state'>[]): Waiting {
  const states = new Set(servers.map(({ state }) => state));
  if (states.size === 0) return 'servers';
  if (states.has('busy')) return 'place';
  if (states.has('refused')) return 'willing';
  if (states.has('banned')) return 'trust';
  if (states.has('absent')) return 'resource';
  return 'answer';
}

/** Reasons as the engine words them (core/protocol), of which the contract says no more than that they are words. */
const REASONS = {
  'does not answer': 'silent',
  'stopped answering': 'stopped',
  'has not got this resource': 'absent',
  'has no room for more clients': 'busy',
  'speaks another version': 'version',
  'refuses this client': 'refused',
  'poured droplets that are not of this resource': 'falseDroplets',
  'poured a manifest that does not belong to the id': 'falseManifest',
  'says that another manifest belongs to the id': 'otherManifest',
} as const;
export const REASON_TEXTS = Object.keys(REASONS);

type Reason = (typeof REASONS)[keyof typeof REASONS] | 'profile';

/** The key of a reason; undefined when there is none, or none that is known. */
export function reasonKey(reason: string): Reason | undefined {
  if (reason.startsWith('uses code profile ')) return 'profile';
  return Object.hasOwn(REASONS, reason) ? REASONS[reason as keyof typeof REASONS] : undefined;
}
