import type { WaitingReason } from '../core/api.ts';

interface Words {
  readonly what: string;
  readonly next: string;
}

const AGAIN = 'Run the same command again to go on.';

/** What a transfer waits for, and what a person can do about it. The window has the same in its catalogues. */
export const WAITING_WORDS: Readonly<Record<WaitingReason, Words>> = {
  servers: {
    what: 'no server is known that could have it, and none was found',
    next: 'Name one with --from HOST:PORT, or take a link that names one.',
  },
  names: {
    what: 'no server was found under its name',
    next: 'Check the spelling and the network connection, or name the server by its IP address.',
  },
  answer: {
    what: 'no server answers',
    next: `Check that it is shared there now and that UDP gets through. ${AGAIN}`,
  },
  gone: {
    what: 'the servers that poured it do not answer any more',
    next: `What arrived is kept. ${AGAIN}`,
  },
  resource: {
    what: 'no server that answers has it',
    next: 'Check the link, or ask whoever sent it to share it again.',
  },
  withdrawn: {
    what: 'the servers that poured it do not have it any more',
    next: `Ask for it to be shared again; what arrived is kept. ${AGAIN}`,
  },
  place: {
    what: 'all servers that have it are full',
    next: `Try again later. ${AGAIN}`,
  },
  version: {
    what: 'the servers that answer speak another version',
    next: 'Update this program, or ask for theirs to be updated.',
  },
  willing: {
    what: 'the servers that answer refuse this client',
    next: 'Name another server with --from HOST:PORT.',
  },
  use: {
    what: 'the servers that answer pour nothing that is of use',
    next: 'Name another server with --from HOST:PORT.',
  },
  trust: {
    what: 'what servers poured is not what the link stands for, and no other pours it',
    next: 'Check the link with whoever sent it, or name a server that you trust with --from HOST:PORT.',
  },
};
