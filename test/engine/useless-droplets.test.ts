/** Droplets that add nothing to the others, as a codec thread tells them apart. */
import { randomBytes } from 'node:crypto';
import { MessageChannel } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import { createArena } from '../../core/engine/arena.ts';
import { Codec } from '../../core/engine/codec.ts';
import { MANIFEST_BLOCK } from '../../core/wire/datagram.ts';

const REAL = 40;
const SYMBOL = 64;

/** What a codec makes of a block of which it has these repair droplets, and the first so many source symbols. */
function decode(source: number, ids: readonly number[], isFull: boolean) {
  const { port1 } = new MessageChannel();
  onTestFinished(() => port1.close());
  const arena = createArena(1);
  const slot = arena.fetchSlots[0];
  new Uint8Array(arena.memory.buffer).set(randomBytes(REAL * SYMBOL), slot);
  const codec = new Codec({ arena, index: 0, net: port1 }, () => undefined);
  const answer = codec.handle({
    type: 'decode',
    key: 1,
    block: MANIFEST_BLOCK,
    slot,
    symbolSize: SYMBOL,
    real: REAL,
    present: new Uint8Array(REAL).fill(1, 0, source),
    repairIds: Uint32Array.from(ids),
    repairAt: Uint32Array.from(ids, (_, i) => slot + (REAL + i) * SYMBOL),
    isFull,
  });
  return answer.type === 'decoded' ? answer.outcome : undefined;
}

test('a full block that is short is told which of them, all but the first of each kind', () => {
  const outcome = decode(0, [100, 101, 100, 102, 100, 101], true);
  expect(outcome).toEqual({ kind: 'short', deficit: REAL - 3, useless: [100, 100, 101] });
});

test('beside source symbols, too', () => {
  const outcome = decode(REAL - 5, [100, ...Array<number>(200).fill(101), 102], true);
  if (outcome?.kind !== 'short') throw new Error('it was not short');
  expect(outcome.useless.filter((id) => id === 101)).toHaveLength(199);
  expect(outcome.deficit).toBe(5 - (202 - outcome.useless.length));
});

test('where there is room nobody looks for them, and what suffices is decoded', () => {
  expect(decode(0, [100, 100], false)).toMatchObject({ kind: 'short', useless: [] });
  const ids = Array.from({ length: REAL + 20 }, (_, i) => 100 + i);
  expect(decode(0, ids, true)).toMatchObject({ kind: 'written' });
});
