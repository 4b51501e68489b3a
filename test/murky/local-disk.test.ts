/** When a cask may be called kept, and what a disk that refused once does to the next. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { realFileSystem } from '../../core/content/file-system.ts';
import type { CaskKey } from '../../core/murky/storage/entry-storage.ts';
import { parseCaskKey } from '../../core/murky/storage/entry-storage.ts';
import { LocalDisk } from '../../core/murky/storage/local-disk.ts';
import { temporaryFolder } from '../content/temporary.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

function keyOf(first: string, rest: string): CaskKey {
  const key = parseCaskKey(first + rest.repeat(31));
  if (key === undefined) throw new Error('no key');
  return key;
}

async function open() {
  const folder = temporaryFolder();
  const root = join(folder, 'casks');
  const disk = await LocalDisk.open(root);
  /** Puts a file of its own under a key. */
  const put = (key: CaskKey): Promise<void> => {
    const path = join(folder, `to-be-${key.slice(0, 4)}`);
    writeFileSync(path, 'cask');
    return disk.put(key, path);
  };
  return { root, disk, put };
}

/** Folders whose names are flushed, below `root`; each flush ends when the test says so. */
function watchFlushes(root: string) {
  const flushes: { readonly folder: string; readonly end: PromiseWithResolvers<void> }[] = [];
  vi.spyOn(realFileSystem, 'flushFolder').mockImplementation((folder) => {
    const end = Promise.withResolvers<void>();
    flushes.push({ folder: relative(root, folder) || '.', end });
    return end.promise;
  });
  const next = async (at: number): Promise<void> => {
    await vi.waitFor(() => expect(flushes.length).toBe(at + 1), { interval: 1 });
  };
  return { flushes, next };
}

test('a cask is kept when its name is flushed, and before it that of its folder, once', async () => {
  const { root, put } = await open();
  const { flushes, next } = watchFlushes(root);
  let isKept = false;
  const putting = put(keyOf('ab', '01')).then(() => {
    isKept = true;
  });
  await next(0);
  flushes[0].end.resolve();
  await next(1);
  expect(isKept).toBe(false);
  flushes[1].end.resolve();
  await putting;
  const again = put(keyOf('ab', '02'));
  await next(2);
  flushes[2].end.resolve();
  await again;
  expect(flushes.map(({ folder }) => folder)).toEqual(['.', 'ab', 'ab']);
});

test('casks that are put at once share flushes, and none is kept by one that began before it had its name', async () => {
  const { root, put } = await open();
  await put(keyOf('ab', '00'));
  const { flushes, next } = watchFlushes(root);
  const kept: number[] = [];
  const first = put(keyOf('ab', '01')).then(() => kept.push(1));
  await next(0);
  const others = [2, 3].map((n) => put(keyOf('ab', `0${n}`)).then(() => kept.push(n)));
  await vi.waitFor(async () => expect(await names(root, 'ab')).toBe(4), { interval: 1 });
  flushes[0].end.resolve();
  await next(1);
  expect(kept).toEqual([1]);
  flushes[1].end.resolve();
  await Promise.all([first, ...others]);
  expect(flushes).toHaveLength(2);
});

test('a folder that could not be made, or not be flushed, is made by the next put', async () => {
  const { root, disk, put } = await open();
  writeFileSync(join(root, 'ab'), 'in the way');
  await expect(put(keyOf('ab', '01'))).rejects.toMatchObject({ code: 'in-the-way' });
  rmSync(join(root, 'ab'));
  vi.spyOn(realFileSystem, 'flushFolder').mockRejectedValueOnce(
    Object.assign(new Error('EIO'), { code: 'EIO' }),
  );
  await expect(put(keyOf('ab', '02'))).rejects.toMatchObject({ code: 'disk' });
  await put(keyOf('ab', '03'));
  const reader = await disk.get(keyOf('ab', '03'));
  expect(reader?.bytes).toBe(4);
  await reader?.close();
});

test('only folders and files with names of casks are listed', async () => {
  const { root, disk, put } = await open();
  const key = keyOf('0a', '0b');
  await put(key);
  for (const strange of ['0A', '0a0', 'a', 'zz', '..0a']) {
    mkdirSync(join(root, strange));
    writeFileSync(join(root, strange, key.slice(2)), '');
  }
  // Folder and name together are as long as a key, and cut elsewhere.
  mkdirSync(join(root, key.slice(0, 4)));
  writeFileSync(join(root, key.slice(0, 4), key.slice(4)), '');
  const listed: string[] = [];
  for await (const found of disk.list()) listed.push(found);
  expect(listed).toEqual([key]);
});

async function names(root: string, folder: string): Promise<number> {
  return (await realFileSystem.list(join(root, folder))).filter((name) => dirname(name.toString()) === '.')
    .length;
}
