/** One transfer in the network thread, and what its codec has to say. */
import { MessageChannel } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import { SLOT_BYTES } from '../../core/engine/arena.ts';
import { Fetching } from '../../core/engine/fetching.ts';
import type { FromNet } from '../../core/engine/messages.ts';
import { Slots } from '../../core/engine/slots.ts';
import { FROM_STORE } from '../../core/protocol/open-block.ts';
import { seeded } from '../../core/protocol/random.ts';

const KEY = 1;
const SYMBOL = 64;
const PROBLEM = { code: 'no-space', message: 'The disk is full.', hint: 'Make room.' } as const;

/** A transfer of two blocks, of which an earlier run has all droplets: both are with the codec. */
function open() {
  const { port1 } = new MessageChannel();
  onTestFinished(() => port1.close());
  const posted: FromNet[] = [];
  const stored = [0, 1].map((block) => ({
    block,
    ids: Uint32Array.from([0, 1, 2, 3]),
    payload: new Uint8Array(4 * SYMBOL),
  }));
  const layout = { length: 8 * SYMBOL, symbolSize: SYMBOL, symbolsPerBlock: 4 };
  const fetching = new Fetching(
    {
      key: KEY,
      resource: '0123456789abcdef',
      codec: 0,
      servers: [{ address: '192.0.2.1:1980', found: 'asked' }],
      content: { layout, verified: new Uint8Array(1), stored },
      serves: false,
      background: false,
    },
    port1,
    2,
    {
      memory: new Uint8Array(2 * SLOT_BYTES),
      slots: new Slots([0, SLOT_BYTES]),
      random: seeded(1),
      now: () => 1000,
      post: (message) => void posted.push(message),
      maxDatagram: () => 1184,
      register: () => undefined,
    },
  );
  fetching.prefer([0, 1]);
  fetching.client.pollTransmit(1000);
  const decoded = (block: number, outcome: Parameters<Fetching['decoded']>[0]['outcome']): void =>
    fetching.decoded({ type: 'decoded', key: KEY, block, outcome });
  const posts = (): string[] => posted.splice(0).map(({ type }) => type);
  return { fetching, decoded, posts };
}

test('a block that cannot be written holds the transfer up until it can', () => {
  const { fetching, decoded, posts } = open();
  decoded(0, { kind: 'stuck', problem: PROBLEM });
  expect(posts()).toEqual(['stuck']);
  expect(fetching.client.waiting).toBe('resume');
  fetching.retry();
  decoded(0, { kind: 'written', liars: [] });
  expect(posts()).toEqual(['unstuck', 'written']);
  expect(fetching.client.waiting).not.toBe('resume');
});

test('it goes on, too, when the block has meanwhile lost what a liar had put into it', () => {
  const { fetching, decoded, posts } = open();
  decoded(0, { kind: 'stuck', problem: PROBLEM });
  decoded(1, { kind: 'written', liars: [FROM_STORE] });
  posts();
  fetching.retry();
  decoded(0, { kind: 'short', deficit: 4, useless: [] });
  expect(posts()).toEqual(['unstuck']);
  expect(fetching.client.waiting).not.toBe('resume');
});
