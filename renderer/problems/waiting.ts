/** Why a transfer waits, as keys of the catalogue `problems`. */
import type { TransferServerSnapshot } from '../../core/api.ts';

export type Waiting = 'servers' | 'answer' | 'resource' | 'place' | 'willing' | 'use' | 'trust';

/** What a transfer in state `waiting` waits for, by what its servers say: the nearest to success counts. */
export function waitingFor(servers: readonly Pick<TransferServerSnapshot, 'state'>[]): Waiting {
  const states = new Set(servers.map(({ state }) => state));
  if (states.size === 0) return 'servers';
  // Those that answer pour nothing that was ordered, or the transfer would not wait.
  if (states.has('pouring') || states.has('idle')) return 'use';
  if (states.has('busy')) return 'place';
  if (states.has('refused')) return 'willing';
  if (states.has('banned')) return 'trust';
  if (states.has('absent')) return 'resource';
  return 'answer';
}
