// @module-tag real-time
/** What goes in comes out: files and folders of every kind, public and private, from one server and from several. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { noise, plant, temporaryFolder } from '../content/temporary.ts';
import { contentsOf, sha256 } from './contents.ts';
import { get, type Rain, share, startRain } from './rain.ts';
import { RecordingLink } from './recording-link.ts';

const SYMBOL = 1152;
const BLOCK = 1024 * SYMBOL;

/** A file of so many bytes; returns its path. */
function newFile(bytes: number, name = 'file', seed = 1): string {
  return join(plant(temporaryFolder(), { [name]: noise(bytes, seed) }), name);
}

/** A command that fails: how. */
async function failure(run: Rain): Promise<{ exit: number | null; code: string; message: string }> {
  const { code, message } = await run.until('error');
  return { exit: (await run.exit).code, code, message };
}

describe('files', () => {
  test.each([0, 1, SYMBOL, SYMBOL + 1, BLOCK, BLOCK + 1])('of %i bytes', async (bytes) => {
    const file = newFile(bytes);
    const fetched = async (access: readonly string[]): Promise<void> => {
      const { shared, address } = await share(file, ...access);
      expect(shared).toMatchObject({ bytes, files: 1, name: 'file' });
      const done = await get(shared.link, [address], temporaryFolder()).until('done');
      expect(sha256(done.path)).toBe(sha256(file));
      expect(done).toMatchObject({ bytes, droplets: { rejected: 0 } });
    };
    await Promise.all([fetched([]), fetched(['--public'])]);
  });

  test('with the longest names there are', async () => {
    const name = `${'é'.repeat(125)}.file`;
    expect(Buffer.byteLength(name)).toBe(255);
    const file = newFile(3000, name);
    const { shared, address } = await share(file);
    const done = await get(shared.link, [address], temporaryFolder()).until('done');
    expect(basename(done.path)).toBe(name);
  });

  test('the name that was given with --name is that of the copy', async () => {
    const { shared, address } = await share(newFile(10), '--name', 'other.txt');
    const done = await get(shared.link, [address], temporaryFolder()).until('done');
    expect(basename(done.path)).toBe('other.txt');
  });
});

describe('folders', () => {
  const NAMES = [
    'Ελληνικά',
    'русский',
    '日本語',
    'العربية',
    'עברית',
    'हिन्दी',
    'ไทย',
    '한국어',
    '🌧️ rain',
    "it's 100% #1 & more",
  ];

  function box(): string {
    const folder = plant(join(temporaryFolder(), 'box'), {
      'empty file': '',
      'empty folder': undefined,
      'deep/er/and/deeper/file': noise(BLOCK + 5000),
      'deep/er/nothing here': undefined,
      'bin/tool.sh': '#!/bin/sh\n',
      [`${'n'.repeat(250)}.file`]: 'long name',
      ...Object.fromEntries(NAMES.map((name, i) => [`names/${name}`, noise(i * 100, i + 1)])),
    });
    chmodSync(join(folder, 'bin/tool.sh'), 0o755);
    return folder;
  }

  test.each([
    ['private', []],
    ['public', ['--public']],
  ])('with all that can be in one, %s', async (_access, options) => {
    const folder = box();
    const { shared, address } = await share(folder, ...options);
    expect(shared).toMatchObject({ name: 'box', files: 4 + NAMES.length });
    const out = temporaryFolder();
    const done = await get(shared.link, [address], out).until('done');
    expect(done.path).toBe(join(out, 'box'));
    const contents = contentsOf(done.path);
    expect(contents).toEqual(contentsOf(folder));
    expect(contents).toMatchObject({
      'empty folder': 'empty folder',
      'bin/tool.sh': expect.stringContaining('executable'),
    });
  });

  test('with nothing in it', async () => {
    const folder = join(plant(temporaryFolder(), { nothing: undefined }), 'nothing');
    const { shared, address } = await share(folder, '--public');
    const done = await get(shared.link, [address], temporaryFolder()).until('done');
    expect(readdirSync(done.path)).toEqual([]);
  });

  test('with two thousand small files', async () => {
    const files = Array.from({ length: 2000 }, (_, i) => [`${i % 20}/${i}.txt`, `${i}`.repeat(i % 50)]);
    const folder = plant(join(temporaryFolder(), 'many'), Object.fromEntries(files));
    const { shared, address } = await share(folder);
    expect(shared.files).toBe(2000);
    const done = await get(shared.link, [address], temporaryFolder()).until('done');
    expect(contentsOf(done.path)).toEqual(contentsOf(folder));
  });

  test('several files and folders are one resource', async () => {
    const folder = box();
    const file = newFile(5000, 'beside.bin');
    const { shared, address } = await share(file, folder);
    const done = await get(shared.link, [address], temporaryFolder()).until('done');
    const { 'beside.bin': beside, ...others } = contentsOf(done.path);
    expect(beside).toBe(sha256(file));
    const inBox = Object.entries(contentsOf(folder)).map(([path, what]) => [`box/${path}`, what]);
    expect(others).toEqual(Object.fromEntries(inBox));
  });
});

