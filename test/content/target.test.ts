import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type FileSystem, realFileSystem } from '../../core/content/file-system.ts';
import { blockCount } from '../../core/content/layout.ts';
import { isGenuineBlock } from '../../core/content/manifest.ts';
import { removePart } from '../../core/content/removal.ts';
import { checkRoom, NOTHING } from '../../core/content/room.ts';
import { scanTree } from '../../core/content/scan.ts';
import { newContentKey, unsealBlock } from '../../core/content/seal.ts';
import { SourceReader } from '../../core/content/source.ts';
import { PartWriter } from '../../core/content/target.ts';
import { absoluteOf, listingOf } from '../../core/content/tree.ts';
import { createPart, takeUpPart } from './parts.ts';
import { build, noise, plant, temporaryFolder } from './temporary.ts';

const onPosix = test.skipIf(process.platform === 'win32');
const SMALL = { symbolSize: 64, symbolsPerBlock: 4 };
const BLOCK = 1024 * 1152;

const failure = (code: string, message = '') =>
  expect.objectContaining({ code, message: expect.stringContaining(message) });
const errno = (code: string) => Object.assign(new Error(code), { code });

function overwrite(path: string, at: number, text: string): void {
  const fd = openSync(path, 'r+');
  writeSync(fd, text, at);
  closeSync(fd);
}

/** What the clock of the file system says, ms. */
function tick(folder: string): number {
  writeFileSync(join(folder, 'tick'), '');
  return statSync(join(folder, 'tick')).ctimeMs;
}

type Source = Awaited<ReturnType<typeof build>>;

/** Moves blocks as a transfer would: read, verify, unseal, write. */
function pour({ tree, manifest }: Source, writer: PartWriter, blocks = everyBlock(manifest)): void {
  const key = manifest.access === 'private' ? manifest.key : undefined;
  const reader = new SourceReader(tree, manifest, key);
  const buffer = new Uint8Array(manifest.symbolSize * manifest.symbolsPerBlock);
  for (const block of blocks) {
    const length = reader.readBlock(block, buffer);
    if (!isGenuineBlock(manifest, block, buffer)) throw new Error(`block ${block} is not genuine`);
    if (key) unsealBlock(key, block, buffer.subarray(0, length));
    writer.writeBlock(block, buffer);
  }
  reader.close();
}

/** Last to first, so that files are not written from their beginnings. */
function everyBlock(manifest: Source['manifest']): number[] {
  return Array.from({ length: blockCount(manifest) }, (_, i) => i).toReversed();
}

async function expectSame(path: string, source: Source): Promise<void> {
  const copy = await scanTree([path]);
  expect(listingOf(copy)).toEqual(listingOf(source.tree));
  for (const [i, file] of copy.files.entries())
    expect(readFileSync(absoluteOf(file)).equals(readFileSync(absoluteOf(source.tree.files[i])))).toBe(true);
}

test.each([0, 1, 1152, 1153, BLOCK - 1, BLOCK, BLOCK + 1])(
  'a file of %i bytes arrives, public and private',
  async (length) => {
    const root = plant(temporaryFolder(), { 'f.bin': noise(length) });
    for (const key of [undefined, newContentKey()]) {
      const source = await build(join(root, 'f.bin'), key && { key });
      const writer = await createPart(temporaryFolder(), 'f.bin', source.manifest);
      expect(statSync(writer.partPath).size).toBe(length);
      pour(source, writer);
      const path = await writer.finish('f.bin');
      expect(path).toBe(join(dirname(writer.partPath), 'f.bin'));
      await expectSame(path, source);
      expect(readdirSync(dirname(path))).toEqual(['f.bin']);
    }
  },
);

onPosix(
  'a folder arrives with empty files, empty folders, executable bits and names in many scripts',
  async () => {
    const root = plant(temporaryFolder(), {
      'Übergröße/straße.txt': noise(300),
      'файл.txt': noise(1),
      'ファイル/写真.jpg': noise(1000),
      'ملف/קובץ': noise(77),
      '파일/फ़ाइल.txt': noise(5),
      '👨\u200d👩\u200d👧.png': '',
      ['x'.repeat(255)]: noise(10),
      [`${'y'.repeat(255)}/${'€'.repeat(85)}`]: noise(10),
      'bin/run': '#!/bin/sh',
      'empty file': '',
      'empty/in/in': undefined,
    });
    chmodSync(join(root, 'bin/run'), 0o755);
    const source = await build(root, { ...SMALL, key: newContentKey() });
    const writer = await createPart(temporaryFolder(), 'copy', source.manifest);
    pour(source, writer);
    const path = await writer.finish('copy');
    await expectSame(path, source);
    expect(readdirSync(dirname(path))).toEqual(['copy']);
  },
);

