import { expect, test } from 'vitest';
import type { TransferStats } from '../../core/engine/messages.ts';
import { blockMap } from '../../core/node/block-map.ts';
import { RateMeter } from '../../core/node/rate-meter.ts';
import { TransferFigures } from '../../core/node/transfer-figures.ts';
import { noDroplets } from '../../core/protocol/tally.ts';

test('a steady count has its rate', () => {
  const meter = new RateMeter();
  for (let t = 0; t <= 5000; t += 250) meter.see(t, t * 3);
  expect(meter.rate(5000)).toBeCloseTo(3000);
});

test('a count that grows in big steps is not shown as standing still between them', () => {
  const meter = new RateMeter();
  for (let t = 0; t <= 12_000; t += 250) meter.see(t, Math.floor(t / 4000) * 1_179_648);
  expect(meter.rate(12_000)).toBeGreaterThan(100_000);
});

test('a count that stopped falls to nothing', () => {
  const meter = new RateMeter();
  for (let t = 0; t <= 2000; t += 250) meter.see(t, t);
  for (let t = 2250; t <= 40_000; t += 250) meter.see(t, 2000);
  expect(meter.rate(40_000)).toBe(0);
});

test('the map shows a block as done only when it is verified', () => {
  const { count, cells } = blockMap(4, Uint8Array.from([0b0001]), [
    [1, 100, 100],
    [2, 50, 100],
  ]);
  expect(count).toBe(4);
  expect(cells[0]).toBe(255);
  expect(cells[1]).toBeGreaterThan(200);
  expect(cells[1]).toBeLessThan(255);
  expect(cells[2]).toBeGreaterThan(100);
  expect(cells[3]).toBe(0);
});

test('a large map is drawn together to 512 cells', () => {
  const verified = new Uint8Array(1250).fill(255);
  verified[600] = 0;
  const { cells } = blockMap(10_000, verified, []);
  expect(cells.length).toBe(512);
  expect(cells.filter((cell) => cell < 255).length).toBeGreaterThan(0);
  expect(cells.filter((cell) => cell < 255).length).toBeLessThan(3);
});

test('a transfer of which nothing changes has nothing to tell, and one that slows down has', () => {
  const figures = new TransferFigures();
  const server = { address: 'a', found: 'link', reason: undefined, droplets: 0, loss: 0, rtt: undefined };
  const stats = (bytes: number, state: 'silent' | 'absent'): TransferStats => ({
    key: 1,
    phase: 'data',
    waiting: 'answer',
    tally: { ...noDroplets(), received: bytes },
    wireBytes: bytes,
    servers: [{ ...server, state, bytes }],
    open: [],
  });
  figures.started(0);
  expect(figures.see(0, stats(0, 'silent'), 0, 1152)).toBe(true);
  expect(figures.see(250, stats(0, 'silent'), 0, 1152)).toBe(false);
  expect(figures.see(500, stats(0, 'absent'), 0, 1152)).toBe(true);
  expect(figures.see(750, stats(9, 'absent'), 0, 1152)).toBe(true);
  expect(figures.see(1000, stats(9, 'absent'), 0, 1152)).toBe(true);
  for (let at = 1250; at < 20_000; at += 250) figures.see(at, stats(9, 'absent'), 0, 1152);
  expect(figures.see(20_000, stats(9, 'absent'), 0, 1152)).toBe(false);
});

test('droplets that come steadily have a steady rate, though blocks are verified in steps', () => {
  const figures = new TransferFigures();
  figures.started(0);
  for (let at = 0; at <= 20_000; at += 250) {
    const tally = {
      ...noDroplets(),
      received: at + 8,
      source: at - 90,
      repair: 100,
      manifest: 5,
      surplus: 5,
      late: 8,
    };
    const stats = {
      key: 1,
      phase: 'data',
      waiting: 'nothing',
      tally,
      wireBytes: 0,
      servers: [],
      open: [],
    } as const;
    figures.see(at, stats, Math.floor(at / 3000) * 1_179_648, 1152);
    if (at >= 2000) expect(figures.rate(at)).toBeCloseTo(1000 * 1152);
  }
});
