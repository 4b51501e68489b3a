/** Slots and droplets of a transfer's blocks, whatever the codec and the liars do. */
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import { EXTRA_BYTES, SLOT_BYTES } from '../../core/engine/arena.ts';
import { TransferBasin } from '../../core/engine/basin.ts';
import type { ToCodec } from '../../core/engine/codec-messages.ts';
import { Slots } from '../../core/engine/slots.ts';

const SYMBOL = 1152;
const EXTRAS = Math.floor(EXTRA_BYTES / SYMBOL);
const [LIAR, HONEST] = [3, 4];

/** A basin of two slots, what it asks of its codec, and the blocks it has told to be forgotten. */
function open() {
  const { port1, port2 } = new MessageChannel();
  onTestFinished(() => port1.close());
  const slots = new Slots([0, SLOT_BYTES]);
  const forgotten: number[] = [];
  const memory = new Uint8Array(2 * SLOT_BYTES);
  const basin = new TransferBasin(
    1,
    memory,
    slots,
    port1,
    () => 0,
    (block) => void forgotten.push(block),
  );
  basin.beginContent(SYMBOL, []);
  const asked = (): ToCodec | undefined => receiveMessageOnPort(port2)?.message;
  const put = (block: number, id: number, from = HONEST): number =>
    basin.put(block, id, 1, from, new Uint8Array(SYMBOL).fill(from), 0);
  return { basin, slots, memory, forgotten, asked, put };
}

test('a block is decoded once at a time', () => {
  const { basin, asked } = open();
  basin.open(7, 10);
  basin.decode(7);
  basin.decode(7);
  expect(asked()).toMatchObject({ type: 'decode', block: 7 });
  expect(asked()).toBeUndefined();
  basin.answered(7);
  basin.decode(7);
  expect(asked()).toMatchObject({ type: 'decode', block: 7 });
});

test('it is decoding until the codec has answered for what was given up, too', () => {
  const { basin, slots } = open();
  basin.open(7, 10);
  expect(basin.isDecoding).toBe(false);
  basin.decode(7);
  expect(basin.isDecoding).toBe(true);
  basin.discard(7);
  expect([basin.isDecoding, slots.left]).toEqual([true, 1]);
  basin.answered(7);
  expect([basin.isDecoding, slots.left]).toEqual([false, 2]);
});

test('the room that a liar has filled is there for others', () => {
  const { basin, asked, memory, put } = open();
  const real = 1000;
  basin.open(7, real);
  for (let i = 0; i < EXTRAS; i++) put(7, real + i, LIAR);
  basin.expel(7, LIAR);
  for (let i = 0; i < real; i++) put(7, 5000 + i);
  basin.decode(7);
  const message = asked();
  if (message?.type !== 'decode') throw new Error('nothing was decoded');
  expect([...message.repairIds]).toEqual(Array.from({ length: real }, (_, i) => 5000 + i));
  expect(message.repairAt.every((at) => memory[at] === HONEST)).toBe(true);
});

test('droplets of a block that was given up and begun anew do not add up on the disk', () => {
  const { basin, forgotten, put } = open();
  basin.open(7, 10);
  put(7, 0);
  expect(basin.unstored(0)).toHaveLength(1);
  basin.discard(7);
  expect(forgotten).toEqual([]);
  basin.open(7, 10);
  expect(forgotten).toEqual([7]);
});

test('what there is no room for is not taken, and it says so', () => {
  const { basin, put } = open();
  basin.open(7, 1000);
  let kept = 0;
  for (let i = 0; i < EXTRAS + 10; i++) kept += put(7, 1000 + i);
  expect(kept).toBe(EXTRAS);
  expect(basin.put(7, 0, 3, HONEST, new Uint8Array(3 * SYMBOL), 0)).toBe(3);
});

test('a block that is begun anew has what one server put into the evidence, which stays as it was', () => {
  const { basin, asked, memory, put } = open();
  const real = 10;
  basin.open(7, real);
  put(7, 0, LIAR);
  put(7, 3);
  put(7, real + 5, LIAR);
  put(7, real + 6);
  basin.impound(7);
  expect(basin.recall(7, HONEST)).toEqual([]);
  basin.open(7, real);
  expect(basin.recall(7, HONEST)).toEqual([3, real + 6]);
  basin.decode(7);
  const message = asked();
  if (message?.type !== 'decode') throw new Error('nothing was decoded');
  expect([...message.present]).toEqual([0, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
  expect([...message.repairIds]).toEqual([real + 6]);
  const places = [message.slot + 3 * SYMBOL, message.repairAt[0]];
  expect(places.map((at) => memory[at])).toEqual([HONEST, HONEST]);
  expect([...(message.evidence?.repairIds ?? [])]).toEqual([real + 5, real + 6]);
});

test('what adds nothing makes room when a full block is short, and nothing of that block is kept on disk', () => {
  const { basin, asked, forgotten, put } = open();
  basin.open(7, 1000);
  for (let i = 0; i < EXTRAS; i++) put(7, 1000 + i);
  expect(basin.unstored(0)).toHaveLength(1);
  basin.decode(7);
  expect(asked()).toMatchObject({ isFull: true });
  basin.answered(7);
  basin.throwOut(7, [1003, 1004]);
  expect(forgotten).toEqual([7]);
  expect([put(7, 5000), put(7, 5001), put(7, 5002)]).toEqual([1, 1, 0]);
  expect(basin.unstored(0)).toEqual([]);
  basin.decode(7);
  const message = asked();
  if (message?.type !== 'decode') throw new Error('nothing was decoded');
  expect(message.repairIds).not.toContain(1003);
  expect(message.repairIds).toContain(5001);
});
