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

const client = (address: string, poured: number) => ({ resource: 'r', address, poured });

test('what was poured to clients that have left still counts', () => {
  const figures = new PouringFigures();
  figures.see(0, [client('a', 100), client('b', 50)]);
  figures.see(250, [client('a', 300)]);
  figures.see(500, []);
  expect(figures.pouredOf('r')).toBe(350);
  expect(figures.clientsOf(500, 'r')).toEqual([]);
});

test('a client that comes back from nothing is counted again from nothing', () => {
  const figures = new PouringFigures();
  figures.see(0, [client('a', 100)]);
  figures.see(250, [client('a', 10)]);
  figures.see(500, [client('a', 30)]);
  expect(figures.pouredOf('r')).toBe(120);
});

test('only resources of which something changed are named', () => {
  const figures = new PouringFigures();
  expect([...figures.see(0, [client('a', 1)])]).toEqual(['r']);
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