test('an empty folder arrives', async () => {
  const source = await build(temporaryFolder());
  const path = await (await createPart(temporaryFolder(), 'e', source.manifest)).finish('e');
  expect(readdirSync(path)).toEqual([]);
});

test('10,000 small files arrive, over 32 descriptors', async () => {
  const files = Object.fromEntries(
    Array.from({ length: 10_000 }, (_, i) => [`d${i % 100}/f${i}`, `file ${i}`]),
  );
  const source = await build(plant(temporaryFolder(), files));
  let open = 0;
  let most = 0;
  const fs: FileSystem = {
    ...realFileSystem,
    open: (path, mode) => {
      most = Math.max(most, ++open);
      return realFileSystem.open(path, mode);
    },
    close: (fd) => {
      open -= 1;
      realFileSystem.close(fd);
    },
    // Ten thousand real ones would measure the disk.
    flush: async () => {},
  };
  const writer = await createPart(temporaryFolder(), 'many', source.manifest, fs);
  pour(source, writer);
  await expectSame(await writer.finish('many'), source);
  // 32 between blocks, and 4 that are being flushed.
  expect(most).toBeLessThanOrEqual(36);
  expect(open).toBe(0);
});

test('a name of 255 bytes has room for what is put behind it', async () => {
  const name = `${'é'.repeat(127)}x`;
  const source = await build(join(plant(temporaryFolder(), { f: 'abc' }), 'f'));
  const folder = temporaryFolder();
  const names: string[] = [];
  for (let i = 0; i < 2; i++) {
    const writer = await createPart(folder, name, source.manifest);
    pour(source, writer);
    names.push(await writer.finish(name));
  }
  expect(names).toEqual([join(folder, name), join(folder, `${'é'.repeat(125)} (2)`)]);
});

test('a name that is taken gets a suffix, and what has it is left as it was', async () => {
  const root = plant(temporaryFolder(), { 'f.txt': 'new', 'd/f': 'new' });
  const folder = plant(temporaryFolder(), {
    'f.txt': 'old',
    'f (2).txt': 'older',
    'd/x': 'old',
    'f.txt.part': 'foreign',
  });
  symlinkSync('nowhere', join(folder, 'f (3).txt'));
  for (const [name, expected] of [
    ['f.txt', 'f (4).txt'],
    ['d', 'd (2)'],
  ]) {
    const source = await build(join(root, name));
    const writer = await createPart(folder, name, source.manifest);
    expect(writer.partPath).not.toBe(join(folder, 'f.txt.part'));
    pour(source, writer);
    const path = await writer.finish(name);
    expect(path).toBe(join(folder, expected));
    await expectSame(path, source);
  }
  const old = (path: string) => readFileSync(join(folder, path), 'utf8');
  expect([old('f.txt'), old('f (2).txt'), old('d/x'), old('f.txt.part')]).toEqual([
    'old',
    'older',
    'old',
    'foreign',
  ]);
  expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual(['f.txt.part']);
});

test('where there are no hard links, nothing is overwritten either', async () => {
  const source = await build(join(plant(temporaryFolder(), { f: 'new' }), 'f'));
  const folder = plant(temporaryFolder(), { f: 'old' });
  const fs: FileSystem = {
    ...realFileSystem,
    link: () => {
      throw errno('ENOTSUP');
    },
  };
  const writer = await createPart(folder, 'f', source.manifest, fs);
  pour(source, writer);
  expect(await writer.finish('f')).toBe(join(folder, 'f (2)'));
  expect(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')])).toEqual([
    ['f', 'old'],
    ['f (2)', 'new'],
  ]);
});

