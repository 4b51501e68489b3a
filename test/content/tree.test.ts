import { execFileSync } from 'node:child_process';
import { chmodSync, renameSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type FileStat, type FileSystem, realFileSystem } from '../../core/content/file-system.ts';
import { findChange, listingOf, scanTree } from '../../core/content/tree.ts';
import { plant, temporaryFolder } from './temporary.ts';

const onPosix = test.skipIf(process.platform === 'win32');

const failure = (code: string, message = '') =>
  expect.objectContaining({ code, message: expect.stringContaining(message) });

test('a single file has its name beside it and not in it', async () => {
  const root = plant(temporaryFolder(), { 'a.txt': 'hello' });
  const tree = await scanTree([join(root, 'a.txt')]);
  expect(tree).toMatchObject({ kind: 'file', name: 'a.txt', length: 5, folders: [], skipped: [] });
  expect(tree.files).toMatchObject([{ path: '', stamp: { size: 5 }, executable: false }]);
  expect(listingOf(tree)).toBeUndefined();
});

onPosix('a folder is its files in order, executable bits and empty folders', async () => {
  const root = plant(temporaryFolder(), {
    'top/b/c': '123',
    'top/b.txt': '4',
    'top/run': '#!',
    'top/none': '',
    'top/empty/in/in': undefined,
    'top/\uffee': '',
    'top/\u{1f468}': '',
  });
  chmodSync(join(root, 'top/run'), 0o755);
  const tree = await scanTree([join(root, 'top')]);
  expect(tree.name).toBe('top');
  expect(listingOf(tree)).toEqual([
    { kind: 'file', path: 'b.txt', length: 1, executable: false },
    { kind: 'file', path: 'b/c', length: 3, executable: false },
    { kind: 'folder', path: 'empty/in/in' },
    { kind: 'file', path: 'none', length: 0, executable: false },
    { kind: 'file', path: 'run', length: 2, executable: true },
    { kind: 'file', path: '\uffee', length: 0, executable: false },
    { kind: 'file', path: '\u{1f468}', length: 0, executable: false },
  ]);
});

test('an empty folder is an empty listing', async () => {
  expect(listingOf(await scanTree([temporaryFolder()]))).toEqual([]);
});

test('several are one folder of their names, which must not clash', async () => {
  const root = plant(temporaryFolder(), { 'x/a': '1', 'y/a': '2', 'y/b/c': '3', 'y/e': undefined });
  const at = (path: string) => join(root, path);
  const tree = await scanTree([at('y/b'), at('x/a'), at('y/e')]);
  expect(tree.name).toBe('b and 2 more');
  expect(listingOf(tree)?.map((entry) => entry.path)).toEqual(['a', 'b/c', 'e']);
  await expect(scanTree([at('x/a'), at('y/a')])).rejects.toEqual(failure('bad-name', 'twice'));
});

test('what is not there is named', async () => {
  const path = join(temporaryFolder(), 'gone');
  await expect(scanTree([path])).rejects.toEqual(failure('no-such-path', path));
  await expect(scanTree([join(plant(temporaryFolder(), { f: '' }), 'f/x')])).rejects.toEqual(
    failure('no-such-path'),
  );
  await expect(scanTree([])).rejects.toEqual(failure('usage'));
});

onPosix('links: followed where the person names them, skipped and told within', async () => {
  const root = plant(temporaryFolder(), { 'real/a': 'abc', 'top/b': 'd' });
  symlinkSync(join(root, 'real'), join(root, 'link'));
  symlinkSync(join(root, 'real/a'), join(root, 'top/link'));
  symlinkSync('..', join(root, 'top/loop'));
  symlinkSync('nowhere', join(root, 'top/broken'));
  expect(await scanTree([join(root, 'link')])).toMatchObject({ name: 'link', length: 3 });
  const tree = await scanTree([join(root, 'top')]);
  expect(tree.files.map((file) => file.path)).toEqual(['b']);
  expect(tree.skipped.map(({ absolute, reason }) => [absolute, reason]).sort()).toEqual(
    ['broken', 'link', 'loop'].map((name) => [join(root, 'top', name), 'a link']),
  );
});

