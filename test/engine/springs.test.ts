/** What servers have at hand, and what makes way for it. */
import { MessageChannel } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import { Springs } from '../../core/engine/springs.ts';
import { DROPLET_SCRATCH_BYTES, Encoder } from '../../core/fountain/encoder.ts';
import { createSymbolMemory, Kernel } from '../../core/fountain/kernel.ts';

const RESOURCE = '0123456789abcdef';
const BLOCK = 4 * 64;

/** A resource of eight blocks, room for two of them, and a clock that a test sets. */
function open() {
  const { port1 } = new MessageChannel();
  onTestFinished(() => port1.close());
  const clock = { now: 0 };
  const memory = createSymbolMemory(DROPLET_SCRATCH_BYTES + 2 * BLOCK);
  const springs = new Springs({
    memory: new Uint8Array(memory.buffer),
    encoder: new Encoder(new Kernel(memory), { at: 0, bytes: DROPLET_SCRATCH_BYTES }),
    slots: [0, BLOCK].map((at) => DROPLET_SCRATCH_BYTES + at),
    intermediates: [],
    room: { at: 0, bytes: 0 },
    codecs: [port1],
    now: () => clock.now,
    find: () => {},
    unknown: () => {},
    ready: () => {},
    later: () => {},
    failed: () => {},
  });
  const layout = { length: 8 * BLOCK, symbolSize: 64, symbolsPerBlock: 4 };
  springs.found(RESOURCE, {
    source: 1,
    codec: 0,
    layout,
    manifestBytes: 64,
    profile: 1,
    name: new Uint8Array(),
  });
  const spring = springs.lookup(RESOURCE);
  if (spring === undefined || spring === null) throw new Error('it is known');
  const loaded = (block: number): void =>
    springs.loaded({ type: 'loaded', source: 1, block, slot: 0, presolved: false });
  return { clock, spring, loaded };
}

test('what a busy codec took long to load stays until it can have been poured', () => {
  const { clock, spring, loaded } = open();
  expect([0, 1].map((block) => spring.ready(block, false))).toEqual([false, false]);
  clock.now = 100;
  loaded(0);
  loaded(1);
  clock.now = 110;
  expect(spring.ready(2, false)).toBe(false);
  expect([0, 1].map((block) => spring.ready(block, false))).toEqual([true, true]);
  clock.now = 150;
  expect(spring.ready(2, false)).toBe(false);
  expect([0, 1].map((block) => spring.ready(block, false)).filter((isReady) => isReady)).toHaveLength(1);
});