test('a finish that was killed between its two steps is not done twice', async () => {
  const source = await build(join(plant(temporaryFolder(), { f: 'new' }), 'f'));
  const folder = temporaryFolder();
  const writer = await createPart(folder, 'f', source.manifest);
  pour(source, writer);
  writer.close();
  linkSync(writer.partPath, join(folder, 'f'));
  const { writer: again } = await takeUpPart(writer.partPath, source.manifest, () => true);
  expect(await again.finish('f')).toBe(join(folder, 'f'));
  expect(readdirSync(folder)).toEqual(['f']);
});

test('a part is taken up again where it was left', async () => {
  const source = await build(plant(temporaryFolder(), { a: noise(1000), 'b/c': noise(1000), e: '' }), SMALL);
  const folder = temporaryFolder();
  const first = await createPart(folder, 'x', source.manifest);
  pour(source, first, [0, 3, 5]);
  await first.sync();
  first.close();
  const { writer: second } = await takeUpPart(first.partPath, source.manifest, (block) =>
    [0, 3, 5].includes(block),
  );
  pour(source, second, [1, 2, 4, 6, 7]);
  await expectSame(await second.finish('x'), source);
});

test.each<[string, (part: string) => void]>([
  ['gone', (part) => rmSync(part, { recursive: true })],
  ['without a file', (part) => rmSync(join(part, 'a'))],
  ['without a folder', (part) => rmSync(join(part, 'b'), { recursive: true })],
  ['with a short file', (part) => truncateSync(join(part, 'a'), 10)],
  [
    'with a link for a file',
    (part) => {
      renameSync(join(part, 'a'), `${part}-a`);
      symlinkSync(`${part}-a`, join(part, 'a'));
    },
  ],
  [
    'with a link for a folder',
    (part) => {
      renameSync(join(part, 'b'), `${part}-b`);
      symlinkSync(`${part}-b`, join(part, 'b'));
    },
  ],
])('a part %s is told when it is written to', async (_, harm) => {
  const source = await build(plant(temporaryFolder(), { a: noise(256), 'b/c': noise(256) }), SMALL);
  const writer = await createPart(temporaryFolder(), 'x', source.manifest);
  harm(writer.partPath);
  expect(() => pour(source, writer)).toThrow(failure('part-file-lost', writer.partPath));
});

/** Blocks 0 and 1 are in `a`, 2 in `a` and `b/c`, 3 and 4 in `b/c`. */
test.each<[string, (part: string) => void, number[]]>([
  ['that nobody has touched', () => {}, []],
  ['gone', (part) => rmSync(part, { recursive: true }), [0, 1, 2, 3, 4]],
  ['without a file', (part) => rmSync(join(part, 'a')), [0, 1, 2]],
  ['without a folder', (part) => rmSync(join(part, 'b'), { recursive: true }), [2, 3, 4]],
  ['with a short file', (part) => truncateSync(join(part, 'a'), 300), [1, 2]],
  ['with a longer file', (part) => appendFileSync(join(part, 'b', 'c'), 'more'), []],
  ['with a byte changed', (part) => overwrite(join(part, 'a'), 257, 'x'), [1]],
  [
    'with a file in the place of another',
    (part) => {
      writeFileSync(`${part}-a`, noise(600, 7));
      utimesSync(`${part}-a`, 1, 1);
      renameSync(`${part}-a`, join(part, 'a'));
    },
    [0, 1, 2],
  ],
])('of a part %s what is right is kept, and the rest is to be fetched again', async (_, harm, lost) => {
  for (const key of [undefined, newContentKey()]) {
    const tree = plant(temporaryFolder(), { a: noise(600), 'b/c': noise(600) });
    const source = await build(tree, { ...SMALL, ...(key && { key }) });
    const first = await createPart(temporaryFolder(), 'x', source.manifest);
    pour(source, first);
    const changedMs = await first.sync();
    first.close();
    // So that no tick of the clock of the file system is shared with what is done next.
    await vi.waitUntil(() => tick(tree) > changedMs);
    harm(first.partPath);
    const kept = { isVerified: () => true, changedMs };
    const second = await PartWriter.open(first.partPath, source.manifest, kept);
    expect(second.lost).toEqual(lost);
    // What was found is remembered, and not hashed a second time.
    pour(source, second.writer, lost);
    await expectSame(await second.writer.finish('x'), source);
  }
});

