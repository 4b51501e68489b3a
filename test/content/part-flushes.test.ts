/** When a block, or a whole resource, may be called kept: what is flushed before, files and folders alike. */
import { chmodSync, realpathSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type FileSystem, realFileSystem } from '../../core/content/file-system.ts';
import { blockCount } from '../../core/content/layout.ts';
import { SourceReader } from '../../core/content/source.ts';
import type { PartWriter } from '../../core/content/target.ts';
import { createPart, takeUpPart } from './parts.ts';
import { build, noise, plant, temporaryFolder } from './temporary.ts';

const onPosix = test.skipIf(process.platform === 'win32');
const SMALL = { symbolSize: 64, symbolsPerBlock: 4 };

type Source = Awaited<ReturnType<typeof build>>;

function pour({ tree, manifest }: Source, writer: PartWriter): void {
  const reader = new SourceReader(tree, manifest);
  const buffer = new Uint8Array(manifest.symbolSize * manifest.symbolsPerBlock);
  for (let block = 0; block < blockCount(manifest); block++) {
    reader.readBlock(block, buffer);
    writer.writeBlock(block, buffer);
  }
  reader.close();
}

/** A disk that says what is done to it that a power cut could undo, by paths below `folder`. */
function watched(folder: string): { fs: FileSystem; deeds: string[] } {
  const deeds: string[] = [];
  const paths = new Map<number, string>();
  // A path may lead through the descriptor of a folder.
  const name = (path: string): string => {
    const real = join(realpathSync(dirname(path)), basename(path));
    return relative(realpathSync(folder), real) || '.';
  };
  const fs: FileSystem = {
    ...realFileSystem,
    open: (path, mode) => {
      const fd = realFileSystem.open(path, mode);
      paths.set(fd, name(path));
      return fd;
    },
    setMode: (fd, mode) => {
      realFileSystem.setMode(fd, mode);
      deeds.push(`mode of ${paths.get(fd)}`);
    },
    rename: (from, to) => {
      realFileSystem.rename(from, to);
      deeds.push(`rename to ${name(to)}`);
    },
    link: (from, to) => {
      realFileSystem.link(from, to);
      deeds.push(`link to ${name(to)}`);
    },
    unlink: (path) => {
      realFileSystem.unlink(path);
      deeds.push(`unlink ${name(path)}`);
    },
    flush: async (fd, what) => {
      const path = paths.get(fd);
      await realFileSystem.flush(fd, what);
      deeds.push(`flush ${what} of ${path}`);
    },
    flushFolder: async (path) => {
      await realFileSystem.flushFolder(path);
      deeds.push(`flush names in ${name(path)}`);
    },
  };
  return { fs, deeds };
}

test('what was written counts as kept when its bytes are flushed, then the names that lead to it, once', async () => {
  const source = await build(
    plant(temporaryFolder(), { a: noise(300), 'b/c/d': noise(300), e: undefined }),
    SMALL,
  );
  const folder = temporaryFolder();
  const { fs, deeds } = watched(folder);
  const writer = await createPart(folder, 'x', source.manifest, fs);
  pour(source, writer);
  expect(deeds).toEqual([]);
  await writer.sync();
  const data = ['flush data of x.part/a', 'flush data of x.part/b/c/d'];
  const names = ['x.part', 'x.part/b', 'x.part/b/c', 'x.part/e', '.'].map((path) => `flush names in ${path}`);
  expect(deeds.splice(0, 2).sort()).toEqual(data);
  expect(deeds.splice(0).sort()).toEqual(names.sort());
  pour(source, writer);
  await writer.sync();
  expect(deeds.sort()).toEqual(data);
});

test('a single file is kept with the name that it has while it is fetched', async () => {
  const source = await build(join(plant(temporaryFolder(), { f: noise(300) }), 'f'), SMALL);
  const folder = temporaryFolder();
  const { fs, deeds } = watched(folder);
  const writer = await createPart(folder, 'x', source.manifest, fs);
  pour(source, writer);
  await writer.sync();
  expect(deeds).toEqual(['flush data of x.part', 'flush names in .']);
});

test('a resource without a byte is kept by its names', async () => {
  const source = await build(plant(temporaryFolder(), { 'a/empty': '' }));
  const folder = temporaryFolder();
  const { fs, deeds } = watched(folder);
  await (await createPart(folder, 'x', source.manifest, fs)).sync();
  expect(deeds.sort()).toEqual(['flush names in .', 'flush names in x.part', 'flush names in x.part/a']);
});

test.each([
  ['a folder', 'folder', ['rename to x']],
  ['a file', 'file', ['link to x', 'unlink x.part']],
])(
  'the final name of %s is flushed after it is given, and nothing comes after that',
  async (_, kind, naming) => {
    const root = plant(temporaryFolder(), { f: noise(300) });
    const source = await build(kind === 'folder' ? root : join(root, 'f'), SMALL);
    const folder = temporaryFolder();
    const { fs, deeds } = watched(folder);
    const writer = await createPart(folder, 'x', source.manifest, fs);
    pour(source, writer);
    await writer.sync();
    deeds.length = 0;
    await writer.finish('x');
    expect(deeds).toEqual([...naming, 'flush names in .']);
  },
);

onPosix.each([
  [0o022, 0o644, 0o755],
  [0o077, 0o600, 0o700],
  [0o027, 0o640, 0o750],
])(
  'with the umask %o a file has mode %o, and an executable one %o, which is flushed',
  async (umask, plain, executable) => {
    const before = process.umask(umask);
    onTestFinished(() => void process.umask(before));
    const root = plant(temporaryFolder(), { plain: noise(9), run: '#!/bin/sh' });
    chmodSync(join(root, 'plain'), 0o644);
    chmodSync(join(root, 'run'), 0o755);
    const source = await build(root);
    const folder = temporaryFolder();
    const { fs, deeds } = watched(folder);
    const writer = await createPart(folder, 'x', source.manifest, fs);
    pour(source, writer);
    await writer.finish('x');
    const modeOf = (file: string): number => statSync(join(folder, 'x', file)).mode & 0o7777;
    expect({ plain: modeOf('plain'), run: modeOf('run') }).toEqual({ plain, run: executable });
    expect(deeds.filter((deed) => deed.includes('run'))).toEqual([
      'flush data of x.part/run',
      'mode of x.part/run',
      'flush all of x.part/run',
    ]);
  },
);

test('a file without a byte that is missing is made again, whatever is kept', async () => {
  const source = await build(plant(temporaryFolder(), { a: noise(300), empty: '' }), SMALL);
  const writer = await createPart(temporaryFolder(), 'x', source.manifest);
  pour(source, writer);
  writer.close();
  rmSync(join(writer.partPath, 'empty'));
  await expect(writer.finish('x')).rejects.toMatchObject({ code: 'part-file-lost' });
  const { lost } = await takeUpPart(writer.partPath, source.manifest, () => true);
  expect(lost).toEqual([]);
  expect(statSync(join(dirname(writer.partPath), 'x.part', 'empty')).size).toBe(0);
});
