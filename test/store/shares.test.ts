import { expect, test } from 'vitest';
import { digestOf, newShare, newTransfer, openStore, resourceId, temporaryFolder } from './fixtures.ts';

test('a share comes back as it was given, over a restart too', () => {
  const dataDir = temporaryFolder();
  const store = openStore(dataDir);
  const share = store.shares.add(
    newShare(1, {
      id: 'ffffffffffffffff',
      contentKey: digestOf(9).subarray(0, 16),
      name: 'Ünïcode 🌧',
      public: false,
      paths: ['/a/b', 'C:\\d \ud800'],
      bytes: 2 ** 52,
      state: 'failed',
      problem: { code: 'unreadable', message: 'm', hint: 'h' },
      origin: 'download',
    }),
  );
  store.close();
  expect(openStore(dataDir).shares.list()).toEqual([share]);
});

test('a share that is being hashed has neither id nor digest, and gets them later', () => {
  const { shares } = openStore();
  const { key } = shares.add(newShare(1, { id: null, digest: null, state: 'hashing' }));
  const change = { id: resourceId(1), digest: digestOf(1), state: 'serving', bytes: 7 } as const;
  expect(shares.update(key, change)).toEqual({ ...newShare(1), key, ...change });
  expect(shares.get(key)).toEqual({ ...newShare(1), key, ...change });
  expect(() => shares.update(key + 1, change)).toThrow(String(key + 1));
});

test('shares are found by id and by exact paths', () => {
  const { shares } = openStore();
  const first = shares.add(newShare(1));
  const copy = shares.add(newShare(1, { paths: ['/elsewhere', '/else'] }));
  shares.add(newShare(2));
  expect(shares.byId(resourceId(1))).toEqual([first, copy]);
  expect(shares.byId(resourceId(3))).toEqual([]);
  expect(shares.byPaths(['/elsewhere', '/else'])).toEqual([copy]);
  expect(shares.byPaths(['/else', '/elsewhere'])).toEqual([]);
  shares.remove(copy.key);
  expect(shares.byId(resourceId(1))).toEqual([first]);
});

test('stamps are kept apart from the share', () => {
  const { shares } = openStore();
  const { key } = shares.add(newShare(1));
  expect(shares.stamps(key)).toBeNull();
  shares.setStamps(key, [{ size: 1, mtime: 1.5 }]);
  expect(shares.update(key, { state: 'paused' })).not.toHaveProperty('stamps');
  expect(shares.stamps(key)).toEqual([{ size: 1, mtime: 1.5 }]);
});

test('an id or digest of the wrong form is refused', () => {
  const { shares } = openStore();
  expect(() => shares.add(newShare(1, { id: 'ABCDEF0123456789' }))).toThrow('CHECK');
  expect(() => shares.add(newShare(1, { id: '1' }))).toThrow('CHECK');
  expect(() => shares.add(newShare(1, { digest: new Uint8Array(31) }))).toThrow('CHECK');
  expect(shares.list()).toEqual([]);
});

test('a manifest stays as long as a share or transfer refers to it', () => {
  const { shares, transfers, manifests } = openStore();
  const bytes = new Uint8Array(5000).fill(7);
  manifests.put(digestOf(1), bytes);
  manifests.put(digestOf(1), bytes);
  const share = shares.add(newShare(1));
  const twin = shares.add(newShare(1));
  const transfer = transfers.add(newTransfer(1, { digest: digestOf(1) }));
  shares.remove(share.key);
  shares.update(twin.key, { digest: digestOf(2) });
  expect(manifests.get(digestOf(1))).toEqual(bytes);
  transfers.remove(transfer.key);
  expect(manifests.get(digestOf(1))).toBeUndefined();
});

test('10,000 shares are listed without their manifests', () => {
  const dataDir = temporaryFolder();
  const filling = openStore(dataDir);
  filling.transaction(() => {
    for (let n = 0; n < 10_000; n++) {
      filling.manifests.put(digestOf(n), new Uint8Array(2000));
      const { key } = filling.shares.add(newShare(n));
      filling.shares.setStamps(key, { size: n, mtime: n });
    }
  });
  filling.close();

  const started = performance.now();
  const store = openStore(dataDir);
  const opened = performance.now();
  const list = store.shares.list();
  const listed = performance.now();
  for (const { id } of list) expect(store.shares.byId(id ?? '')).toHaveLength(1);
  const found = performance.now();
  expect(list).toHaveLength(10_000);
  console.info(
    `10,000 shares: open ${ms(opened - started)}, list ${ms(listed - opened)}, each by id ${ms(found - listed)}`,
  );
});

function ms(value: number): string {
  return `${value.toFixed(1)} ms`;
}
