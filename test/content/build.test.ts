import {
  appendFileSync,
  copyFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ContentVerifier, ManifestBuilder } from '../../core/content/build.ts';
import { type FileSystem, realFileSystem } from '../../core/content/file-system.ts';
import { blockCount } from '../../core/content/layout.ts';
import { isGenuineBlock, type OpenManifest, parseManifest } from '../../core/content/manifest.ts';
import { scanTree } from '../../core/content/scan.ts';
import { newContentKey } from '../../core/content/seal.ts';
import { SourceReader } from '../../core/content/source.ts';
import type { Tree } from '../../core/content/tree.ts';
import { build, noise, plant, temporaryFolder } from './temporary.ts';

const SMALL = { symbolSize: 64, symbolsPerBlock: 4 };
const failure = (code: string, message = '') =>
  expect.objectContaining({ code, message: expect.stringContaining(message) });

test('the same bytes under two names are one public resource', async () => {
  const root = plant(temporaryFolder(), {
    'a.bin': noise(3000),
    'x/b.bin': noise(3000),
    'c.bin': noise(3001),
  });
  const [a, b, c] = await Promise.all(['a.bin', 'x/b.bin', 'c.bin'].map((name) => build(join(root, name))));
  expect(a.bytes).toEqual(b.bytes);
  expect(a.manifest.id).toBe(b.manifest.id);
  expect(c.manifest.id).not.toBe(a.manifest.id);
});

test('the same folder under two names is one public resource; a private one has its key in its id', async () => {
  const root = temporaryFolder();
  const files = { 'a/b': noise(500), c: '', d: undefined };
  plant(join(root, 'one'), files);
  plant(join(root, 'two'), files);
  const [one, two] = await Promise.all([build(join(root, 'one')), build(join(root, 'two'))]);
  expect(one.manifest.id).toBe(two.manifest.id);
  const key = newContentKey();
  const sealed = await build(join(root, 'one'), { key });
  expect((await build(join(root, 'two'), { key })).manifest.id).toBe(sealed.manifest.id);
  expect((await build(join(root, 'one'), { key: newContentKey() })).manifest.id).not.toBe(sealed.manifest.id);
  expect(parseManifest(sealed.bytes, { id: sealed.manifest.id }).access).toBe('sealed');
});

test('steps are a block each, and say how far they are', async () => {
  const root = plant(temporaryFolder(), { f: noise(600) });
  const builder = new ManifestBuilder(await scanTree([join(root, 'f')]), SMALL);
  const buffer = new Uint8Array(builder.bufferBytes);
  const steps = [builder.step(buffer), builder.step(buffer), builder.step(buffer)];
  expect(steps.map(({ done, hashed, total }) => [done, hashed, total])).toEqual([
    [false, 256, 600],
    [false, 512, 600],
    [true, 600, 600],
  ]);
});

test('blocks are read over many files, padded with zeros, genuine; private ones sealed', async () => {
  const files = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`f${i}`, noise(i, i)]));
  const root = plant(temporaryFolder(), files);
  for (const key of [undefined, newContentKey()]) {
    const { manifest, tree } = await build(root, key ? { ...SMALL, key } : SMALL);
    const reader = new SourceReader(tree, manifest, key);
    const clear = Buffer.concat(tree.files.map((file) => noise(file.size, Number(file.name.slice(1)))));
    for (let block = 0; block < blockCount(manifest); block++) {
      const into = new Uint8Array(new SharedArrayBuffer(320)).fill(0xaa);
      const length = reader.readBlock(block, into);
      expect(isGenuineBlock(manifest, block, into)).toBe(true);
      expect(into.subarray(length).every((byte) => byte === 0)).toBe(true);
      const isClear = Buffer.from(into.subarray(0, length)).equals(
        clear.subarray(block * 256, block * 256 + length),
      );
      expect(isClear).toBe(key === undefined);
    }
    reader.close();
  }
});

test('no more than 32 files are open at a time, none in the end, and short reads are read on', async () => {
  const files = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`f${i}`, noise(50, i)]));
  const root = plant(temporaryFolder(), files);
  const whole = await build(root, SMALL);
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
    read: (fd, into, position) => realFileSystem.read(fd, into.subarray(0, 7), position),
  };
  const builder = new ManifestBuilder(whole.tree, SMALL, fs);
  const buffer = new Uint8Array(builder.bufferBytes);
  let step = builder.step(buffer);
  while (!step.done) step = builder.step(buffer);
  expect(step.result.bytes).toEqual(whole.bytes);
  expect([most, open]).toEqual([32, 0]);
});