test('what was not changed since it was kept is not read again', async () => {
  const source = await build(join(plant(temporaryFolder(), { f: noise(600) }), 'f'), SMALL);
  const first = await createPart(temporaryFolder(), 'f', source.manifest);
  pour(source, first);
  const changedMs = await first.sync();
  first.close();
  const fs: FileSystem = {
    ...realFileSystem,
    read: () => {
      throw new Error('it reads');
    },
  };
  const kept = { isVerified: () => true, changedMs };
  expect((await PartWriter.open(first.partPath, source.manifest, kept, { fs })).lost).toEqual([]);
  await expect(
    PartWriter.open(first.partPath, source.manifest, { ...kept, changedMs: 0 }, { fs }),
  ).rejects.toThrow('it reads');
});

test('a part that lost a file while it was written is not given its name', async () => {
  const source = await build(plant(temporaryFolder(), { a: noise(256), 'b/c': noise(256) }), SMALL);
  const writer = await createPart(temporaryFolder(), 'x', source.manifest);
  pour(source, writer);
  await writer.sync();
  rmSync(join(writer.partPath, 'a'));
  await expect(writer.finish('x')).rejects.toEqual(failure('part-file-lost', 'is gone'));
  expect(readdirSync(dirname(writer.partPath))).toEqual(['x.part']);
});

test('laying out lets its thread do other things, and ends when it is told to', async () => {
  const files = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`${i}/f`, '']));
  const { manifest } = await build(plant(temporaryFolder(), files));
  let clock = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => clock);
  onTestFinished(() => void vi.restoreAllMocks());
  const fs: FileSystem = {
    ...realFileSystem,
    makeFolder: (path) => {
      // As slow as a busy disk.
      clock += 1;
      realFileSystem.makeFolder(path);
    },
  };
  const folder = temporaryFolder();
  const part = PartWriter.make(folder, 'x', 'folder', fs);
  const stop = new AbortController();
  const opened = PartWriter.open(part, manifest, undefined, { fs, stop: stop.signal });
  // Has its turn in the first break.
  setImmediate(() => stop.abort());
  await expect(opened).rejects.toEqual(failure('interrupted'));
  expect(readdirSync(part).length).toBeLessThan(100);
});

test.each<[string, (part: string) => void]>([
  ['gone', (part) => rmSync(part, { recursive: true })],
  ['without a file', (part) => rmSync(join(part, 'b', 'c'))],
  ['without a folder', (part) => rmSync(join(part, 'b'), { recursive: true })],
  ['with a short file', (part) => truncateSync(join(part, 'b', 'c'), 10)],
])('a part %s, in which nothing is verified, is made again', async (_, harm) => {
  const source = await build(plant(temporaryFolder(), { a: noise(256), 'b/c': noise(256), e: '' }), SMALL);
  const first = await createPart(temporaryFolder(), 'x', source.manifest);
  first.close();
  harm(first.partPath);
  const { writer: second } = await takeUpPart(first.partPath, source.manifest, () => false);
  pour(source, second);
  await expectSame(await second.finish('x'), source);
});

test('a link, or a longer file, in the place of what is to be made again stays as it is', async () => {
  const source = await build(plant(temporaryFolder(), { a: noise(256) }), SMALL);
  const first = await createPart(temporaryFolder(), 'x', source.manifest);
  first.close();
  const file = join(first.partPath, 'a');
  const again = () => takeUpPart(first.partPath, source.manifest, () => false);
  writeFileSync(file, noise(257));
  await expect(again()).rejects.toEqual(failure('part-file-lost', 'more than 256 bytes'));
  expect(readFileSync(file)).toHaveLength(257);
  rmSync(file);
  const outside = join(plant(temporaryFolder(), { victim: 'safe' }), 'victim');
  symlinkSync(outside, file);
  await expect(again()).rejects.toEqual(failure('part-file-lost', 'no longer a file'));
  expect(readFileSync(outside, 'utf8')).toBe('safe');
});