onPosix('pipes and devices: refused where the person names them, skipped and told within', async () => {
  const root = plant(temporaryFolder(), { a: '' });
  execFileSync('mkfifo', [join(root, 'pipe')]);
  await expect(scanTree([join(root, 'pipe')])).rejects.toEqual(failure('not-a-file', 'pipe'));
  await expect(scanTree(['/dev/null'])).rejects.toEqual(failure('not-a-file', '/dev/null'));
  const tree = await scanTree([root]);
  expect(tree.skipped).toEqual([{ absolute: join(root, 'pipe'), reason: 'neither a file nor a folder' }]);
});

onPosix('names that cannot travel are refused, and named', async () => {
  for (const name of ['a:b', 'con', 'a\\b', 'a\nb', 'dot.']) {
    const root = plant(temporaryFolder(), { [`deep/${name}`]: '' });
    await expect(scanTree([root])).rejects.toEqual(failure('bad-name', 'cannot be shared under its name'));
  }
  const root = plant(temporaryFolder(), { é: '', 'e\u0301': '' });
  await expect(scanTree([root])).rejects.toEqual(failure('bad-name', 'meets'));
  // A single file may have any name: it does not travel.
  const single = plant(temporaryFolder(), { 'a:b': '' });
  expect((await scanTree([join(single, 'a:b')])).name).toBe('a:b');
});

test.runIf(process.platform === 'linux')('a name that is no UTF-8 is refused', async () => {
  const root = temporaryFolder();
  writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.of(0x61, 0xff)]), '');
  await expect(scanTree([root])).rejects.toEqual(failure('bad-name', 'UTF-8'));
});

test('a file that may not be read is named before anything is hashed', async () => {
  const root = plant(temporaryFolder(), { a: '', secret: '' });
  const fs: FileSystem = {
    ...realFileSystem,
    checkReadable: async (path) => {
      if (path.endsWith('secret')) throw Object.assign(new Error('no'), { code: 'EACCES' });
    },
  };
  await expect(scanTree([root], fs)).rejects.toEqual(failure('unreadable', 'secret'));
});

test('more than a million files and more than 1 PiB are refused', async () => {
  const stat: FileStat = { kind: 'file', size: 0, mtimeMs: 0, changedMs: 0, mode: 0o644, identity: '' };
  const fs: FileSystem = {
    ...realFileSystem,
    resolve: async (path) => path,
    look: async (path) => (path.endsWith('top') ? { ...stat, kind: 'folder' } : stat),
    list: async () => Array.from({ length: 1_000_001 }, (_, i) => Buffer.from(`f${i}`)),
    checkReadable: async () => {},
    hold: async (path) => ({ path, letGo: async () => {} }),
  };
  await expect(scanTree(['/top'], fs)).rejects.toEqual(failure('too-many-files', '1000000'));
  const huge: FileSystem = { ...fs, look: async () => ({ ...stat, size: 2 ** 50 + 1 }) };
  await expect(scanTree(['/file'], huge)).rejects.toEqual(failure('too-large'));
});

test('more than 250,000 folders are refused', async () => {
  const stat: FileStat = { kind: 'folder', size: 0, mtimeMs: 0, changedMs: 0, mode: 0o755, identity: '' };
  const fs: FileSystem = {
    ...realFileSystem,
    resolve: async (path) => path,
    look: async () => stat,
    hold: async (path) => ({ path, letGo: async () => {} }),
    list: async (path) =>
      path.endsWith('/top') ? Array.from({ length: 250_001 }, (_, i) => Buffer.from(`f${i}`)) : [],
  };
  await expect(scanTree(['/top'], fs)).rejects.toEqual(failure('too-many-files', '250000 folders'));
});

test('a change of size, of time, and a loss are found', async () => {
  const root = plant(temporaryFolder(), { a: '1', b: '2', c: '3' });
  const tree = await scanTree([root]);
  expect(await findChange(tree)).toBeUndefined();
  utimesSync(join(root, 'c'), 1, 1);
  expect((await findChange(tree))?.path).toBe('c');
  writeFileSync(join(root, 'b'), '22');
  expect((await findChange(tree))?.path).toBe('b');
  renameSync(join(root, 'a'), join(root, 'd'));
  expect((await findChange(tree))?.path).toBe('a');
});
