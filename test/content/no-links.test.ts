import { execFileSync } from 'node:child_process';
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ManifestBuilder } from '../../core/content/build.ts';
import { type FileSystem, realFileSystem } from '../../core/content/file-system.ts';
import { holdFolder, within, withinLooked } from '../../core/content/held-folder.ts';
import { withoutLinks } from '../../core/content/no-links.ts';
import { PartFiles } from '../../core/content/part-files.ts';
import { removeFetched, removePart } from '../../core/content/removal.ts';
import { scanTree } from '../../core/content/scan.ts';
import { pathOf } from '../../core/content/tree.ts';
import { build, plant, temporaryFolder } from './temporary.ts';

const failure = (code: string, message = '') =>
  expect.objectContaining({ code, message: expect.stringContaining(message) });

/** On Windows a link takes a right that most have not, and there is no /proc. */
const onPosix = describe.skipIf(process.platform === 'win32');

/** Puts a link to `elsewhere` in the place of `path`, as who may write to its folder can at any moment. */
function swap(path: string, elsewhere: string): void {
  renameSync(path, `${path}-before`);
  symlinkSync(elsewhere, path);
}

/** The real file system, but `call` is preceded by `before`, once. */
function interrupted(call: 'open' | 'stat' | 'makeFolder' | 'list' | 'hold', before: () => void): FileSystem {
  let armed = true;
  const wrapped = (...args: unknown[]): unknown => {
    if (armed) {
      armed = false;
      before();
    }
    return (realFileSystem[call] as (...args: unknown[]) => unknown)(...args);
  };
  return { ...realFileSystem, [call]: wrapped };
}

function hash(tree: Awaited<ReturnType<typeof scanTree>>): void {
  const builder = new ManifestBuilder(tree, {});
  const buffer = new Uint8Array(builder.bufferBytes);
  while (!builder.step(buffer).done);
}

onPosix('sharing follows no link', () => {
  const SECRET = 'password';

  function sharedAndHome(): { shared: string; home: string } {
    const root = plant(temporaryFolder(), {
      'shared/0big': 'x',
      'shared/z/netrc': 'harmless',
      'home/netrc': SECRET,
    });
    const [shared, home] = [join(root, 'shared'), join(root, 'home')];
    for (const folder of [join(shared, 'z'), home]) utimesSync(join(folder, 'netrc'), 1000, 1000);
    return { shared, home };
  }

  test('to a folder that took the place of another between scan and hashing', async () => {
    const { shared, home } = sharedAndHome();
    const tree = await scanTree([shared]);
    swap(join(shared, 'z'), home);
    expect(() => hash(tree)).toThrow(failure('in-the-way', 'link'));
  });

  test('to the folder that is shared itself', async () => {
    const { shared, home } = sharedAndHome();
    const tree = await scanTree([join(shared, 'z')]);
    swap(join(shared, 'z'), home);
    expect(() => hash(tree)).toThrow(failure('in-the-way', 'link'));
  });

  test('nor reads another file of the same size and time in the place of one', async () => {
    const { shared, home } = sharedAndHome();
    const tree = await scanTree([shared]);
    const fs = interrupted('stat', () => {
      // What is open is the other one; what the path means is the first one again.
      renameSync(join(shared, 'z', 'netrc'), join(shared, 'z', 'other'));
      linkSync(join(home, 'netrc'), join(shared, 'z', 'netrc'));
    });
    renameSync(join(shared, 'z'), join(shared, 'y'));
    mkdirSync(join(shared, 'z'));
    writeFileSync(join(shared, 'z', 'netrc'), 'unharmed');
    utimesSync(join(shared, 'z', 'netrc'), 1000, 1000);
    const builder = new ManifestBuilder(tree, {}, fs);
    expect(() => builder.step(new Uint8Array(builder.bufferBytes))).toThrow(failure('changed-while-read'));
  });

  /** What a scan finds when z is swapped for a link before the second `call`, which is for z. */
  async function scannedAround(call: 'hold' | 'list'): Promise<unknown> {
    const { shared, home } = sharedAndHome();
    let calls = 0;
    const fs = {
      ...realFileSystem,
      [call]: (path: string) => {
        if (++calls === 2) swap(join(shared, 'z'), home);
        return realFileSystem[call](path);
      },
    };
    return scanTree([shared], fs).then(
      (tree) => tree.files.map((file) => [pathOf(file), file.size]),
      (error) => error.code,
    );
  }

  test('to a folder that takes the place of another before it is entered', async () => {
    expect(await scannedAround('hold')).toBe('in-the-way');
  });

  test('to a folder that takes the place of another before it is listed', async () => {
    expect(await scannedAround('list')).toEqual([
      ['0big', 1],
      ['z/netrc', 8],
    ]);
  });
});

