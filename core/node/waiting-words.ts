import type { Problem } from '../api.ts';
import type { TransferStats } from '../engine/messages.ts';
import type { Waiting } from '../protocol/client.ts';

/** Why nothing comes to a running transfer; undefined: something does. */
export function waitingProblem(stats: TransferStats | undefined): Problem | undefined {
  const { waiting = 'servers', servers = [] } = stats ?? {};
  const words = wordsFor(waiting, servers.length);
  return words && { code: waiting === 'trust' ? 'verification-failed' : 'no-servers', ...words };
}

interface Words {
  readonly message: string;
  readonly hint: string;
}

/** What a transfer waits for, and what a person can do about it; undefined: it does not wait. */
export function wordsFor(waiting: Waiting, servers: number): Words | undefined {
  const asked = servers === 1 ? 'The one server that is known' : `Of ${servers} servers that are known, none`;
  switch (waiting) {
    case 'nothing':
    case 'room':
    case 'resume':
      return undefined;
    case 'servers':
      return {
        message: 'No server is known that could have it.',
        hint: 'Name one with --from, add one to the list, or wait for one on the local network.',
      };
    case 'answer':
      return {
        message: servers === 1 ? `${asked} does not answer.` : `${asked} answers.`,
        hint: 'It goes on by itself when one does; --from names another.',
      };
    case 'resource':
      return {
        message: servers === 1 ? `${asked} has not got it.` : `${asked} that answers has got it.`,
        hint: 'Check the link, or name a server that has it with --from.',
      };
    case 'place':
      return {
        message: 'All servers that have it are full.',
        hint: 'It goes on by itself when one has room.',
      };
    case 'willing':
      return {
        message: 'The servers that have it refuse to serve this client.',
        hint: 'Another version of the program may be needed; --from names another server.',
      };
    case 'use':
      return {
        message:
          servers === 1
            ? `${asked} answers, and pours nothing that is of use.`
            : `${asked} pours anything that is of use.`,
        hint: 'It goes on by itself when one does; --from names another.',
      };
    case 'trust':
      return {
        message: 'What the servers poured is not what the link stands for, and none of it was kept.',
        hint: 'Check the link with whoever sent it, or name a server that you trust with --from.',
      };
  }
}
