/** What is made when all blocks are written: links, and times. */
import { lstatSync, mkdirSync, readdirSync, readlinkSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { MAX_TIME, timeOf } from '../../core/content/contents.ts';
import { type FileSystem, realFileSystem } from '../../core/content/file-system.ts';
import { removeFetched } from '../../core/content/removal.ts';
import { newContentKey, unsealBlock } from '../../core/content/seal.ts';
import { SourceReader } from '../../core/content/source.ts';
import { createPart, takeUpPart } from './parts.ts';
import { build, noise, plant, temporaryFolder } from './temporary.ts';

const onPosix = test.skipIf(process.platform === 'win32');
/** 2001-02-03, s. */
const THEN = 981_158_400;

/** A private folder with links, its times long past. */
function source(): string {
  const root = plant(temporaryFolder(), { 'd/a': noise(100), b: noise(10), empty: undefined });
  symlinkSync('../b', join(root, 'd/up'));
  symlinkSync('d', join(root, 'folder'));
  symlinkSync('nowhere', join(root, 'dangling'));
  for (const [i, path] of ['d/a', 'b', 'empty', 'd', '.'].entries())
    utimesSync(join(root, path), THEN + i, THEN + i);
  return root;
}

async function fetched(from: string, key: Uint8Array | undefined, fs: FileSystem = realFileSystem) {
  const { tree, manifest } = await build(from, key && { key });
  const writer = await createPart(temporaryFolder(), 'copy', manifest, fs);
  const buffer = new Uint8Array(manifest.symbolSize * manifest.symbolsPerBlock);
  const length = new SourceReader(tree, manifest, key).readBlock(0, buffer);
  if (key) unsealBlock(key, 0, buffer.subarray(0, length));
  writer.writeBlock(0, buffer);
  return { writer, manifest, path: await writer.finish('copy') };
}

const timesIn = (root: string) =>
  ['d/a', 'b', 'empty', 'd', '.'].map((path) => lstatSync(join(root, path)).mtimeMs / 1000);

onPosix('a private folder arrives with its links, and as old as it was', async () => {
  const { path, writer } = await fetched(source(), newContentKey());
  expect(writer.unmade).toEqual([]);
  expect(['d/up', 'folder', 'dangling'].map((link) => readlinkSync(join(path, link)))).toEqual([
    '../b',
    'd',
    'nowhere',
  ]);
  expect(timesIn(path)).toEqual([THEN, THEN + 1, THEN + 2, THEN + 3, THEN + 4]);
});

onPosix('a public folder arrives with its links, and as new', async () => {
  const before = Math.floor(Date.now() / 1000) - 1;
  const { path, manifest } = await fetched(source(), undefined);
  expect(manifest.times).toBeUndefined();
  expect(readlinkSync(join(path, 'd/up'))).toBe('../b');
  expect(Math.min(...timesIn(path))).toBeGreaterThanOrEqual(before);
});

onPosix('a private file arrives as old as it was', async () => {
  const { path } = await fetched(join(source(), 'b'), newContentKey());
  expect(lstatSync(path).mtimeMs / 1000).toBe(THEN + 1);
});

onPosix('no time is set that is still to come, and one that cannot be set is nobody’s failure', async () => {
  const root = source();
  utimesSync(join(root, 'b'), 4_000_000_000, 4_000_000_000);
  const { path } = await fetched(root, newContentKey());
  expect(lstatSync(join(path, 'b')).mtimeMs).toBeLessThanOrEqual(Date.now());
  const broken: FileSystem = {
    ...realFileSystem,
    setTime: () => {
      throw Object.assign(new Error('no'), { code: 'EPERM' });
    },
  };
  expect(readdirSync((await fetched(root, newContentKey(), broken)).path)).toHaveLength(5);
});

test('times before 1970, beyond all dates and of no number are told as the nearest', () => {
  expect([-5000, 1999, 292_277_026_596e3 * 1000, Number.NaN].map(timeOf)).toEqual([0, 1, MAX_TIME, 0]);
});

onPosix('where links cannot be made they are left out, named, and all else is there', async () => {
  const fs: FileSystem = {
    ...realFileSystem,
    makeLink: () => {
      throw Object.assign(new Error('no links on FAT'), { code: 'EPERM' });
    },
  };
  const { path, writer } = await fetched(source(), newContentKey(), fs);
  expect(writer.unmade).toEqual(['d/up', 'dangling', 'folder'].sort());
  expect(readdirSync(path).sort()).toEqual(['b', 'd', 'empty']);
});

onPosix(
  'links are made when all is written: none is there before, and no file is written through one',
  async () => {
    const made: string[] = [];
    const fs: FileSystem = {
      ...realFileSystem,
      open: (path, mode) => {
        if (mode !== 'read') made.push('write');
        return realFileSystem.open(path, mode);
      },
      makeLink: (...link) => {
        made.push('link');
        realFileSystem.makeLink(...link);
      },
    };
    await fetched(source(), newContentKey(), fs);
    expect(made.indexOf('link')).toBeGreaterThan(0);
    expect(made.lastIndexOf('write')).toBeLessThan(made.indexOf('link'));
  },
);

onPosix('what a run left that ended while it made links is finished by the next', async () => {
  const { manifest } = await build(source(), { key: newContentKey() });
  const writer = await createPart(temporaryFolder(), 'copy', manifest);
  writer.close();
  symlinkSync('../b', join(writer.partPath, 'd/up'));
  mkdirSync(join(writer.partPath, 'folder'));
  const { writer: again } = await takeUpPart(writer.partPath, manifest, () => true);
  const path = await again.finish('copy');
  // Somebody has taken the place of one: that stays.
  expect(again.unmade).toEqual(['folder']);
  expect(readlinkSync(join(path, 'd/up'))).toBe('../b');
});

onPosix('links are removed with what was fetched, and not what they lead to', async () => {
  const { path, manifest } = await fetched(source(), newContentKey());
  const outside = plant(temporaryFolder(), { kept: 'x' });
  rmSync(join(path, 'folder'));
  symlinkSync(outside, join(path, 'folder'));
  await removeFetched(path, manifest);
  expect(readdirSync(outside)).toEqual(['kept']);
  expect(readdirSync(dirname(path))).toEqual([]);
});
