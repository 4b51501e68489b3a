import type { WaitingReason } from '../api.ts';
import type { Waiting } from '../protocol/client.ts';

/** Why a transfer in state `waiting` waits. `waiting`: by its servers; undefined: none has been looked at yet. */
export function waitingReason(waiting: Waiting = 'servers', unresolved: readonly string[]): WaitingReason {
  switch (waiting) {
    case 'nothing':
    case 'room':
    case 'resume':
    case 'servers':
      return unresolved.length > 0 ? 'names' : 'servers';
    default:
      return waiting;
  }
}