test.each<[string, string, (file: string) => void]>([
  ['grows', 'changed-while-read', (file) => appendFileSync(file, 'x')],
  ['shrinks', 'changed-while-read', (file) => truncateSync(file, 100)],
  ['is written to', 'changed-while-read', (file) => utimesSync(file, 1, 1)],
  ['is gone', 'no-such-path', (file) => rmSync(file)],
  [
    'is another one',
    'changed-while-read',
    (file) => {
      writeFileSync(`${file}2`, noise(1000, 5));
      renameSync(`${file}2`, file);
    },
  ],
  [
    'is a link now',
    'in-the-way',
    (file) => {
      copyFileSync(file, `${file}2`);
      rmSync(file);
      symlinkSync(`${file}2`, file);
    },
  ],
])('a file that %s before it is read is noticed', async (_, code, change) => {
  const file = join(plant(temporaryFolder(), { f: noise(1000) }), 'f');
  // Long enough ago for another time now, however coarse the clock of the file system.
  utimesSync(file, 1000, 1000);
  const tree = await scanTree([file]);
  change(file);
  const builder = new ManifestBuilder(tree, SMALL);
  expect(() => builder.step(new Uint8Array(256))).toThrow(failure(code, file));
});

test.each<[string, (file: string) => void]>([
  ['grows', (file) => appendFileSync(file, 'x')],
  ['shrinks', (file) => truncateSync(file, 100)],
  ['is written to', (file) => utimesSync(file, 1, 1)],
])('a file that %s while it is open is noticed', async (_, change) => {
  const file = join(plant(temporaryFolder(), { f: noise(1000) }), 'f');
  const builder = new ManifestBuilder(await scanTree([file]), SMALL);
  expect(builder.step(new Uint8Array(256)).done).toBe(false);
  change(file);
  expect(() => builder.step(new Uint8Array(256))).toThrow(failure('changed-while-read', file));
});

function verify(tree: Tree, manifest: OpenManifest): OpenManifest {
  const verifier = new ContentVerifier(tree, manifest);
  const buffer = new Uint8Array(verifier.bufferBytes);
  for (;;) {
    const step = verifier.step(buffer);
    if (step.done) return step.result;
  }
}

test('a copy is served under the link of the original after it was found to be the same', async () => {
  const root = plant(temporaryFolder(), {
    a: noise(1000),
    b: noise(1000),
    c: noise(999),
    'd/a': noise(1000),
  });
  const changed = noise(1000);
  changed[700] ^= 1;
  plant(root, { e: changed });
  const { manifest } = await build(join(root, 'a'), { ...SMALL, key: newContentKey() });
  const scan = (name: string) => scanTree([join(root, name)]);
  expect(verify(await scan('b'), manifest)).toBe(manifest);
  const not = (name: string, reason: string) =>
    scan(name).then((tree) =>
      expect(() => verify(tree, manifest)).toThrow(failure('not-the-same-content', reason)),
    );
  await not('c', '999 bytes and not 1000');
  await not('d', 'a folder and not a file');
  await not('e', 'differ in block 2');
});

test('a folder is the same by its names, lengths and bytes', async () => {
  const root = plant(temporaryFolder(), {
    'o/a': 'aa',
    'o/b': 'bb',
    'o/e': undefined,
    'same/a': 'aa',
    'same/b': 'bb',
    'same/e': undefined,
    'name/a': 'aa',
    'name/c': 'bb',
    'name/e': undefined,
    'moved/a': 'aab',
    'moved/b': 'b',
    'moved/e': undefined,
    'less/a': 'aa',
    'less/b': 'bb',
    'bytes/a': 'aa',
    'bytes/b': 'bc',
    'bytes/e': undefined,
  });
  const { manifest } = await build(join(root, 'o'));
  const check = async (name: string) => verify(await scanTree([join(root, name)]), manifest);
  expect(await check('same')).toBe(manifest);
  await expect(check('name')).rejects.toEqual(failure('not-the-same-content', '"c"'));
  await expect(check('moved')).rejects.toEqual(failure('not-the-same-content', '"a" has 3 bytes and not 2'));
  await expect(check('less')).rejects.toEqual(failure('not-the-same-content', '"e"'));
  await expect(check('bytes')).rejects.toEqual(failure('not-the-same-content', 'block 0'));
});
