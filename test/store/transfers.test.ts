import { expect, test } from 'vitest';
import { digestOf, newShare, newTransfer, openStore, resourceId, temporaryFolder } from './fixtures.ts';

test('a transfer comes back as it was given, over a restart too', () => {
  const dataDir = temporaryFolder();
  const store = openStore(dataDir);
  const { key } = store.transfers.add(newTransfer(1));
  const change = {
    digest: digestOf(1),
    contentKey: digestOf(2).subarray(0, 16),
    name: 'film',
    partPath: '/p/film.part',
    finalPath: '/p/film',
    state: 'stalled',
    problem: { code: 'no-space', message: 'm', hint: '' },
    seed: false,
    fromHints: ['[::1]:1980', 'rain.example:1980'],
    bytes: 2 ** 40,
    doneAt: 3,
  } as const;
  store.transfers.update(key, change);
  store.close();
  const expected = { ...newTransfer(1), ...change, key, partChangedMs: null, verifiedBytes: 0 };
  const { transfers } = openStore(dataDir);
  expect(transfers.list()).toEqual([expected]);
  expect(transfers.byId(resourceId(1))).toEqual([expected]);
});

test('a key names one share or transfer for ever', () => {
  const dataDir = temporaryFolder();
  const store = openStore(dataDir);
  const keys = [store.shares.add(newShare(1)).key, store.transfers.add(newTransfer(1)).key];
  store.transfers.remove(keys[1]);
  store.shares.remove(keys[0]);
  store.close();
  const again = openStore(dataDir);
  keys.push(again.transfers.add(newTransfer(1)).key, again.shares.add(newShare(1)).key);
  expect(new Set(keys).size).toBe(4);
});

test('a transfer takes everything of its own along when it is removed, and nothing else', () => {
  const store = openStore();
  const [gone, kept] = [store.transfers.add(newTransfer(1)).key, store.transfers.add(newTransfer(2)).key];
  const server = {
    address: 'a:1',
    found: 'lan',
    droplets: 5,
    bytes: 6,
    lastSeen: 7,
    banReason: null,
  } as const;
  for (const key of [gone, kept]) {
    store.verifiedBlocks.mark(key, [1], 10, 0);
    store.droplets.add(key, [{ block: 2, ids: Uint32Array.of(1), payload: new Uint8Array(8) }]);
    store.history.put(key, [server]);
  }
  store.transfers.remove(gone);
  expect(store.transfers.list().map(({ key }) => key)).toEqual([kept]);
  expect(store.verifiedBlocks.bitmap(gone, 8)).toEqual(Uint8Array.of(0));
  expect(store.droplets.summary(gone)).toEqual([]);
  expect(store.history.of(gone)).toEqual([]);
  expect(store.verifiedBlocks.bitmap(kept, 8)).toEqual(Uint8Array.of(2));
  expect(store.droplets.summary(kept)).toEqual([{ block: 2, droplets: 1 }]);
  expect(store.history.of(kept)).toEqual([server]);
});

test('the history of a server is replaced, that of others stays', () => {
  const { transfers, history } = openStore();
  const { key } = transfers.add(newTransfer(1));
  const a = {
    address: 'a:1',
    found: 'link',
    droplets: 1,
    bytes: 2,
    lastSeen: null,
    banReason: null,
  } as const;
  const b = { ...a, address: 'b:1', found: 'server' } as const;
  history.put(key, [a, b]);
  const banned = { ...b, droplets: 2 ** 33, lastSeen: 9, banReason: 'poisoned block 3' };
  history.put(key, [banned]);
  expect(history.of(key)).toEqual([a, banned]);
});
