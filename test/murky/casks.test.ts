import { existsSync, readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { Failure } from '../../core/failure.ts';
import type { ContentRecord } from '../../core/murky/record.ts';
import { caskLengths } from '../../core/murky/storage/cask.ts';
import { CaskIndex } from '../../core/murky/storage/cask-index.ts';
import { caskKey } from '../../core/murky/storage/entry-storage.ts';
import { build, noise, plant, temporaryFolder } from '../content/temporary.ts';
import { all, type Kept, openCasks, pieces, put, read } from './entry-casks.ts';
import { until } from './raw-http.ts';

const FRAME = 256 * 1024;
const text = (length: number): Uint8Array =>
  Buffer.from('It rains, and the waters are murky. '.repeat(length / 36 + 1)).subarray(0, length);
/** Deflates at first, and then not at all. */
const mixed = (length: number): Uint8Array =>
  Buffer.concat([text(FRAME + 1000), noise(length)]).subarray(0, length);

function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

test.each([0, 1, 4095, 4096, 5000, FRAME - 1, FRAME, FRAME + 1, 3 * FRAME + 17])(
  '%i bytes come back, whatever they are',
  async (length) => {
    const kept = await openCasks(temporaryFolder());
    for (const content of [text(length), noise(length), mixed(length)]) {
      const record = await put(kept, '00000000000000aa', content);
      expect(record.size).toBe(length);
      expect(await read(kept, record)).toEqual(new Uint8Array(content));
      const cask = await kept.casks.cask(record.digest);
      const { least, most } = caskLengths(length);
      expect(cask?.bytes).toBeGreaterThanOrEqual(least);
      expect(cask?.bytes).toBeLessThanOrEqual(most);
      await cask?.close();
    }
    await kept.close();
  },
);

test('a folder in the place of a cask is taken away with all that is in it', async () => {
  const folder = temporaryFolder();
  const kept = await openCasks(folder);
  const record = await put(kept, '0000000000000001', text(5));
  const path = join(plant(folder, { 'fetched/a/b': 'x' }), 'fetched');
  const other = { ...record, digest: new Uint8Array(32) };
  await expect(kept.casks.adopt(path, other)).rejects.toBeDefined();
  expect(existsSync(path)).toBe(false);
  await kept.close();
});

test('any range of any content is that of the content', async () => {
  const kept = await openCasks(temporaryFolder());
  const contents = [text(3 * FRAME + 5), noise(2 * FRAME + 5), mixed(3 * FRAME)];
  const records: ContentRecord[] = [];
  for (const [at, content] of contents.entries())
    records.push(await put(kept, `000000000000000${at}`, content));
  await fc.assert(
    fc.asyncProperty(fc.nat(2), fc.nat(4 * FRAME), fc.nat(4 * FRAME), async (which, a, b) => {
      const { size } = records[which];
      const [start, end] = [Math.min(a, b, size), Math.min(Math.max(a, b), size)];
      expect(await read(kept, records[which], { start, end })).toEqual(
        new Uint8Array(contents[which].subarray(start, end)),
      );
    }),
    { numRuns: 60 },
  );
  await kept.close();
});

test('what deflates takes less of the disk, what does not takes no more', async () => {
  const folder = temporaryFolder();
  const kept = await openCasks(folder);
  await put(kept, '0000000000000001', text(2 * FRAME));
  expect(kept.casks.storedBytes()).toBeLessThan(FRAME / 4);
  await put(kept, '0000000000000001', noise(2 * FRAME), 2);
  expect(kept.casks.storedBytes()).toBe(2 * FRAME);
  await kept.close();
});

test('the resource of a cask is that which rain makes of the file', async () => {
  const folder = temporaryFolder();
  const kept = await openCasks(folder);
  for (const content of [text(6_000_000), noise(2_400_000), noise(0)]) {
    const { digest } = await put(kept, '0000000000000001', content);
    const built = await build(await kept.storage.path(caskKey(digest)));
    expect(new Uint8Array(built.manifest.digest)).toEqual(new Uint8Array(digest));
    const poured = await kept.casks.poured(built.manifest.id);
    expect(new Uint8Array(poured?.manifest ?? [])).toEqual(new Uint8Array(built.bytes));
  }
  await kept.close();
});

test('content of two entries is kept once, until neither has it', async () => {
  const folder = temporaryFolder();
  const kept = await openCasks(folder);
  const first = await put(kept, '0000000000000001', noise(9000));
  const second = await put(kept, '0000000000000002', noise(9000));
  expect(files(join(folder, 'casks'))).toHaveLength(1);
  kept.catalogue.set({ kind: 'tombstone', id: first.id, version: { ...first.version, time: 2 } });
  await kept.casks.close();
  expect(await read(kept, second)).toEqual(noise(9000));
  kept.catalogue.remove(second.id);
  await kept.casks.close();
  expect(files(join(folder, 'casks'))).toEqual([]);
  expect(kept.casks.get(second.digest)).toBeUndefined();
  await kept.close();
});

test('content that is put again while it is being deleted is there afterwards', async () => {
  const kept = await openCasks(temporaryFolder());
  const record = await put(kept, '0000000000000001', noise(9000));
  for (let round = 2; round < 20; round++) {
    kept.catalogue.remove(record.id);
    expect(await read(kept, await put(kept, record.id, noise(9000), round))).toEqual(noise(9000));
  }
  await kept.close();
});

test('a reader reads on when the entry has been overwritten', async () => {
  const kept = await openCasks(temporaryFolder());
  const record = await put(kept, '0000000000000001', noise(3 * FRAME));
  const open = await kept.casks.open(record);
  await put(kept, '0000000000000001', noise(10), 2);
  await kept.casks.close();
  expect(await all(open?.read({ start: 0, end: record.size }) ?? pieces(new Uint8Array(0)))).toEqual(
    noise(3 * FRAME),
  );
  await open?.close();
  await kept.close();
});

test('a stream that breaks off, or is too long, leaves nothing', async () => {
  const folder = temporaryFolder();
  const { casks, close } = await openCasks(folder);
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield noise(FRAME * 2);
    throw new Error('the line was cut');
  }
  expect(await rejection(casks.put(broken(), 2 ** 40))).toEqual(new Error('the line was cut'));
  expect(await rejection(casks.put(pieces(noise(5000)), 4999))).toMatchObject({ code: 'too-large' });
  expect(files(join(folder, 'casks'))).toEqual([]);
  expect(files(join(folder, 'staging'))).toEqual([]);
  await close();
});

