/** What is told to be verified is on the medium first, whatever the disk does. */
import { expect, test, vi } from 'vitest';
import { identify, type OpenManifest } from '../../core/content/manifest.ts';
import { Ledger } from '../../core/node/ledger.ts';
import { newTransfer, openStore } from '../store/fixtures.ts';

const BLOCK = 64 * 4;

/** Three blocks, the last one of a single byte. */
const MANIFEST: OpenManifest = {
  ...identify(new Uint8Array(1)),
  access: 'public',
  length: 2 * BLOCK + 1,
  symbolSize: 64,
  symbolsPerBlock: 4,
  hashes: new Uint8Array(3 * 32),
  listing: undefined,
};

/** A ledger, a disk whose every sync is ended by the test, and what the store holds. */
function open() {
  const store = openStore();
  const { key } = store.transfers.add(newTransfer(1));
  const syncs: PromiseWithResolvers<void>[] = [];
  const refusals: unknown[] = [];
  const losses: unknown[] = [];
  const ledger = new Ledger(MANIFEST, 0, {
    store,
    key,
    sync() {
      const sync = Promise.withResolvers<void>();
      syncs.push(sync);
      return sync.promise;
    },
    stuck: (error) => void refusals.push(error),
    lost: (error) => void losses.push(error),
    recorded: () => {},
  });
  const recorded = () => ({
    bits: store.verifiedBlocks.bitmap(key, 3)[0],
    bytes: store.transfers.get(key)?.verifiedBytes,
    told: ledger.verified[0],
  });
  return { ledger, store, syncs, refusals, losses, recorded };
}

test('a block is verified when it is synced, not before', async () => {
  const { ledger, syncs, recorded } = open();
  ledger.written(0);
  ledger.written(2);
  const flushed = ledger.flush();
  await expect.poll(() => syncs.length).toBe(1);
  expect(recorded()).toEqual({ bits: 0, bytes: 0, told: 0 });
  syncs[0].resolve();
  expect(await flushed).toBe(true);
  expect(recorded()).toEqual({ bits: 0b101, bytes: BLOCK + 1, told: 0b101 });
});

test('a block that is written during a sync waits for the next', async () => {
  const { ledger, syncs, recorded } = open();
  ledger.written(0);
  const first = ledger.flush();
  await expect.poll(() => syncs.length).toBe(1);
  ledger.written(1);
  syncs[0].resolve();
  await first;
  expect(recorded()).toEqual({ bits: 0b01, bytes: BLOCK, told: 0b01 });
  const second = ledger.flush();
  await expect.poll(() => syncs.length).toBe(2);
  syncs[1].resolve();
  expect(await second).toBe(true);
  expect(recorded()).toEqual({ bits: 0b11, bytes: 2 * BLOCK, told: 0b11 });
});

test('what a disk refused to sync is not here, whatever it says the next time: it is to be fetched again', async () => {
  const { ledger, syncs, losses, recorded } = open();
  ledger.written(1);
  const refused = ledger.flush();
  await expect.poll(() => syncs.length).toBe(1);
  ledger.written(2);
  const broken = new Error('EIO');
  syncs[0].reject(broken);
  await refused;
  expect(losses).toEqual([broken]);
  expect([1, 2].map((block) => ledger.has(block))).toEqual([false, false]);
  ledger.written(0);
  await ledger.flush();
  expect(syncs).toHaveLength(1);
  expect(recorded()).toEqual({ bits: 0, bytes: 0, told: 0 });
});

test('what the store refuses to record is recorded when it does', async () => {
  const { ledger, store, syncs, refusals, recorded } = open();
  const full = new Error('no room');
  const mark = vi.spyOn(store.verifiedBlocks, 'mark').mockImplementation(() => {
    throw full;
  });
  ledger.written(1);
  const refused = ledger.flush();
  await expect.poll(() => syncs.length).toBe(1);
  syncs[0].resolve();
  expect(await refused).toBe(false);
  expect(refusals).toEqual([full]);
  expect(recorded()).toEqual({ bits: 0, bytes: 0, told: 0 });

  mark.mockRestore();
  ledger.retry();
  await expect.poll(() => syncs.length).toBe(2);
  syncs[1].resolve();
  await expect.poll(recorded).toEqual({ bits: 0b10, bytes: BLOCK, told: 0b10 });
});
