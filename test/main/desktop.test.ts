import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { isAtWork, isBusy, recentLinks } from '../../main/activity.ts';
import de from '../../main/locales/de.json' with { type: 'json' };
import en from '../../main/locales/en.json' with { type: 'json' };
import { Mirror } from '../../main/node/mirror.ts';
import { desktopEntry, desktopEntryLoginItem } from '../../main/system/autostart.ts';
import { isOnline } from '../../main/system/online.ts';
import { rateText } from '../../main/tray/rate-text.ts';
import { isTrayThere } from '../../main/tray/status-notifier.ts';
import { whatClosingDoes } from '../../main/window/closing.ts';
import { builtPage, fileOf, servedPage } from '../../main/window/page.ts';
import { openingBounds, WindowMemory } from '../../main/window/remembered.ts';
import { spokenLanguage, wordsOf } from '../../main/words.ts';
import { nodeSnapshot, share, transfer } from '../node/snapshots.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rain-desktop-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('whether there is a tray', () => {
  beforeEach(() => vi.stubEnv('DBUS_SESSION_BUS_ADDRESS', 'unix:path=/somewhere'));
  afterEach(() => vi.unstubAllEnvs());

  test.each([
    ['b true\n', true],
    ['b false\n', false],
    ['(<true>,)\n', true],
    ['(<false>,)\n', false],
    ['   variant       boolean true\n', true],
    ['', false],
  ])('is read from %j', async (output, expected) => {
    expect(await isTrayThere('linux', async () => output)).toBe(expected);
  });

  test('is asked of the next program when one is not there, and is no when none is', async () => {
    const programs: string[] = [];
    const there = await isTrayThere('linux', async (program) => {
      programs.push(program);
      return program === 'dbus-send' ? 'boolean true' : undefined;
    });
    expect([there, programs]).toEqual([true, ['busctl', 'gdbus', 'dbus-send']]);
    expect(await isTrayThere('linux', async () => undefined)).toBe(false);
  });

  test('is not asked where there is no session bus, nor where there always is a tray', async () => {
    const ask = vi.fn(async () => 'true');
    expect(await isTrayThere('darwin', ask)).toBe(true);
    vi.stubEnv('DBUS_SESSION_BUS_ADDRESS', '');
    vi.stubEnv('XDG_RUNTIME_DIR', folder);
    expect(await isTrayThere('linux', ask)).toBe(false);
    expect(ask).not.toHaveBeenCalled();
  });
});

describe('starting at login', () => {
  test('is set and unset, and notices what the desktop makes of it', async () => {
    const item = desktopEntryLoginItem(['/opt/rain'], folder);
    const file = join(folder, 'autostart', 'pouring-rain.desktop');
    expect(await item.isSet()).toBe(false);
    await item.set(true);
    expect(await item.isSet()).toBe(true);
    writeFileSync(file, `${readFileSync(file, 'utf8')}Hidden=true\n`);
    expect(await item.isSet()).toBe(false);
    await item.set(false);
    await item.set(false);
    expect(await item.isSet()).toBe(false);
  });

  test('says that it cannot be set', async () => {
    writeFileSync(join(folder, 'file'), '');
    const item = desktopEntryLoginItem(['/opt/rain'], join(folder, 'file'));
    await expect(item.set(true)).rejects.toMatchObject({ code: 'no-permission' });
  });

  test('starts the program hidden, wherever it lies', () => {
    expect(desktopEntry(['/opt/rain'])).toContain('\nExec="/opt/rain" "--hidden"\n');
    expect(desktopEntry(['/opt/100% "rain" $1\\x', '.'])).toContain(
      '\nExec="/opt/100%% \\\\"rain\\\\" \\\\$1\\\\\\\\x" "." "--hidden"\n',
    );
  });
});

describe('closing the window', () => {
  const at = { onClose: 'tray', atWork: true, tray: true, platform: 'linux' } as const;
  test.each([
    [at, 'hide'],
    [{ ...at, tray: false }, 'minimize'],
    [{ ...at, atWork: false }, 'quit'],
    [{ ...at, onClose: 'quit' as const }, 'quit'],
    [{ ...at, tray: false, platform: 'darwin' as const }, 'hide'],
  ])('%j: %s', (circumstances, expected) => {
    expect(whatClosingDoes(circumstances)).toBe(expected);
  });
});

describe('the place of the window', () => {
  const screens = [{ x: 0, y: 0, width: 1400, height: 900 }];

  test('is where it was, if it can be seen there', () => {
    const bounds = { x: 100, y: 50, width: 800, height: 600 };
    expect(openingBounds(bounds, screens)).toEqual(bounds);
    expect(openingBounds({ ...bounds, x: 1390 }, screens)).toEqual({ width: 800, height: 600 });
    expect(openingBounds({ ...bounds, x: -790 }, screens)).toEqual({ width: 800, height: 600 });
    expect(openingBounds({ ...bounds, y: -50 }, screens)).toEqual({ width: 800, height: 600 });
    expect(openingBounds({ ...bounds, width: 10, height: 10 }, screens)).toMatchObject({
      width: 640,
      height: 480,
    });
  });

  test('is remembered, and anything in the file is survived', async () => {
    const memory = new WindowMemory(folder);
    const bounds = { x: 1, y: 2, width: 800, height: 600 };
    memory.change({ bounds });
    memory.change({ toldOfTray: true });
    await memory.flush();
    expect(new WindowMemory(folder).current).toEqual({ bounds, maximized: false, toldOfTray: true });
    for (const broken of ['', '[]', 'null', '{"bounds": {"x": "1"}, "maximized": 3}']) {
      writeFileSync(join(folder, 'window.json'), broken);
      expect(new WindowMemory(folder).current).toEqual({
        bounds: undefined,
        maximized: false,
        toldOfTray: false,
      });
    }
  });
});