test('what a crash has left is taken away at the next start', async () => {
  const folder = temporaryFolder();
  const first = await openCasks(folder);
  const record = await put(first, '0000000000000001', noise(9000));
  // Kept, and its record never set.
  await first.casks.put(pieces(noise(7000)), 2 ** 40);
  await first.close();
  writeFileSync(join(folder, 'staging', '1'), 'half');
  writeFileSync(join(folder, 'casks', 'notes'), 'no cask, and left alone');
  const second = await openCasks(folder);
  expect(files(join(folder, 'staging'))).toEqual([]);
  const left = files(join(folder, 'casks')).map((path) => basename(path));
  expect(left.sort()).toEqual([caskKey(record.digest).slice(2), 'notes'].sort());
  expect(await read(second, record)).toEqual(noise(9000));
  await second.close();
});

test('an entry whose file was taken away is known to be lost', async () => {
  const folder = temporaryFolder();
  const first = await openCasks(folder);
  const record = await put(first, '0000000000000001', noise(9000));
  await first.storage.delete(caskKey(record.digest));
  await first.close();
  const second = await openCasks(folder);
  expect(second.catalogue.lost()).toEqual([record]);
  await second.close();
});

test('a cask that was fetched is kept when it is the one of the record, and else not', async () => {
  const from = await openCasks(temporaryFolder());
  const folder = temporaryFolder();
  const to = await openCasks(folder);
  for (const content of [text(3 * FRAME), noise(3 * FRAME)]) {
    const record = await put(from, '0000000000000001', content);
    const fetched = async (): Promise<string> => {
      const path = join(folder, 'fetched');
      const file = await from.storage.get(caskKey(record.digest));
      await writeFile(path, (await file?.read(0, file.bytes)) ?? '');
      await file?.close();
      return path;
    };
    const path = await fetched();
    truncateSync(path, statSync(path).size - 1);
    expect(await rejection(to.casks.adopt(path, record))).toMatchObject({ code: 'verification-failed' });
    expect(
      await rejection(to.casks.adopt(await fetched(), { ...record, size: record.size - 1 })),
    ).toMatchObject({ code: 'verification-failed' });
    expect(files(folder).filter((file) => file.includes('casks') || file.includes('fetched'))).toEqual([]);
    const lease = await to.casks.adopt(await fetched(), record);
    to.catalogue.set(record);
    lease.release();
    expect(await read(to, record)).toEqual(new Uint8Array(content));
    to.catalogue.remove(record.id);
    await until('its file is gone', () => files(join(folder, 'casks')).length === 0);
  }
  await from.close();
  await to.close();
});

