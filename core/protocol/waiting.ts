/** What a transfer waits for. */
import type { Waiting } from './basin.ts';
import type { Session } from './session.ts';

/** What of a server tells it. */
export type Asked = Pick<Session, 'state' | 'reason' | 'droplets' | 'live' | 'barren'>;

/** The server that comes nearest to pouring says what is missing; who has answered comes before who has not. */
const NEAREST: readonly (readonly [(server: Asked) => boolean, Waiting])[] = [
  [({ state }) => state === 'busy', 'place'],
  [({ state, droplets }) => state === 'silent' && droplets > 0, 'gone'],
  [({ state, droplets }) => state === 'absent' && droplets > 0, 'withdrawn'],
  [({ reason }) => reason === 'version' || reason === 'profile', 'version'],
  [({ state }) => state === 'refused', 'willing'],
  [({ state }) => state === 'banned', 'trust'],
  [({ state }) => state === 'absent', 'resource'],
  [({ state }) => state === 'silent', 'answer'],
];

export function waitingFor(servers: readonly Asked[], hasRoom: boolean): Waiting {
  // One that answers and pours nothing is given up and asked again in turns.
  const there = servers.filter(({ live, barren }) => live || barren);
  if (there.length > 0 && there.every(({ barren }) => barren)) return 'use';
  if (servers.some(({ live }) => live)) return hasRoom ? 'nothing' : 'room';
  for (const [fits, waiting] of NEAREST) if (servers.some(fits)) return waiting;
  return 'servers';
}
