/** What a transfer waits for. */
import type { Waiting } from './basin.ts';
import type { Session, SessionState } from './session.ts';

/** The state of a server that comes nearest to pouring says what is missing. */
const BY_STATE: readonly (readonly [SessionState, Waiting])[] = [
  ['pouring', 'nothing'],
  ['idle', 'nothing'],
  ['busy', 'place'],
  ['absent', 'resource'],
  ['silent', 'answer'],
  ['refused', 'willing'],
  ['banned', 'trust'],
];

export function waitingFor(sessions: readonly Session[], hasRoom: boolean): Waiting {
  // One that answers and pours nothing is given up and asked again in turns.
  const there = sessions.filter(({ live, barren }) => live || barren);
  if (there.length > 0 && there.every(({ barren }) => barren)) return 'use';
  for (const [state, waiting] of BY_STATE) {
    if (!sessions.some((session) => session.state === state)) continue;
    return waiting === 'nothing' && !hasRoom ? 'room' : waiting;
  }
  return 'servers';
}
