import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newTransfer, openStore, temporaryFolder } from './fixtures.ts';

test('the bitmap has exactly the bits of the blocks that were marked, in any order and grouping', () => {
  const dataDir = temporaryFolder();
  let store = openStore(dataDir);
  const blockCount = 20_000;
  const near = fc.constantFrom(0, 7, 8, 4095, 4096, 4097, 8191, 8192, blockCount - 1);
  const blocks = fc.array(fc.oneof(near, fc.nat(blockCount - 1)), { maxLength: 40 });
  fc.assert(
    fc.property(fc.array(blocks, { maxLength: 6 }), fc.boolean(), (rounds, restart) => {
      const { key } = store.transfers.add(newTransfer(1));
      const expected = new Uint8Array(blockCount / 8);
      rounds.forEach((round, n) => {
        store.verifiedBlocks.mark(key, round, n, 0);
        for (const block of round) expected[block >> 3] |= 1 << (block & 7);
      });
      if (restart) {
        store.close();
        store = openStore(dataDir);
      }
      expect(Buffer.compare(store.verifiedBlocks.bitmap(key, blockCount), expected)).toBe(0);
      expect(store.transfers.get(key)?.verifiedBytes).toBe(Math.max(0, rounds.length - 1));
    }),
    { numRuns: 60 },
  );
});

test('the bitmap is as long as it was asked for', () => {
  const { transfers, verifiedBlocks } = openStore();
  const { key } = transfers.add(newTransfer(1));
  verifiedBlocks.mark(key, [0, 9, 4100], 3, 0);
  expect(verifiedBlocks.bitmap(key, 0)).toEqual(new Uint8Array(0));
  expect(verifiedBlocks.bitmap(key, 9)).toEqual(Uint8Array.of(1, 2));
  expect(verifiedBlocks.bitmap(key, 4096)).toHaveLength(512);
  expect(verifiedBlocks.bitmap(key, 4101)).toHaveLength(513);
  expect(verifiedBlocks.bitmap(key, 100_000)[512]).toBe(1 << 4);
});

test('marking a block drops its droplets and no others', () => {
  const { transfers, verifiedBlocks, droplets } = openStore();
  const { key } = transfers.add(newTransfer(1));
  const batch = (block: number) => ({ block, ids: Uint32Array.of(1, 2), payload: new Uint8Array(16) });
  droplets.add(key, [batch(3), batch(4), batch(3), batch(0x80000000)]);
  verifiedBlocks.mark(key, [3], 100, 0);
  expect(droplets.summary(key).map(({ block }) => block)).toEqual([4, 0x80000000]);
});

test('no bit is set, and no droplet dropped, when one of the blocks cannot be', () => {
  const { transfers, verifiedBlocks, droplets } = openStore();
  const { key } = transfers.add(newTransfer(1));
  droplets.add(key, [{ block: 1, ids: Uint32Array.of(1), payload: new Uint8Array(8) }]);
  for (const bad of [0x80000000, -1, 1.5]) {
    expect(() => verifiedBlocks.mark(key, [1, bad], 100, 0)).toThrow(RangeError);
  }
  // A transfer that is not there.
  expect(() => verifiedBlocks.mark(key + 1, [1], 100, 0)).toThrow('FOREIGN KEY');
  expect(verifiedBlocks.bitmap(key, 8)).toEqual(Uint8Array.of(0));
  expect(droplets.summary(key)).toHaveLength(1);
  expect(transfers.get(key)?.verifiedBytes).toBe(0);
});

test('all of it can be taken back, but for what is right', () => {
  const { transfers, verifiedBlocks } = openStore();
  const { key } = transfers.add(newTransfer(1));
  expect(transfers.get(key)?.partChangedMs).toBeNull();
  verifiedBlocks.mark(key, [1, 2, 5000], 100, 7.25);
  verifiedBlocks.replace(key, [2], 40, 9.5);
  expect(verifiedBlocks.bitmap(key, 8000)).toEqual(
    Uint8Array.from({ length: 1000 }, (_, i) => (i === 0 ? 4 : 0)),
  );
  expect(transfers.get(key)).toMatchObject({ verifiedBytes: 40, partChangedMs: 9.5 });
  verifiedBlocks.mark(key, [3], 50, 8);
  expect(transfers.get(key)?.partChangedMs).toBe(9.5);
});
