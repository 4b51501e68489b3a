import { execFileSync } from 'node:child_process';
import { chmodSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type FileStat, type FileSystem, realFileSystem } from '../../core/content/file-system.ts';
import { refusalOf } from '../../core/content/refusal.ts';
import { scanRest, scanTree } from '../../core/content/scan.ts';
import { contentsOf, findChange, listingOf, pathOf } from '../../core/content/tree.ts';
import type { Failure } from '../../core/failure.ts';
import { plant, temporaryFolder } from './temporary.ts';

const onPosix = test.skipIf(process.platform === 'win32');

const failure = (code: string, message = '') =>
  expect.objectContaining({ code, message: expect.stringContaining(message) });

test('a single file has its name beside it and not in it', async () => {
  const root = plant(temporaryFolder(), { 'a.txt': 'hello' });
  const tree = await scanTree([join(root, 'a.txt')]);
  expect(tree).toMatchObject({ kind: 'file', name: 'a.txt', length: 5, folders: [], skipped: [] });
  expect(tree.files).toMatchObject([{ name: '', size: 5, executable: false }]);
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

onPosix('links that lead into the folder are part of it, as short as they can be said', async () => {
  const root = plant(temporaryFolder(), { 'real/a': 'abc', 'top/b': 'd', 'top/d/e/f': '' });
  const link = (target: string, path: string) => symlinkSync(target, join(root, path));
  link(join(root, 'real'), 'link');
  link('b', 'top/plain');
  link('./d//e/', 'top/detour');
  link(join(root, 'top/d/e/f'), 'top/d/absolute');
  link('../../b', 'top/d/e/up');
  link('..', 'top/d/root');
  link('nowhere', 'top/dangling');
  link('plain', 'top/chain');
  expect(await scanTree([join(root, 'link')])).toMatchObject({ name: 'link', length: 3 });
  const tree = await scanTree([join(root, 'top')]);
  expect(tree.skipped).toEqual([]);
  expect(tree.links.map(({ path, target }) => [path, target])).toEqual([
    ['chain', 'plain'],
    ['d/absolute', 'e/f'],
    ['d/e/up', '../../b'],
    ['d/root', '..'],
    ['dangling', 'nowhere'],
    ['detour', 'd/e'],
    ['plain', 'b'],
  ]);
});

onPosix('links that lead out of the folder, or may, are skipped and told', async () => {
  const root = plant(temporaryFolder(), { 'real/a': 'abc', 'top/b': 'd', 'top/d/e': '' });
  const link = (target: string, path: string) => symlinkSync(target, join(root, 'top', path));
  link(join(root, 'real/a'), 'absolute');
  link('..', 'up');
  link('../top2', 'beside');
  link('d', 'l');
  link('l/e', 'through');
  link('L/e', 'through-maybe');
  link('d/../b', 'detour');
  link('a:b', 'alternate');
  const { links, skipped } = await scanTree([join(root, 'top')]);
  expect(links).toEqual([{ path: 'l', target: 'd' }]);
  expect(Object.fromEntries(skipped.map(({ path, reason }) => [path, reason]))).toEqual({
    absolute: 'it is a link that leads out of the folder',
    up: 'it is a link that leads out of the folder',
    beside: 'it is a link that leads out of the folder',
    through: 'it is a link that leads through another',
    'through-maybe': 'it is a link that leads through another',
    detour: 'it is a link that leads out of the folder',
    alternate: expect.stringContaining('colon'),
  });
});

onPosix('pipes and devices: refused where the person names them, skipped and told within', async () => {
  const root = plant(temporaryFolder(), { a: '', 'd/x': '' });
  execFileSync('mkfifo', [join(root, 'pipe'), join(root, 'd/pipe')]);
  rmSync(join(root, 'd/x'));
  await expect(scanTree([join(root, 'pipe')])).rejects.toEqual(failure('not-a-file', 'pipe'));
  await expect(scanTree(['/dev/null'])).rejects.toEqual(failure('not-a-file', '/dev/null'));
  const tree = await scanTree([root]);
  const reason = 'it is neither a file nor a folder';
  expect(tree.skipped).toEqual(
    expect.arrayContaining([
      { path: 'pipe', absolute: join(root, 'pipe'), reason },
      { path: 'd/pipe', absolute: join(root, 'd/pipe'), reason },
    ]),
  );
  expect(tree.folders).toEqual(['d']);
  expect(contentsOf(tree, 'public').leftOut).toEqual({ count: 2, names: [] });
  expect(contentsOf(tree, 'private').leftOut).toEqual({ count: 2, names: ['d/pipe', 'pipe'] });
});

onPosix('all names that cannot travel are refused at once, and named; the rest can be shared', async () => {
  const bad = ['a:b', 'con', 'a\\b', 'a\nb', 'dot.', 'in:folder/fine', 'in:folder/no:r', 'E\u0301/x'];
  const root = plant(temporaryFolder(), {
    ...Object.fromEntries(bad.map((name) => [`deep/${name}`, ''])),
    'deep/é': '',
    'deep/good': '1',
  });
  const refused = await scanTree([root]).then(
    () => [],
    ({ code, refused }: Failure) => [
      code,
      refused?.entries.map(({ path }) => path.slice(root.length + 6)).sort(),
    ],
  );
  const named = ['a:b', 'con', 'a\\b', 'a\nb', 'dot.', 'in:folder', 'in:folder/no:r', 'E\u0301'];
  // One of two that meet, whichever is looked at first.
  const other = named.with(-1, 'é').sort();
  expect(refused[0]).toBe('bad-name');
  expect([named.sort(), other]).toContainEqual(refused[1]);
  const rest = await scanRest([root]);
  expect(rest.files.map(pathOf)).toContain('deep/good');
  expect(contentsOf(rest, 'public').leftOut?.count).toBe(7);
  // A single file may have any name: it does not travel.
  const single = plant(temporaryFolder(), { 'a:b': '' });
  expect((await scanTree([join(single, 'a:b')])).name).toBe('a:b');
});

test('of many names the first hundred are told, and the rest counted', () => {
  const skipped = Array.from({ length: 250 }, (_, i) => ({
    path: `${i}:`,
    absolute: `/d/${i}:`,
    reason: 'it has a colon',
    code: 'bad-name' as const,
  }));
  const refusal = refusalOf(skipped);
  expect(refusal?.refused?.count).toBe(250);
  expect(refusal?.refused?.entries).toHaveLength(100);
  expect(refusal?.message).toContain('250');
  expect(refusalOf([{ path: 's', absolute: '/d/s', reason: 'it is a link' }])).toBeUndefined();
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
  expect((await findChange(tree))?.name).toBe('c');
  writeFileSync(join(root, 'b'), '22');
  expect((await findChange(tree))?.name).toBe('b');
  renameSync(join(root, 'a'), join(root, 'd'));
  expect((await findChange(tree))?.name).toBe('a');
});