test('damage is noticed and never handed over', async () => {
  const folder = temporaryFolder();
  const kept = await openCasks(folder);
  const record = await put(kept, '0000000000000001', text(2 * FRAME));
  const path = await kept.storage.path(caskKey(record.digest));
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
      writeFileSync(path, bytes);
      expect(await rejection(read(kept, record))).toMatchObject({ code: 'verification-failed' });
    }),
    { numRuns: 50 },
  );
  await kept.close();
});

test('what is kept is there after a restart, and counted', async () => {
  const folder = temporaryFolder();
  const first: Kept = await openCasks(folder);
  const records: ContentRecord[] = [];
  for (let id = 0; id < 5; id++)
    records.push(await put(first, `000000000000000${id}`, noise(100 + id, id + 1), id));
  first.catalogue.set({ kind: 'tombstone', id: records[0].id, version: { ...records[0].version, time: 9 } });
  const { totals } = first.catalogue;
  await first.close();
  const second = await openCasks(folder);
  expect(second.catalogue.totals).toEqual(totals);
  expect(totals).toEqual({ entries: 4, bytes: 410, tombstones: 1 });
  expect(second.catalogue.list('', 2)).toEqual(records.slice(1, 3));
  expect(second.catalogue.list(records[2].id, 9)).toEqual(records.slice(3));
  expect(second.catalogue.latest(2)).toEqual([records[4], records[3]]);
  await second.close();
});

test('an entry is replaced though the disk refuses to forget the cask it had', async () => {
  const folder = temporaryFolder();
  const warnings: unknown[] = [];
  const kept = await openCasks(folder, (error) => warnings.push(error));
  const old = await put(kept, '0000000000000001', noise(10));
  const forget = vi.spyOn(CaskIndex.prototype, 'remove').mockImplementation(() => {
    throw new Failure('no-space', 'The disk is full.');
  });
  const replacement = await put(kept, '0000000000000001', noise(20), 2);
  expect(warnings).toEqual([expect.objectContaining({ code: 'no-space' })]);
  expect(kept.catalogue.totals).toEqual({ entries: 1, bytes: 20, tombstones: 0 });
  forget.mockRestore();
  await kept.close();
  const again = await openCasks(folder);
  expect(again.casks.get(old.digest)).toBeUndefined();
  expect(again.casks.get(replacement.digest)).toBeDefined();
  await again.close();
});

test('a cask that is being taken in when the storage closes stays where it is, and is taken in by the next', async () => {
  const folder = temporaryFolder();
  const kept = await openCasks(folder);
  const arrived = join(folder, 'arrived');
  const content = noise(3 * FRAME);
  writeFileSync(arrived, content);
  const { manifest } = await build(arrived);
  const record = { digest: manifest.digest, size: content.length };
  const adopting = rejection(kept.casks.adopt(arrived, record));
  await kept.close();
  expect(await adopting).toMatchObject({ code: 'interrupted' });
  const again = await openCasks(folder);
  const lease = await again.casks.adopt(arrived, record);
  expect(again.casks.get(record.digest)).toBeDefined();
  lease.release();
  await again.close();
});