onPosix('receiving follows no link', () => {
  const LISTING = [{ kind: 'file', path: 'sub/deep/victim', length: 11, executable: false }] as const;

  function part(): { root: string; home: string } {
    const root = plant(temporaryFolder(), {
      'home/deep/victim': 'precious-12',
      'x.part/sub/deep/victim': '01234567890',
    });
    return { root: join(root, 'x.part'), home: join(root, 'home') };
  }

  test.each(['sub', 'sub/deep'])('when %s is swapped before a file is opened for writing', (step) => {
    const { root, home } = part();
    const elsewhere = step === 'sub' ? home : join(home, 'deep');
    const fs = interrupted('open', () => swap(join(root, step), elsewhere));
    const files = new PartFiles(root, LISTING, 11, fs);
    const fd = files.open(0);
    realFileSystem.write(fd, Buffer.from('OVERWRITTEN'), 0);
    realFileSystem.close(fd);
    expect(readFileSync(join(home, 'deep/victim'), 'utf8')).toBe('precious-12');
    // The folder that was meant, wherever it has been moved.
    expect(
      readFileSync(join(root, `${step}-before`, step === 'sub' ? 'deep/victim' : 'victim'), 'utf8'),
    ).toBe('OVERWRITTEN');
    expect(() => files.open(0)).toThrow(failure('part-file-lost'));
  });

  test('when a folder is made', () => {
    const { root, home } = part();
    const fs = withoutLinks(realFileSystem, root);
    swap(join(root, 'sub'), home);
    expect(() => fs.makeFolder(join(root, 'sub/made'))).toThrow('ELOOP');
    expect(() => fs.open(join(root, 'sub/made'), 'create')).toThrow('ELOOP');
    expect(() => fs.unlink(join(root, 'sub/deep/victim'))).toThrow('ELOOP');
    expect(fs.stat(join(root, 'sub/deep/victim'))).toBeUndefined();
    expect(readdirSync(home)).toEqual(['deep']);
  });

  test('when a part is removed', async () => {
    const { root, home } = part();
    swap(join(root, 'sub/deep'), join(home, 'deep'));
    expect(await removePart(root)).toBe(true);
    expect(existsSync(root)).toBe(false);
    expect(await removePart(root)).toBe(true);
    expect(readFileSync(join(home, 'deep/victim'), 'utf8')).toBe('precious-12');
    symlinkSync(home, root);
    await removePart(root);
    expect(existsSync(root)).toBe(false);
    expect(existsSync(home)).toBe(true);
  });

  test.each(['sub', 'sub/deep'])(
    'when what was fetched is removed, and %s is another by then',
    async (step) => {
      const { root, home } = part();
      const { manifest } = await build(root);
      swap(join(root, step), step === 'sub' ? home : join(home, 'deep'));
      await removeFetched(root, manifest);
      expect(readFileSync(join(home, 'deep/victim'), 'utf8')).toBe('precious-12');
      expect(lstatSync(join(root, step)).isSymbolicLink()).toBe(true);
    },
  );
});

onPosix.each([
  ['by descriptors', within],
  ['by looking before and after', withinLooked],
])('a folder below another, %s', (_, reach) => {
  test('is reached, and what is done there is done there', () => {
    const root = plant(temporaryFolder(), { 'a/b/f': 'here' });
    expect(reach(root, ['a', 'b'], (folder) => readFileSync(join(folder, 'f'), 'utf8'))).toBe('here');
    expect(reach(root, [], (folder) => readdirSync(folder))).toEqual(['a']);
  });

  test('is refused with the reason where it is a link, a file or not there', () => {
    const root = plant(temporaryFolder(), { 'a/b/f': 'here' });
    symlinkSync('a', join(root, 'link'));
    for (const steps of [['link'], ['link', 'b']]) expect(() => reach(root, steps, () => 0)).toThrow('ELOOP');
    expect(() => reach(join(root, 'link'), [], () => 0)).toThrow('ELOOP');
    expect(() => reach(root, ['a', 'b', 'f'], () => 0)).toThrow('ENOTDIR');
    expect(() => reach(root, ['none'], () => 0)).toThrow('ENOENT');
  });
});

onPosix('what is looked at', () => {
  test('what has become another folder meanwhile is told, where folders are only looked at', () => {
    const root = plant(temporaryFolder(), { 'a/b/f': '', 'home/b/f': '' });
    const swapping = () => swap(join(root, 'a'), join(root, 'home'));
    expect(() => withinLooked(root, ['a', 'b'], swapping)).toThrow('ELOOP');
  });

  test('no descriptor is left open', async () => {
    const root = plant(temporaryFolder(), { 'a/b/f': '' });
    symlinkSync('a', join(root, 'link'));
    const open = (): number => readdirSync('/proc/self/fd').length;
    const before = open();
    for (let i = 0; i < 20; i++) {
      within(root, ['a', 'b'], () => 0);
      expect(() => within(root, ['a', 'none'], () => 0)).toThrow();
      expect(() => within(root, ['link'], () => 0)).toThrow();
      await (await holdFolder(join(root, 'a'))).letGo();
      await scanTree([root]);
    }
    expect(open()).toBe(before);
  });

  test('identities are those of the system, whatever their size', () => {
    const root = plant(temporaryFolder(), { f: '' });
    const { dev, ino } = lstatSync(join(root, 'f'), { bigint: true });
    expect(realFileSystem.stat(join(root, 'f'))?.identity).toBe(`${dev}:${ino}`);
  });

  test.each([0, 1.5, 1_700_000_000.123456, -1.25])('the time %f is the double that Node gives', (seconds) => {
    const root = plant(temporaryFolder(), { f: '' });
    execFileSync('touch', ['-d', `@${seconds}`, join(root, 'f')]);
    expect(realFileSystem.stat(join(root, 'f'))?.mtimeMs).toBe(lstatSync(join(root, 'f')).mtimeMs);
  });
});
