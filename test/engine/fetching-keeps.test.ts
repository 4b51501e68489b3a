/** What a transfer hands over to be kept, while it goes on and when it is stopped. */
import { expect, test } from 'vitest';
import type { FromCodec } from '../../core/engine/codec-messages.ts';
import type { FromNet, StoredDroplets } from '../../core/engine/messages.ts';
import { KEY, openPair, SYMBOLS } from './pair.ts';

const PROBLEM = { code: 'no-space', message: 'The disk is full.', hint: 'Make room.' } as const;
/** Droplets of blocks that are open for so long are kept, ms. */
const AFTER = 750;

/** How many droplets of each block were handed over in one go. */
function keptIn(posted: readonly FromNet[]): number[][][] {
  return posted.flatMap((message) =>
    message.type === 'droplets' ? [message.batches.map(({ block, ids }) => [block, ids.length])] : [],
  );
}

function decoded(
  block: number,
  outcome: (FromCodec & { type: 'decoded' })['outcome'],
): FromCodec & { type: 'decoded' } {
  return { type: 'decoded', key: KEY, block, outcome };
}

/** An earlier run has left all source symbols of a block. */
function whole(block: number, from = 0, to = SYMBOLS): StoredDroplets {
  const ids = Uint32Array.from({ length: to - from }, (_, i) => from + i);
  return { block, ids, payload: new Uint8Array(ids.length * 64) };
}

test('droplets of a block are kept when it is open for long, a batch at a time, and each of them once', () => {
  const { clock, fetching, fetched, begin, until } = openPair();
  begin();
  fetched.length = 0;
  fetching.tick();
  expect(keptIn(fetched)).toEqual([]);
  clock.now += AFTER;
  fetching.tick();
  const [[first]] = keptIn(fetched.splice(0));
  expect(first[1]).toBeGreaterThanOrEqual(20);
  until('more', (came) => came >= 5);
  fetching.tick();
  expect(keptIn(fetched)).toEqual([]);
  fetching.kept();
  fetching.tick();
  const [[second]] = keptIn(fetched.splice(0));
  expect(second[0]).toBe(first[0]);
  expect(second[1]).toBeGreaterThanOrEqual(5);
  expect(first[1] + second[1]).toBeLessThanOrEqual(SYMBOLS);
});

test('a transfer that is stopped hands over all droplets, however young, though some are on their way, and its slots', () => {
  const { clock, fetching, fetched, slots, begin, until } = openPair();
  const free = slots.left;
  begin();
  clock.now += AFTER;
  fetching.tick();
  until('more', (came) => came >= 5);
  fetched.length = 0;
  let ends = 0;
  fetching.stop(() => {
    ends += 1;
  });
  expect(keptIn(fetched).flat().length).toBeGreaterThan(0);
  expect({ ends, left: slots.left, hasEnded: fetching.hasEnded }).toEqual({
    ends: 1,
    left: free,
    hasEnded: true,
  });
});

test('it ends when the codec is done: a block that was right counts, and of one that was wrong nothing is kept', () => {
  const { fetching, decoder, fetched, posts, slots, step } = openPair({ stored: [whole(0), whole(1)] });
  const free = slots.left;
  fetching.prefer([0, 1]);
  step();
  expect(decoder.asked.map((message) => message.block).sort()).toEqual([0, 1]);
  posts();
  let ends = 0;
  fetching.stop(() => {
    ends += 1;
  });
  expect({ ends, posted: posts() }).toEqual({ ends: 0, posted: [] });
  fetching.decoded(decoded(0, { kind: 'written', liars: [] }));
  expect(ends).toBe(0);
  fetching.decoded(decoded(1, { kind: 'rotten' }));
  expect(fetched).toEqual([{ type: 'written', key: KEY, block: 0 }]);
  expect({ ends, left: slots.left }).toEqual({ ends: 1, left: free });
});

test('a block that was found too short after the stop keeps its droplets where they are', () => {
  const { fetching, fetched, step } = openPair({ stored: [whole(0)] });
  fetching.prefer([0]);
  step();
  let ends = 0;
  fetching.stop(() => {
    ends += 1;
  });
  fetching.decoded(decoded(0, { kind: 'short', deficit: 3, useless: [] }));
  expect(ends).toBe(1);
  expect(fetched.filter(({ type }) => type === 'written' || type === 'forget')).toEqual([]);
});

test('what an earlier run has of a block in several batches is all of it', () => {
  const { fetching, decoder, step } = openPair({
    stored: [whole(0, 0, 100), whole(0, 100, 200), whole(0, 200)],
  });
  fetching.prefer([0]);
  step();
  const [message] = decoder.asked;
  expect(message).toMatchObject({ type: 'decode', block: 0, present: new Uint8Array(SYMBOLS).fill(1) });
});

test('two blocks that cannot be written are told once, and it goes on when both can be', () => {
  const { fetching, posts, step } = openPair({ stored: [whole(0), whole(1)] });
  fetching.prefer([0, 1]);
  step();
  posts();
  for (const block of [0, 1]) fetching.decoded(decoded(block, { kind: 'stuck', problem: PROBLEM }));
  expect(posts()).toEqual(['stuck']);
  fetching.retry();
  fetching.decoded(decoded(0, { kind: 'written', liars: [] }));
  expect(posts()).toEqual(['written']);
  expect(fetching.client.waiting).toBe('resume');
  fetching.decoded(decoded(1, { kind: 'written', liars: [] }));
  expect(posts()).toEqual(['unstuck', 'written']);
});

test('who is found to have poured false droplets is banned, and the node is told', () => {
  const { fetching, fetched, sessions, begin } = openPair({ stored: [whole(1)] });
  fetching.prefer([1, 0]);
  begin();
  fetched.length = 0;
  fetching.decoded(decoded(1, { kind: 'written', liars: [sessions[0].index] }));
  fetching.pumpEvents();
  expect(fetched.map(({ type }) => type)).toEqual(['written', 'banned']);
  expect(sessions[0].state).toBe('banned');
});

test('evidence of a rotten block keeps its slot until the right block is known', () => {
  const { fetching, decoder, slots, until, load, begin } = openPair({ stored: [whole(0, 0, 100)] });
  const free = slots.left;
  const openBlocks = (): number => [...fetching.client.openBlocks()].length;
  fetching.prefer([0]);
  begin(1);
  const toDecode = (): void => {
    decoder.asked.length = 0;
    until('all of it', () => {
      load();
      return decoder.asked.some(({ block }) => block === 0);
    });
  };
  toDecode();
  // Who lied, the store or the server, is not known: the server pours it again, alone.
  fetching.decoded(decoded(0, { kind: 'rotten' }));
  toDecode();
  expect(decoder.asked.find(({ block }) => block === 0)).toHaveProperty('evidence');
  expect(slots.left).toBe(free - openBlocks() - 1);
  fetching.decoded(decoded(0, { kind: 'written', liars: [] }));
  expect(slots.left).toBe(free - openBlocks());
});

test('the name that a greeting says is told to the node', () => {
  const { fetching, posts, find, served, until } = openPair({ name: Uint8Array.of(1, 2, 3) });
  until('asked for', () => served.some(({ type }) => type === 'find'));
  find();
  until('greeted', () => fetching.client.sessions[0].hello !== undefined);
  fetching.pumpEvents();
  expect(posts()).toContain('name');
});