onPosix('a link on the way leads nowhere: nothing is written behind it', async () => {
  const source = await build(plant(temporaryFolder(), { 'b/c': noise(256) }), SMALL);
  const writer = await createPart(temporaryFolder(), 'x', source.manifest);
  const outside = plant(temporaryFolder(), { c: new Uint8Array(256) });
  rmSync(join(writer.partPath, 'b'), { recursive: true });
  symlinkSync(outside, join(writer.partPath, 'b'));
  expect(() => pour(source, writer)).toThrow(failure('part-file-lost', 'no longer a folder'));
  expect(readFileSync(join(outside, 'c')).every((byte) => byte === 0)).toBe(true);
  // Removing the part removes the link and not what it leads to.
  await removePart(writer.partPath);
  expect(existsSync(writer.partPath)).toBe(false);
  expect(readdirSync(outside)).toEqual(['c']);
});

onPosix('a link that waits under the name of the part is not followed', async () => {
  const source = await build(join(plant(temporaryFolder(), { f: noise(9) }), 'f'));
  const folder = temporaryFolder();
  const outside = join(plant(temporaryFolder(), { victim: 'safe' }), 'victim');
  symlinkSync(outside, join(folder, 'f.part'));
  const writer = await createPart(folder, 'f', source.manifest);
  pour(source, writer);
  await writer.finish('f');
  expect(readFileSync(outside, 'utf8')).toBe('safe');
});

test('a name that is not safe is a bug of the caller', async () => {
  for (const name of ['..', 'a/b', '', 'nul'])
    expect(() => PartWriter.make(temporaryFolder(), name, 'file')).toThrow(RangeError);
});

test.each([
  ['ENOSPC', 'no-space'],
  ['EDQUOT', 'no-space'],
  ['EACCES', 'no-permission'],
  ['EPERM', 'no-permission'],
  ['EROFS', 'no-permission'],
  ['EFBIG', 'file-too-large'],
  ['EIO', 'disk'],
])('%s is told as %s, with the path, wherever it comes up', async (code, meaning) => {
  const source = await build(plant(temporaryFolder(), { a: noise(300), b: noise(300) }), SMALL);
  let broken: keyof FileSystem | undefined;
  const fs = new Proxy(realFileSystem, {
    get: (target, call: keyof FileSystem) => {
      if (call !== broken) return target[call];
      return call.startsWith('flush')
        ? () => Promise.reject(errno(code))
        : () => {
            throw errno(code);
          };
    },
  });
  const folder = temporaryFolder();
  const told = failure(meaning, folder);

  broken = 'makeFolder';
  expect(() => PartWriter.make(folder, 'x', 'folder', fs)).toThrow(told);
  broken = undefined;
  const part = PartWriter.make(folder, 'x', 'folder', fs);
  for (broken of ['open', 'resize'] as const)
    await expect(PartWriter.open(part, source.manifest, undefined, { fs })).rejects.toEqual(told);
  broken = 'free';
  expect(() => checkRoom(folder, { bytes: 1, files: 1 }, fs)).toThrow(told);

  broken = undefined;
  const { writer } = await PartWriter.open(part, source.manifest, undefined, { fs });
  broken = 'write';
  expect(() => pour(source, writer)).toThrow(told);
  broken = undefined;
  pour(source, writer);
  const reopened = () => takeUpPart(writer.partPath, source.manifest, () => true, fs);
  for (const call of ['flush', 'flushFolder'] as const) {
    broken = undefined;
    const { writer: again } = await reopened();
    pour(source, again);
    broken = call;
    await expect(again.sync()).rejects.toEqual(told);
  }
  broken = undefined;
  const { writer: last } = await reopened();
  broken = 'rename';
  await expect(last.finish('x')).rejects.toEqual(told);
  expect(readdirSync(folder)).toEqual(['x.part']);

  broken = undefined;
  await expectSame(await last.finish('x'), source);
});

test('short writes are written on, and a disk that takes nothing is told', async () => {
  const source = await build(join(plant(temporaryFolder(), { f: noise(5000) }), 'f'), SMALL);
  let most = 7;
  const fs: FileSystem = {
    ...realFileSystem,
    write: (fd, from, position) => realFileSystem.write(fd, from.subarray(0, most), position),
  };
  const writer = await createPart(temporaryFolder(), 'f', source.manifest, fs);
  pour(source, writer);
  most = 0;
  expect(() => pour(source, writer)).toThrow(failure('disk', writer.partPath));
  await expectSame(await writer.finish('f'), source);
});