describe('the page', () => {
  test('owns its files and nothing else', () => {
    expect(builtPage.owns('app://rain/assets/a.js')).toBe(true);
    for (const url of ['app://other/', 'https://rain/', 'file:///etc/passwd', 'app:rain', 'nonsense', '']) {
      expect(builtPage.owns(url), url).toBe(false);
    }
    const served = servedPage('http://localhost:5173');
    expect(served.owns('ws://localhost:5173/')).toBe(true);
    expect(served.owns('http://localhost:5174/')).toBe(false);
    expect(served.owns('http://localhost:5173.example.org/')).toBe(false);
  });

  test('has no file outside of its folder, however it is written', () => {
    expect(fileOf('app://rain/assets/a%20b.js', '/out')).toBe('/out/assets/a b.js');
    const ways = ['../x', '..%2fx', '%2e%2e/x', 'a/..%2f..%2fx', '..%5cx', 'a%00b', '%', '%ff'];
    for (const way of ways) {
      const file = fileOf(`app://rain/${way}`, '/out');
      expect(file === undefined || file.startsWith('/out/'), way).toBe(true);
    }
    fc.assert(
      fc.property(fc.webPath(), (path) => {
        const file = fileOf(`app://rain${path}`, '/out');
        expect(file === undefined || file.startsWith('/out/')).toBe(true);
      }),
    );
  });
});

describe('what is said', () => {
  test('is said in each language with the same values', () => {
    expect(Object.keys(de).sort()).toEqual(Object.keys(en).sort());
    const values = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort();
    for (const key of Object.keys(en) as (keyof typeof en)[])
      expect(values(de[key]), key).toEqual(values(en[key]));
  });

  test('names what it is about, even if that looks like a value', () => {
    expect(wordsOf('en')('doneTitle', { name: '{name} $& x' })).toBe('{name} $& x is here');
  });

  test('is in the language of the setting, or of the system, or in English', () => {
    expect(spokenLanguage('de', ['en-US'])).toBe('de');
    expect(spokenLanguage('system', ['fr-FR', 'de-AT', 'en'])).toBe('de');
    expect(spokenLanguage('system', [])).toBe('en');
  });

  test.each([
    [0, 'en', '0 B/s'],
    [999, 'en', '999 B/s'],
    [999.6, 'en', '1.0 kB/s'],
    [1_234_000, 'en', '1.2 MB/s'],
    [1_234_000, 'de', '1,2 MB/s'],
    [99_960_000, 'en', '100 MB/s'],
    [5e12, 'en', '5,000 GB/s'],
  ])('gives a rate of %d in %s as %s', (rate, language, text) => {
    expect(rateText(rate, language)).toBe(text.replace(' ', '\u00a0'));
  });
});

describe('what is under way', () => {
  function mirrorOf(change: Parameters<typeof nodeSnapshot>[0]): Mirror {
    const mirror = new Mirror();
    mirror.reset(nodeSnapshot(change));
    return mirror;
  }
  const client = { address: 'a:1', rate: 1, poured: 1 };

  test('keeps the system awake only while bytes move', () => {
    expect(isBusy(mirrorOf({ shares: [share()], transfers: [transfer({ state: 'waiting' })] }))).toBe(false);
    expect(isBusy(mirrorOf({ shares: [share({ clients: [client] })] }))).toBe(true);
    expect(isBusy(mirrorOf({ transfers: [transfer()] }))).toBe(true);
  });

  test('is a reason to go on when something is offered or waited for', () => {
    expect(isAtWork(mirrorOf({}))).toBe(false);
    expect(isAtWork(mirrorOf({ shares: [share()] }))).toBe(true);
    expect(isAtWork(mirrorOf({ transfers: [transfer({ state: 'waiting' })] }))).toBe(true);
    const over = { shares: [share({ state: 'paused' })], transfers: [transfer({ state: 'done' })] };
    expect(isAtWork(mirrorOf(over))).toBe(false);
  });

  test('gives the newest links, each once', () => {
    const mirror = mirrorOf({
      shares: [
        share({ key: 1, id: 'a', link: 'rain:a', addedAt: 1 }),
        share({ key: 2, id: '', link: '', addedAt: 9 }),
      ],
      transfers: [
        transfer({ key: 3, id: 'b', link: 'rain:b', name: '', addedAt: 3 }),
        transfer({ key: 4, id: 'a', link: 'rain:a?n=x', name: 'x', addedAt: 2 }),
      ],
    });
    expect(recentLinks(mirror, 5)).toMatchObject([
      { name: 'b', link: 'rain:b' },
      { name: 'x', link: 'rain:a?n=x' },
    ]);
    expect(recentLinks(mirror, 1)).toHaveLength(1);
  });

  test('is offline without an interface that is up', () => {
    const address = { address: '', netmask: '', mac: '', cidr: null, family: 'IPv4' } as const;
    expect(isOnline({ lo: [{ ...address, internal: true }] })).toBe(false);
    expect(isOnline({ lo: [{ ...address, internal: true }], eth0: [{ ...address, internal: false }] })).toBe(
      true,
    );
  });
});
