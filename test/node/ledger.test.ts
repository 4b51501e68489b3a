/** What is told to be verified is on the medium first, whatever the disk does. */
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { identify, type OpenManifest } from '../../core/content/manifest.ts';
import { Ledger } from '../../core/node/ledger.ts';
import type { Store } from '../../core/store/store.ts';
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
function open(before: (store: Store, key: number) => number = () => 0) {
  const store = openStore();
  const { key } = store.transfers.add(newTransfer(1));
  const syncs: PromiseWithResolvers<number>[] = [];
  const refusals: unknown[] = [];
  const losses: unknown[] = [];
  let records = 0;
  const ledger = new Ledger(MANIFEST, before(store, key), {
    store,
    key,
    sync() {
      const sync = Promise.withResolvers<number>();
      syncs.push(sync);
      return sync.promise;
    },
    stuck: (error) => void refusals.push(error),
    lost: (error) => void losses.push(error),
    recorded: () => {
      records += 1;
    },
  });
  const recorded = () => ({
    bits: store.verifiedBlocks.bitmap(key, 3)[0],
    bytes: store.transfers.get(key)?.verifiedBytes,
    told: ledger.verified[0],
  });
  const stored = () => [...store.droplets.of(key)].map(({ block, ids }) => [block, [...ids]]);
  return { ledger, store, key, syncs, refusals, losses, recorded, stored, records: () => records };
}

test('a block is verified when it is synced, not before', async () => {
  const { ledger, syncs, recorded } = open();
  ledger.written(0);
  ledger.written(2);
  const flushed = ledger.flush();
  await expect.poll(() => syncs.length).toBe(1);
  expect(recorded()).toEqual({ bits: 0, bytes: 0, told: 0 });
  syncs[0].resolve(0);
  expect(await flushed).toBe(true);
  expect(recorded()).toEqual({ bits: 0b101, bytes: BLOCK + 1, told: 0b101 });
});

test('a block that is written during a sync waits for the next', async () => {
  const { ledger, syncs, recorded } = open();
  ledger.written(0);
  const first = ledger.flush();
  await expect.poll(() => syncs.length).toBe(1);
  ledger.written(1);
  syncs[0].resolve(0);
  await first;
  expect(recorded()).toEqual({ bits: 0b01, bytes: BLOCK, told: 0b01 });
  const second = ledger.flush();
  await expect.poll(() => syncs.length).toBe(2);
  syncs[1].resolve(0);
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
  syncs[0].resolve(0);
  expect(await refused).toBe(false);
  expect(refusals).toEqual([full]);
  expect(recorded()).toEqual({ bits: 0, bytes: 0, told: 0 });

  mark.mockRestore();
  ledger.retry();
  await expect.poll(() => syncs.length).toBe(2);
  syncs[1].resolve(0);
  await expect.poll(recorded).toEqual({ bits: 0b10, bytes: BLOCK, told: 0b10 });
});

describe('without being told to', () => {
  /** Milliseconds until what is written is recorded. */
  const SOON = 200;

  function onTheClock() {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    return open();
  }

  test('blocks are recorded a while after they are written, again and again', async () => {
    const { ledger, syncs, recorded, records } = onTheClock();
    ledger.written(0);
    await vi.advanceTimersByTimeAsync(SOON - 1);
    expect(syncs).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1);
    syncs[0].resolve(0);
    await vi.advanceTimersByTimeAsync(0);
    expect(recorded().bits).toBe(0b001);
    expect(records()).toBe(1);
    ledger.written(1);
    await vi.advanceTimersByTimeAsync(SOON);
    syncs[1].resolve(0);
    await vi.advanceTimersByTimeAsync(0);
    expect(recorded().bits).toBe(0b011);
    expect(records()).toBe(2);
  });

  test('a block that is written during a sync is recorded after it, though none follows', async () => {
    const { ledger, syncs, recorded } = onTheClock();
    ledger.written(0);
    await vi.advanceTimersByTimeAsync(SOON);
    ledger.written(1);
    // Its own time comes while the disk is still at the first, and nothing more begins then.
    await vi.advanceTimersByTimeAsync(2 * SOON);
    expect(syncs).toHaveLength(1);
    syncs[0].resolve(0);
    await vi.advanceTimersByTimeAsync(SOON);
    expect(syncs).toHaveLength(2);
    syncs[1].resolve(0);
    await vi.advanceTimersByTimeAsync(0);
    expect(recorded().bits).toBe(0b011);
  });

  test('a flush waits for what is being recorded, and has what was refused tried again', async () => {
    const { ledger, store, syncs, recorded } = onTheClock();
    ledger.written(0);
    await vi.advanceTimersByTimeAsync(SOON);
    let answer: boolean | undefined;
    const flushed = ledger.flush().then((all) => {
      answer = all;
    });
    await vi.advanceTimersByTimeAsync(0);
    expect(answer).toBeUndefined();
    vi.spyOn(store.verifiedBlocks, 'mark').mockImplementationOnce(() => {
      throw new Error('no room');
    });
    syncs[0].resolve(0);
    await vi.advanceTimersByTimeAsync(0);
    expect({ answer, syncs: syncs.length }).toEqual({ answer: undefined, syncs: 2 });
    syncs[1].resolve(0);
    await flushed;
    expect({ answer, bits: recorded().bits }).toEqual({ answer: true, bits: 0b001 });
  });

  test('after it was stopped nothing is recorded', async () => {
    const { ledger, syncs } = onTheClock();
    ledger.written(0);
    ledger.stop();
    await vi.advanceTimersByTimeAsync(10 * SOON);
    expect(syncs).toEqual([]);
  });
});

