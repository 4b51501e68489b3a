import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DropletBatch } from '../../core/store/droplets.ts';
import { newTransfer, openStore, temporaryFolder } from './fixtures.ts';

const symbolSize = 24;
const u32 = fc.nat(0xffffffff);
const batch = fc
  .record({
    block: fc.oneof(fc.nat(3), u32),
    ids: fc.uint32Array({ minLength: 1, maxLength: 9 }),
    fill: fc.nat(255),
  })
  .map(
    ({ block, ids, fill }): DropletBatch => ({
      block,
      ids,
      payload: new Uint8Array(ids.length * symbolSize).map((_, at) => (fill + at) & 255),
    }),
  );

test('droplets come back block by block, in the order of arrival', () => {
  const { transfers, droplets } = openStore();
  fc.assert(
    fc.property(fc.array(fc.array(batch, { maxLength: 5 }), { maxLength: 4 }), (rounds) => {
      const { key } = transfers.add(newTransfer(1));
      for (const round of rounds) droplets.add(key, round);
      const expected = rounds.flat().sort((a, b) => a.block - b.block);
      expect([...droplets.of(key)]).toEqual(expected.map((one) => ({ ...one, symbolSize })));
      const counts = new Map<number, number>();
      for (const { block, ids } of expected) counts.set(block, (counts.get(block) ?? 0) + ids.length);
      expect(droplets.summary(key)).toEqual([...counts].map(([block, n]) => ({ block, droplets: n })));
    }),
    { numRuns: 60 },
  );
});

test('ids and payload may be views on shared memory', () => {
  const { transfers, droplets } = openStore();
  const { key } = transfers.add(newTransfer(1));
  const shared = new SharedArrayBuffer(64);
  const payload = new Uint8Array(shared, 16, 32).map((_, at) => at);
  new Uint8Array(shared, 16, 32).set(payload);
  const ids = new Uint32Array(shared, 8, 2);
  ids.set([0xfffffffe, 3]);
  droplets.add(key, [{ block: 1, ids, payload: new Uint8Array(shared, 16, 32) }]);
  new Uint8Array(shared).fill(0xee);
  expect([...droplets.of(key)]).toEqual([
    { block: 1, ids: Uint32Array.of(0xfffffffe, 3), payload, symbolSize: 16 },
  ]);
});

test('droplets may be dropped and added while they are read', () => {
  const { transfers, droplets } = openStore();
  const { key } = transfers.add(newTransfer(1));
  const one = (block: number) => ({ block, ids: Uint32Array.of(block), payload: new Uint8Array(8) });
  droplets.add(key, [one(1), one(2), one(3)]);
  const read: number[] = [];
  for (const { block } of droplets.of(key)) {
    read.push(block);
    droplets.remove(key, 2);
    droplets.add(key, [one(4)]);
  }
  expect(read).toEqual([1, 3]);
});

test('of batches of which one is wrong none is stored', () => {
  const { transfers, droplets } = openStore();
  const { key } = transfers.add(newTransfer(1));
  const good = { block: 1, ids: Uint32Array.of(1, 2), payload: new Uint8Array(8) };
  expect(() => droplets.add(key, [good, { ...good, payload: new Uint8Array(7) }])).toThrow('CHECK');
  expect(() => droplets.add(key, [good, { ...good, ids: new Uint32Array(0) }])).toThrow('CHECK');
  expect(() => droplets.add(key, [good, { ...good, block: 2 ** 32 }])).toThrow('CHECK');
  expect(droplets.summary(key)).toEqual([]);
});

test('1,000 paused transfers with droplets are there at once', () => {
  const dataDir = temporaryFolder();
  const filling = openStore(dataDir);
  filling.transaction(() => {
    for (let n = 0; n < 1000; n++) {
      const { key } = filling.transfers.add(newTransfer(n, { state: 'paused' }));
      filling.verifiedBlocks.mark(key, [n % 7], 1, 0);
      const ids = Uint32Array.from({ length: 16 }, (_, id) => id);
      const batches = [10, 11, 12, 13].map((block) => ({ block, ids, payload: new Uint8Array(16 * 1152) }));
      filling.droplets.add(key, batches);
    }
  });
  filling.close();

  const started = performance.now();
  const store = openStore(dataDir);
  const transfers = store.transfers.list();
  let stored = 0;
  for (const { key } of transfers) {
    expect(store.verifiedBlocks.bitmap(key, 100)).toHaveLength(13);
    for (const { droplets } of store.droplets.summary(key)) stored += droplets;
  }
  const took = performance.now() - started;
  expect(transfers).toHaveLength(1000);
  expect(stored).toBe(64_000);
  console.info(
    `1,000 paused transfers, 64,000 droplets: open, list, bitmaps, summaries ${took.toFixed(1)} ms`,
  );
});