describe('one resource from several servers', () => {
  test('the same bytes under two names are one, and one transfer uses both', async () => {
    const one = newFile(3 * BLOCK, 'one.bin');
    const two = newFile(3 * BLOCK, 'two.iso');
    const servers = await Promise.all([one, two].map((file) => share(file, '--public', '--limit', '4M')));
    expect(servers[0].shared.id).toBe(servers[1].shared.id);
    const addresses = servers.map(({ address }) => address);
    const done = await get(servers[0].shared.id, addresses, temporaryFolder()).until('done');
    expect(sha256(done.path)).toBe(sha256(one));
    expect(['one.bin', 'two.iso']).toContain(basename(done.path));
    for (const { droplets, share: part } of done.servers) {
      expect(droplets).toBeGreaterThan(0);
      expect(part).toBeGreaterThan(0.2);
    }
  });

  test.each([
    ['a public file', ['--public'], 'file'],
    ['a private file', [], 'file'],
    ['a public folder', ['--public'], 'folder'],
    ['a private folder', [], 'folder'],
  ])('--as serves a copy of %s under its link', async (_what, access, kind) => {
    const original =
      kind === 'file'
        ? newFile(BLOCK + 1)
        : plant(join(temporaryFolder(), 'box'), { a: noise(5000), b: undefined });
    const first = await share(original, ...access);
    const out = temporaryFolder();
    // With its times, which count in private.
    execFileSync('cp', [access.length > 0 ? '-r' : '-a', original, join(out, 'copy')]);
    const second = await share(join(out, 'copy'), '--as', first.shared.link);
    expect(second.shared.id).toBe(first.shared.id);
    // Whoever has the link of the one can fetch from the other.
    await first.node.kill();
    const done = await get(first.shared.link, [second.address], temporaryFolder()).until('done');
    if (kind === 'file') expect(sha256(done.path)).toBe(sha256(original));
    else expect(contentsOf(done.path)).toEqual(contentsOf(original));
  });

  test.each([
    ['public', ['--public']],
    ['private', []],
  ])('--as refuses anything else: %s', async (_access, options) => {
    const { shared } = await share(newFile(BLOCK), ...options);
    const other = noise(BLOCK);
    other[BLOCK - 1] ^= 1;
    const file = join(plant(temporaryFolder(), { other }), 'other');
    expect(await failure(startRain('share', file, '--as', shared.link))).toMatchObject({
      exit: 4,
      code: 'not-the-same-content',
    });
  });
});

