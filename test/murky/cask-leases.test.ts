/** What keeps a cask, what lets it go, and what is left when keeping it fails: a storage that the test holds up. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { Casks } from '../../core/murky/storage/casks.ts';
import { openMurkyDatabase } from '../../core/murky/storage/database.ts';
import { caskKey, type EntryStorage } from '../../core/murky/storage/entry-storage.ts';
import { LocalDisk } from '../../core/murky/storage/local-disk.ts';
import { Staging } from '../../core/murky/storage/staging.ts';
import { closeDatabase } from '../../core/store/database.ts';
import { noise, temporaryFolder } from '../content/temporary.ts';
import { pieces } from './entry-casks.ts';

const MOST = 2 ** 40;

/** Casks of which a set of digests says what is named. */
async function open() {
  const folder = temporaryFolder();
  const connection = openMurkyDatabase(folder);
  const disk = await LocalDisk.open(join(folder, 'casks'));
  const named = new Set<string>();
  const gone: string[] = [];
  const faults: { put?: Error; delete?: Promise<void> } = {};
  const deletions: string[] = [];
  const storage: EntryStorage = {
    put: async (key, path) => {
      if (faults.put !== undefined) throw faults.put;
      await disk.put(key, path);
    },
    delete: async (key) => {
      deletions.push(key);
      await faults.delete;
      await disk.delete(key);
    },
    get: (key) => disk.get(key),
    list: () => disk.list(),
    path: (key) => disk.path(key),
  };
  const casks = new Casks({
    storage,
    staging: await Staging.open(join(folder, 'staging')),
    connection,
    isNamed: (digest) => named.has(caskKey(digest)),
    gone: (digest) => gone.push(caskKey(digest)),
    warn: (error) => {
      throw error;
    },
  });
  onTestFinished(async () => {
    await casks.close();
    closeDatabase(connection);
  });
  return {
    casks,
    named,
    gone,
    faults,
    deletions,
    staged: () => readdirSync(join(folder, 'staging')),
    isThere: async (digest: Uint8Array) => existsSync(await disk.path(caskKey(digest))),
    strange: join(folder, 'casks'),
  };
}

test('what no record names goes with its lease, is not poured any more, and is deleted', async () => {
  const { casks, gone, isThere } = await open();
  const { resource, release } = await casks.put(pieces(noise(9000)), MOST);
  expect({ gone, isThere: await isThere(resource) }).toEqual({ gone: [], isThere: true });
  release();
  release();
  expect(gone).toEqual([caskKey(resource)]);
  expect(casks.get(resource)).toBeUndefined();
  await casks.close();
  expect(await isThere(resource)).toBe(false);
});

test('what a record names stays when its lease goes, until the record has gone', async () => {
  const { casks, named, gone } = await open();
  const { resource, release } = await casks.put(pieces(noise(9000)), MOST);
  named.add(caskKey(resource));
  release();
  expect(gone).toEqual([]);
  named.clear();
  casks.collect(resource);
  expect(gone).toEqual([caskKey(resource)]);
});

test('content is held under its whole description: another size is not what is here', async () => {
  const { casks, gone } = await open();
  const { resource, bytes, release } = await casks.put(pieces(noise(9000)), MOST);
  expect(casks.hold({ digest: resource, size: bytes - 1 })).toBeUndefined();
  expect(casks.hold({ digest: new Uint8Array(32), size: bytes })).toBeUndefined();
  const second = casks.hold({ digest: resource, size: bytes });
  release();
  expect(gone).toEqual([]);
  second?.release();
  expect(gone).toEqual([caskKey(resource)]);
});

test('the file of content that is here already is not kept beside it', async () => {
  const { casks, staged } = await open();
  const first = await casks.put(pieces(noise(9000)), MOST);
  const second = await casks.put(pieces(noise(9000)), MOST);
  expect(second.resource).toEqual(first.resource);
  expect(staged()).toEqual([]);
});

test('a put that the disk refuses leaves no file and holds nothing', async () => {
  const { casks, faults, gone, staged, isThere } = await open();
  faults.put = new Error('EIO');
  await expect(casks.put(pieces(noise(9000)), MOST)).rejects.toBe(faults.put);
  expect(staged()).toEqual([]);
  delete faults.put;
  gone.length = 0;
  const { resource, release } = await casks.put(pieces(noise(9000)), MOST);
  release();
  // A lease of the put that failed would keep it for ever.
  expect(gone).toEqual([caskKey(resource)]);
  await casks.close();
  expect(await isThere(resource)).toBe(false);
});

test('a cask is deleted once at a time: asked again meanwhile, nothing more is done, and a new one waits for its turn', async () => {
  const { casks, faults, gone, deletions, staged, isThere } = await open();
  const { resource, release } = await casks.put(pieces(noise(9000)), MOST);
  const slow = Promise.withResolvers<void>();
  faults.delete = slow.promise;
  release();
  casks.collect(resource);
  expect({ deletions: deletions.length, gone: gone.length }).toEqual({ deletions: 1, gone: 1 });
  const again = casks.put(pieces(noise(9000)), MOST);
  await vi.waitFor(() => expect(staged()).toHaveLength(1), { interval: 1 });
  slow.resolve();
  await again;
  // With the deletion over, too.
  await casks.close();
  expect(await isThere(resource)).toBe(true);
  expect(casks.get(resource)).toBeDefined();
});

test('what lies in the folder of casks under a name that none has is left alone', async () => {
  const { casks, strange, isThere } = await open();
  const { resource } = await casks.put(pieces(noise(9000)), MOST);
  writeFileSync(join(strange, 'ab'), 'a file where a folder would be');
  writeFileSync(join(strange, 'notes'), 'no folder of casks');
  await casks.sweep();
  expect(readdirSync(strange)).toEqual(expect.arrayContaining(['ab', 'notes']));
  expect(await isThere(resource)).toBe(false);
});
