import { link, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Tree } from '../../core/content/tree.ts';
import { findFinished } from '../../core/node/finished.ts';
import { PouringFigures } from '../../core/node/pouring-figures.ts';
import { shortName } from '../../core/node/share-identity.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rain-finished-'));
});
afterEach(() => rm(folder, { recursive: true }));

const client = (number: number, poured: number, hasLeft = false) => {
  return { number, hasLeft, resource: 'r', address: 'a', poured };
};

test('what was poured to clients that have left still counts', () => {
  const figures = new PouringFigures();
  figures.see(0, [client(1, 100), client(2, 50)]);
  figures.see(250, [client(1, 300)]);
  figures.see(500, []);
  expect(figures.of(500, 'r').poured).toBe(350);
  expect(figures.of(500, 'r').clients).toEqual([]);
});

test('what a client was poured between the last figures and its leaving counts, and it is gone', () => {
  const figures = new PouringFigures();
  figures.see(0, [client(1, 100)]);
  figures.see(250, [client(1, 110, true), client(2, 10)]);
  figures.see(500, [client(2, 30), client(3, 7, true)]);
  expect(figures.of(500, 'r').poured).toBe(147);
  expect(figures.of(500, 'r').clients).toMatchObject([{ address: 'a', poured: 30 }]);
});

test('only resources of which something changed are named', () => {
  const figures = new PouringFigures();
  expect([...figures.see(0, [client(1, 1)])]).toEqual(['r']);
  expect([...figures.see(250, [])]).toEqual(['r']);
  expect([...figures.see(500, [])]).toEqual([]);
});

test('a long name is cut between characters', () => {
  const name = shortName('ü🌧'.repeat(200));
  expect(Buffer.byteLength(name)).toBeLessThanOrEqual(480);
  expect(Buffer.byteLength(name)).toBeGreaterThan(470);
  expect(name).not.toContain('\ufffd');
  expect(shortName('short')).toBe('short');
});

const isSize = (bytes: number) => async (tree: Tree) => {
  if (tree.length !== bytes) throw new Error('another file');
};

test('a file that got its name before the run ended is found, under the next free name too', async () => {
  await writeFile(join(folder, 'rain.bin'), 'somebody else');
  await writeFile(join(folder, 'rain (2).bin'), 'x'.repeat(99));
  expect(await findFinished(join(folder, 'rain.bin'), isSize(99))).toBe(join(folder, 'rain (2).bin'));
});

test('what is not the content is not taken for it', async () => {
  await writeFile(join(folder, 'rain.bin'), 'somebody else');
  await mkdir(join(folder, 'rain (2).bin'));
  await link(join(folder, 'rain.bin'), join(folder, 'rain (3).bin'));
  expect(await findFinished(join(folder, 'rain.bin'), isSize(99))).toBeUndefined();
});