describe('public and private', () => {
  test('the short id alone opens a public resource, however it was pasted', async () => {
    const file = newFile(5000);
    const { shared, address } = await share(file, '--public');
    const spoken = shared.id.toUpperCase().replace(/(.{4})(?=.)/g, '$1 ');
    const ids = [shared.id, spoken, `rain://${shared.id}`];
    const all = await Promise.all(ids.map((id) => get(id, [address], temporaryFolder()).until('done')));
    expect(all.map(({ path }) => sha256(path))).toEqual(ids.map(() => sha256(file)));
  });

  test('the id of a private resource alone does not open it, and says so', async () => {
    const { shared, address } = await share(newFile(5000));
    const out = temporaryFolder();
    const { exit, code, message } = await failure(get(shared.id, [address], out));
    expect({ exit, code }).toEqual({ exit: 4, code: 'wrong-key' });
    expect(message).toContain('private');
    expect(readdirSync(out)).toEqual([]);
  });

  test('the rest of the hash in a public link is held to, by who fetches and by who shares under it', async () => {
    const file = newFile(5000);
    const { shared, address } = await share(file, '--public');
    const twisted = shared.link.replace(/d=(.)/, (_, first) => `d=${first === 'A' ? 'B' : 'A'}`);
    const out = temporaryFolder();
    const fetched = await failure(get(twisted, [address], out, '--timeout', '2'));
    expect(fetched).toMatchObject({ exit: 4, code: 'verification-failed' });
    expect(readdirSync(out)).toEqual([]);
    const served = await failure(startRain('share', file, '--as', twisted));
    expect(served).toMatchObject({ exit: 4, code: 'not-the-same-content' });
  });

  test('a wrong key is told as such', async () => {
    const { shared, address } = await share(newFile(5000));
    const [head, key] = shared.link.split(/[.?]/);
    const wrong = `${head}.${key.startsWith('A') ? 'B' : 'A'}${key.slice(1)}`;
    const out = temporaryFolder();
    const { exit, code, message } = await failure(get(wrong, [address], out));
    expect({ exit, code }).toEqual({ exit: 4, code: 'wrong-key' });
    expect(message).toContain('key');
    expect(readdirSync(out)).toEqual([]);
  });

  test('what is private never crosses the wire in the clear', async () => {
    const file = noise(200_000);
    const names = ['a letter to nobody but you', 'the name of a secret folder'];
    const folder = plant(join(temporaryFolder(), names[1]), { [names[0]]: file });
    const crossed = async (access: readonly string[]): Promise<boolean[]> => {
      const { shared } = await share(folder, ...access);
      const link = await RecordingLink.open(shared.port);
      const done = await get(shared.link, [link.address], temporaryFolder()).until('done');
      expect(contentsOf(done.path)).toEqual(contentsOf(folder));
      return [file, ...names.map((name) => Buffer.from(name))].map((secret) => link.carried(secret, 16));
    };
    expect(await crossed([])).toEqual([false, false, false]);
    // That of a public one does: so it would have been seen.
    expect(await crossed(['--public'])).toEqual([true, true, true]);
  });
});

describe('sharing again', () => {
  test.each([
    ['public', ['--public']],
    ['private', []],
  ])('an unchanged file has the same link and is not read again: %s', async (_access, options) => {
    const file = newFile(20 * BLOCK);
    const data = temporaryFolder();
    const first = await share(file, ...options, '--data', data);
    await first.node.kill('SIGTERM');
    const again = await share(file, ...options, '--data', data);
    expect(again.shared.link).toBe(first.shared.link);
    expect(first.node.stderr).toContain('"event":"hashing"');
    expect(again.node.stderr).toBe('');
  });

  test('a changed file is another resource', async () => {
    const file = newFile(5000);
    const data = temporaryFolder();
    const first = await share(file, '--data', data);
    await first.node.kill('SIGTERM');
    appendFileSync(file, 'more');
    const again = await share(file, '--data', data);
    expect(again.shared.id).not.toBe(first.shared.id);
    expect(again.shared.bytes).toBe(5004);
    // And the old one is not to be had any more.
    expect(
      await failure(get(first.shared.link, [again.address], temporaryFolder(), '--timeout', '1')),
    ).toMatchObject({
      exit: 3,
    });
    const done = await get(again.shared.link, [again.address], temporaryFolder()).until('done');
    expect(sha256(done.path)).toBe(sha256(file));
  });
});