test('a block that comes a second time counts once, and is here though the second is lost', async () => {
  const { ledger, syncs, recorded, losses } = open();
  const flush = async (end: (sync: PromiseWithResolvers<number>) => void): Promise<void> => {
    const flushed = ledger.flush();
    await expect.poll(() => syncs.length).toBe(1);
    for (const sync of syncs.splice(0)) end(sync);
    await flushed;
  };
  for (let round = 0; round < 2; round++) {
    ledger.written(0);
    await flush((sync) => sync.resolve(0));
    expect({ ...recorded(), of: ledger.verifiedBytes }).toEqual({
      bits: 1,
      bytes: BLOCK,
      told: 1,
      of: BLOCK,
    });
  }
  ledger.written(0);
  ledger.written(1);
  await flush((sync) => sync.reject(new Error('EIO')));
  expect(losses).toHaveLength(1);
  expect([0, 1].map((block) => ledger.has(block))).toEqual([true, false]);
});

describe('droplets of earlier runs', () => {
  const batch = (block: number, ids: readonly number[], symbolSize = 64) => ({
    block,
    ids: Uint32Array.from(ids),
    payload: new Uint8Array(ids.length * symbolSize),
  });

  test('are handed on once, those of open blocks and of symbols that are as long as now', () => {
    const { ledger } = open((store, key) => {
      store.verifiedBlocks.mark(key, [0], BLOCK, 0);
      store.droplets.add(key, [batch(0, [1, 2]), batch(1, [3, 4, 5]), batch(1, [6], 128), batch(3, [7])]);
      return BLOCK;
    });
    const { stored, layout, verified } = ledger.takeContent();
    expect(stored.map(({ block, ids }) => [block, [...ids]])).toEqual([[1, [3, 4, 5]]]);
    expect(layout).toEqual({ length: MANIFEST.length, symbolSize: 64, symbolsPerBlock: 4 });
    expect(verified[0]).toBe(1);
    expect(ledger.takeContent().stored).toEqual([]);
    // Four symbols of the second block and the one of the last, less three that are here.
    expect(ledger.needed).toBe(2);
    expect(ledger.resumedBytes).toBe(BLOCK + 3 * 64);
  });

  test('are never more than what is missing', () => {
    const { ledger } = open((store, key) => {
      store.verifiedBlocks.mark(key, [0, 1], 2 * BLOCK, 0);
      store.droplets.add(key, [batch(2, [0, 1, 2])]);
      return 2 * BLOCK;
    });
    expect({ needed: ledger.needed, resumed: ledger.resumedBytes }).toEqual({
      needed: 0,
      resumed: MANIFEST.length,
    });
  });

  test('are kept of blocks that are not verified', async () => {
    const { ledger, syncs, stored } = open();
    ledger.written(0);
    const flushed = ledger.flush();
    await expect.poll(() => syncs.length).toBe(1);
    syncs[0].resolve(0);
    await flushed;
    ledger.keep([batch(0, [1]), batch(1, [2, 3])].map((one) => ({ ...one, symbolSize: 64 })));
    expect(stored()).toEqual([[1, [2, 3]]]);
  });
});
