// @module-tag real-time
/** Nodes that know of very many things. */
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import type { Tree } from '../../core/content/tree.ts';
import { ShareWatch } from '../../core/node/share-watch.ts';
import { Store } from '../../core/store/store.ts';
import { newShare, newTransfer } from '../store/fixtures.ts';
import { Nodes } from './open.ts';

let nodes: Nodes;

beforeEach(async () => {
  nodes = await Nodes.make();
  onTestFinished(() => nodes.close());
});

function timeOf(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

test('ten thousand shares and two thousand transfers open fast, are shown fast, and are quiet', async () => {
  const dataDir = await nodes.path('many');
  const store = Store.open(dataDir);
  store.transaction(() => {
    for (let n = 1; n <= 10_000; n++) store.shares.add(newShare(n, { digest: null, state: 'failed' }));
    for (let n = 1; n <= 2000; n++) store.transfers.add(newTransfer(n, { state: 'paused', bytes: 1e9 }));
  });
  store.close();

  const start = performance.now();
  const node = await nodes.open({ dataDir });
  expect(performance.now() - start).toBeLessThan(1000);
  const events: unknown[] = [];
  node.subscribe((event) => events.push(event));
  const { shares, transfers } = node.snapshot();
  expect(shares).toHaveLength(10_000);
  expect(transfers).toHaveLength(2000);
  // Measured: 15 ms; reading all of it from the database takes more than 100.
  expect(Math.min(...[1, 2, 3, 4, 5].map(() => timeOf(() => node.snapshot())))).toBeLessThan(60);
  await node.pause(transfers[5].key);
  expect(events).toEqual([]);
});

test('of more shares than can be looked at in one go, each has its turn', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const gone = (key: number): readonly [number, Tree] => {
    const folder = { path: '', absolute: '/nowhere' };
    const files = [{ folder, name: `${key}`, nameOnDisk: `${key}`, size: 1, mtimeMs: 1 }];
    return [key, { name: '', length: 1, files, skipped: [] } as unknown as Tree];
  };
  const found: number[] = [];
  const watch = new ShareWatch({
    served: () => Array.from({ length: 600 }, (_, i) => gone(i + 1)),
    broken: (key) => void found.push(key),
    warn: () => {},
  });
  watch.start();
  const turns: number[] = [];
  for (const expected of [250, 500, 600, 850]) {
    vi.advanceTimersByTime(2000);
    await expect.poll(() => found.length).toBe(expected);
    turns.push(found.length);
  }
  expect(new Set(found).size).toBe(600);
  watch.close();
});
