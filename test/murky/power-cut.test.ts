/**
 * A power cut while entries are put: what was answered with 200 is there afterwards, and of what was not either the old
 * or the new. The disk keeps a journal of what has not been flushed, of which a cut takes back all, or some.
 */
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { realFileSystem } from '../../core/content/file-system.ts';
import { defaultConfig } from '../../core/murky/config.ts';
import { Gateway } from '../../core/murky/gateway/gateway.ts';
import { EntryStore } from '../../core/murky/storage/entry-store.ts';
import { LocalDisk } from '../../core/murky/storage/local-disk.ts';
import { type Random, seeded } from '../../core/protocol/random.ts';
import { noise, temporaryFolder } from '../content/temporary.ts';
import { Unflushed } from '../torture/unflushed.ts';
import { all } from './entry-casks.ts';
import { LoneStore } from './lone-store.ts';

/** `of`: what is not on the medium yet; after the cut nothing is done any more. */
const disk = vi.hoisted(() => ({
  of: undefined as Unflushed | undefined,
  isCut: false,
  before(): Unflushed | undefined {
    if (disk.isCut) throw Object.assign(new Error('EIO: the power was cut'), { code: 'EIO' });
    return disk.of;
  },
}));

// What the store does to files, with every change noted in the journal.
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  const open: typeof real.open = async (path, flags, mode) => {
    const journal = disk.before();
    const file = await real.open(path, flags, mode);
    if (journal === undefined || flags !== 'wx') return file;
    journal.created(String(path));
    return watched(file, journal);
  };
  const mkdir = async (path: string, options: { recursive: true }): Promise<string | undefined> => {
    const missing: string[] = [];
    for (let folder = path; !existsSync(folder); folder = dirname(folder)) missing.unshift(folder);
    const made = await real.mkdir(path, options);
    for (const folder of missing) disk.before()?.created(folder);
    return made;
  };
  const rename: typeof real.rename = async (from, to) => {
    const journal = disk.before();
    renameSync(from, to);
    journal?.renamed(String(from), String(to));
  };
  const remove = async (path: string): Promise<void> => {
    if (!existsSync(path)) return;
    disk.before()?.unlinks(path);
    rmSync(path);
  };
  return { ...real, open, mkdir, rename, unlink: remove, rm: remove };
});

function watched(file: FileHandle, journal: Unflushed): FileHandle {
  return new Proxy(file, {
    get(target, name: keyof FileHandle) {
      if (name === 'write')
        return (bytes: Uint8Array, from: number, length: number, position: number) => {
          disk.before();
          journal.writes(target.fd, position, length);
          return target.write(bytes, from, length, position);
        };
      if (name === 'datasync')
        return async () => {
          disk.before();
          const covered = journal.coveredBy(target.fd);
          await target.datasync();
          journal.flushed(covered);
        };
      const value = target[name];
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

beforeEach(() => {
  const { flushFolder } = realFileSystem;
  vi.spyOn(realFileSystem, 'flushFolder').mockImplementation(async (folder) => {
    const journal = disk.before();
    const covered = journal?.namesIn(folder) ?? [];
    await flushFolder(folder);
    journal?.flushed(covered);
  });
});

afterEach(() => {
  vi.restoreAllMocks();
});

/** A cut that takes back everything that may be. */
const ALL: Random = { ...seeded(1), u32: () => 0xffff_ffff };

/** Content by which its version can be told; some deflates, some is the same as another entry's. */
function content(version: number): Uint8Array {
  const body = version % 3 === 0 ? new Uint8Array(9000) : noise(9000, version + 1);
  return version % 4 === 0 ? noise(9000) : Buffer.concat([Buffer.from(`${version} `), body]);
}

function openStore(dataDir: string): Promise<EntryStore> {
  return EntryStore.open({ dataDir, gone: () => {}, warn: () => {} });
}

/** Copies the database as it is, which is synced with every record. */
function copyDatabase(from: string, to: string): void {
  for (const name of ['murky.db', 'murky.db-wal']) {
    rmSync(join(to, name), { force: true });
    if (existsSync(join(from, name))) copyFileSync(join(from, name), join(to, name));
  }
}

/** By id: the version that was answered last, 0 for none, and those that were begun after it. */
type Ids = { answered: number; begun: Set<number> }[];

/** Puts and deletes over HTTP until so many are answered, and cuts the power then. */
async function cutAfter(answers: number, dataDir: string, random: Random): Promise<Ids> {
  const journal = new Unflushed();
  disk.of = journal;
  const store = await openStore(dataDir);
  const { casks, catalogue } = store;
  const kept = {
    casks,
    catalogue,
    storage: await LocalDisk.open(join(dataDir, 'unused')),
    close: () => store.close(),
  };
  const gateway = await Gateway.open(new LoneStore(kept, 2 ** 40), {
    host: '127.0.0.1',
    port: 0,
    allowedHosts: [],
    limits: defaultConfig.limits,
    warn: () => {},
  });
  const url = `http://127.0.0.1:${gateway.address.port}`;
  const atCut = join(dirname(dataDir), 'at-the-cut');
  mkdirSync(atCut);
  const ids: Ids = Array.from({ length: 4 }, () => ({ answered: 0, begun: new Set<number>() }));
  let left = answers;
  let version = 0;
  const work = async (id: number): Promise<void> => {
    while (left > 0) {
      version += 1;
      const mine = version % 5 === 0 ? 0 : version;
      ids[id].begun.add(mine);
      const request = mine === 0 ? { method: 'DELETE' } : { method: 'PUT', body: content(mine) };
      const { ok } = await fetch(`${url}/${id}`, request);
      if (left === 0 || !ok) continue;
      ids[id] = { answered: mine, begun: new Set() };
      left -= 1;
      if (left > 0) continue;
      disk.isCut = true;
      copyDatabase(dataDir, atCut);
    }
  };
  await Promise.all(ids.map((_, id) => work(id)));
  await gateway.close();
  await store.close();
  journal.lose(random);
  copyDatabase(atCut, dataDir);
  disk.of = undefined;
  disk.isCut = false;
  return ids;
}

test.skipIf(process.platform !== 'linux').each([
  ['all that it may', 1, ALL],
  ['all that it may', 6, ALL],
  ['some of it', 7, seeded(2)],
  ['some of it', 8, seeded(3)],
  ['some of it', 9, seeded(4)],
])(
  'a power cut that takes back %s, after %i answers, takes nothing of what was answered',
  async (_, answers, random) => {
    const dataDir = join(temporaryFolder(), 'data');
    mkdirSync(dataDir);
    const ids = await cutAfter(answers, dataDir, random);
    const store = await openStore(dataDir);
    for (const [id, { answered, begun }] of ids.entries()) {
      const record = store.catalogue.get(id.toString(16).padStart(16, '0'));
      const open = record?.kind === 'content' ? await store.casks.open(record) : undefined;
      const found =
        open && record?.kind === 'content' && (await all(open.read({ start: 0, end: record.size })));
      await open?.close();
      const may = [answered, ...begun].map((version) =>
        version === 0 ? undefined : new Uint8Array(content(version)),
      );
      expect(may, `entry ${id}`).toContainEqual(found);
    }
    await store.close();
  },
);