test('what was flushed is not flushed again, and what could not be is not taken for kept by the next sync', async () => {
  const source = await build(plant(temporaryFolder(), { a: noise(256), b: noise(256) }), SMALL);
  let fails = false;
  let flushed = 0;
  const fs: FileSystem = {
    ...realFileSystem,
    flush: async (fd, what) => {
      if (fails) throw errno('EIO');
      flushed += 1;
      await realFileSystem.flush(fd, what);
    },
  };
  const writer = await createPart(temporaryFolder(), 'x', source.manifest, fs);
  pour(source, writer);
  await writer.sync();
  await writer.sync();
  expect(flushed).toBe(2);
  pour(source, writer, [1]);
  await writer.sync();
  expect(flushed).toBe(3);

  pour(source, writer, [1]);
  fails = true;
  await expect(writer.sync()).rejects.toEqual(failure('disk'));
  fails = false;
  await expect(writer.sync()).rejects.toEqual(failure('disk'));
  await expect(writer.finish('x')).rejects.toEqual(failure('disk'));
  writer.close();
  const { writer: anew } = await takeUpPart(writer.partPath, source.manifest, () => true, fs);
  pour(source, anew);
  await expectSame(await anew.finish('x'), source);
});

test('room is checked before anything is fetched', () => {
  const folder = plant(temporaryFolder(), { file: '' });
  checkRoom(folder, { bytes: 1, files: 1 });
  expect(() => checkRoom(folder, { bytes: 2 ** 53, files: 1 })).toThrow(
    failure('no-space', `not for ${2 ** 53}`),
  );
  expect(() => checkRoom(join(folder, 'gone'), NOTHING)).toThrow(failure('no-such-path', 'gone'));
  expect(() => checkRoom(join(folder, 'file'), NOTHING)).toThrow(failure('no-such-path', 'file'));
  const fs: FileSystem = {
    ...realFileSystem,
    checkWritable: () => {
      throw errno('EACCES');
    },
  };
  expect(() => checkRoom(folder, NOTHING, fs)).toThrow(failure('no-permission', folder));
});

test('files and folders are counted with the room, where the file system counts them', () => {
  const folder = temporaryFolder();
  const fs: FileSystem = { ...realFileSystem, free: () => ({ bytes: 2 ** 40, files: 1000 }) };
  checkRoom(folder, { bytes: 0, files: 1000 }, fs);
  expect(() => checkRoom(folder, { bytes: 0, files: 1001 }, fs)).toThrow(
    failure('no-inodes', '1000 more files'),
  );
  const { files } = statfsSync(folder);
  const told = realFileSystem.free(folder).files;
  if (files === 0) expect(told).toBe(Number.POSITIVE_INFINITY);
  else expect(told).toBeLessThanOrEqual(files);
});

/** Mounts a file system of 1 MiB; undefined, and said loudly, where this process may not. */
function smallDisk(): string | undefined {
  const folder = join(temporaryFolder(), 'disk');
  mkdirSync(folder);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder], { stdio: 'pipe' });
  } catch (error) {
    console.warn(`NOT TESTED, a disk that is really full: no tmpfs can be mounted here (${error})`);
    return undefined;
  }
  onTestFinished(() => {
    execFileSync('umount', [folder]);
  });
  return folder;
}

test('a disk that is really full is told, and the transfer goes on when there is room', async ({ skip }) => {
  const disk = smallDisk();
  if (disk === undefined) return skip();
  const source = await build(join(plant(temporaryFolder(), { f: noise(900_000) }), 'f'), {
    symbolsPerBlock: 64,
  });
  expect(() => checkRoom(disk, { bytes: 2 ** 21, files: 1 })).toThrow(failure('no-space', disk));
  writeFileSync(join(disk, 'ballast'), noise(500_000));
  expect(() => checkRoom(disk, { bytes: source.manifest.length, files: 1 })).toThrow(
    failure('no-space', disk),
  );
  const writer = await createPart(disk, 'f', source.manifest);
  expect(() => pour(source, writer)).toThrow(failure('no-space', writer.partPath));
  rmSync(join(disk, 'ballast'));
  pour(source, writer);
  await expectSame(await writer.finish('f'), source);
});
