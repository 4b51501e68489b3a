/** What is otherwise on Windows, and on macOS, with the file system of this machine in their place. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ManifestBuilder } from '../../core/content/build.ts';
import { type FileSystem, realFileSystem } from '../../core/content/file-system.ts';
import { markOrigin } from '../../core/content/origin-mark.ts';
import { placeOnceLetGo } from '../../core/content/place.ts';
import { componentProblem } from '../../core/content/safe-path.ts';
import { scanTree } from '../../core/content/scan.ts';
import { countReplaced, plainNames, windowsNames } from '../../core/content/windows-names.ts';
import { createPart } from './parts.ts';
import { build, plant, temporaryFolder } from './temporary.ts';

const WINDOWS: FileSystem = { ...realFileSystem, names: windowsNames };
const refusal = (code: string): Error => Object.assign(new Error(code), { code });

describe('names that Windows does not allow', () => {
  test('are written with their stand-ins and read as they were', () => {
    expect(windowsNames.toDisk('a?b<c>d|e"f*g')).toBe('a\uf03fb\uf03cc\uf03ed\uf07ce\uf022f\uf02ag');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        fc.pre(!/[\uf022-\uf07c]/.test(name));
        expect(windowsNames.fromDisk(windowsNames.toDisk(name))).toBe(name);
        expect(windowsNames.toDisk(name)).not.toMatch(/["*<>?|]/);
        expect(componentProblem(windowsNames.toDisk(name))).toBe(componentProblem(name));
      }),
    );
  });

  test('arrive in a folder, and are the same resource when it is shared on', async () => {
    const source = await build(
      plant(temporaryFolder(), { 'what?.txt': 'one', 'a<b>/"c"|d*': 'two', plain: 'three' }),
    );
    const folder = temporaryFolder();
    const writer = await createPart(folder, 'x', source.manifest, WINDOWS);
    writer.writeBlock(0, Buffer.from('twothreeone'));
    const path = await writer.finish('x');

    expect(readdirSync(path).sort()).toEqual(['a\uf03cb\uf03e', 'plain', 'what\uf03f.txt']);
    expect(readFileSync(join(path, 'what\uf03f.txt'), 'utf8')).toBe('one');
    const builder = new ManifestBuilder(await scanTree([path], WINDOWS), {}, WINDOWS);
    const step = builder.step(new Uint8Array(builder.bufferBytes));
    expect(step.done && step.result.manifest.id).toBe(source.manifest.id);
  });

  test('are counted, so that they can be told', async () => {
    const { listing } = (await build(plant(temporaryFolder(), { 'a?': '', 'b*/c': '', d: '' }))).manifest;
    expect(countReplaced(listing, windowsNames)).toBe(2);
    expect(countReplaced(listing, plainNames)).toBe(0);
    expect(countReplaced(undefined, windowsNames)).toBe(0);
  });
});

describe('what another program has open', () => {
  const WHAT = ['EBUSY', 'EPERM', 'EACCES'];

  test.each(WHAT)('is named as soon as it is let go of, %s meanwhile', async (code) => {
    const folder = plant(temporaryFolder(), { 'x.part/f': 'new' });
    let tries = 0;
    const fs: FileSystem = {
      ...realFileSystem,
      rename: (from, to) => {
        if (++tries < 3) throw refusal(code);
        realFileSystem.rename(from, to);
      },
    };
    expect(await placeOnceLetGo(fs, join(folder, 'x.part'), folder, 'x', 'win32')).toBe(join(folder, 'x'));
    expect(readdirSync(folder)).toEqual(['x']);
  });

  test('is told as such when it is not let go of, and everything is where it was', async () => {
    const folder = plant(temporaryFolder(), { 'x.part/f': 'new' });
    const fs: FileSystem = {
      ...realFileSystem,
      rename: () => {
        throw refusal('EPERM');
      },
    };
    await expect(placeOnceLetGo(fs, join(folder, 'x.part'), folder, 'x', 'win32')).rejects.toMatchObject({
      code: 'EBUSY',
      cause: { code: 'EPERM' },
    });
    expect(readdirSync(folder)).toEqual(['x.part']);
    await expect(placeOnceLetGo(fs, join(folder, 'x.part'), folder, 'x', 'linux')).rejects.toMatchObject({
      code: 'EPERM',
    });
  });
});

test('why a name could not be given is told, also when what held the name cannot be taken away', async () => {
  const folder = plant(temporaryFolder(), { 'x.part/f': 'new' });
  const fs: FileSystem = {
    ...realFileSystem,
    rename: () => {
      throw refusal('ENOSPC');
    },
    removeFolder: () => {
      throw refusal('ENOENT');
    },
  };
  await expect(placeOnceLetGo(fs, join(folder, 'x.part'), folder, 'x')).rejects.toMatchObject({
    code: 'ENOSPC',
  });
});

describe('what was fetched is marked as coming from elsewhere', () => {
  async function marked(platform: NodeJS.Platform, works: boolean): Promise<string[]> {
    const done: string[] = [];
    const answer = async (what: string): Promise<void> => {
      done.push(what);
      if (!works) throw refusal('ENOTSUP');
    };
    await markOrigin('/d/x.part', ['/d/x.part/a', '/d/x.part/b'], platform, {
      write: (path, text) => answer(`${path} ${JSON.stringify(text)}`),
      run: (command, args) => answer([command, ...args].join(' ')),
      now: () => 1_700_000_000_999,
    });
    return done;
  }

  test.each([true, false])(
    'on Windows, file by file, whether the disk keeps it or not (%s)',
    async (works) => {
      expect(await marked('win32', works)).toEqual([
        '/d/x.part/a:Zone.Identifier "[ZoneTransfer]\\r\\nZoneId=3\\r\\n"',
        '/d/x.part/b:Zone.Identifier "[ZoneTransfer]\\r\\nZoneId=3\\r\\n"',
      ]);
    },
  );

  test.each([true, false])('on macOS, all at once, whether the disk keeps it or not (%s)', async (works) => {
    expect(await marked('darwin', works)).toEqual([
      '/usr/bin/xattr -r -w com.apple.quarantine 0081;6553f100;Pouring Rain; /d/x.part',
    ]);
  });

  test('and not where no system looks at it', async () => {
    expect(await marked('linux', true)).toEqual([]);
  });

  test('before it has its name, at which others may look', async () => {
    const source = await build(plant(temporaryFolder(), { a: 'one', 'b/c': 'two' }));
    const folder = temporaryFolder();
    const calls: unknown[] = [];
    const fs: FileSystem = {
      ...realFileSystem,
      markOrigin: async (root, files) => {
        calls.push(root, files, existsSync(join(folder, 'x')));
      },
    };
    const writer = await createPart(folder, 'x', source.manifest, fs);
    writer.writeBlock(0, Buffer.from('onetwo'));
    await writer.finish('x');
    const part = join(folder, 'x.part');
    expect(calls).toEqual([part, [join(part, 'a'), join(part, 'b/c')], false]);
  });
});
