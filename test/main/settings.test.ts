import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Failure } from '../../core/failure.ts';
import { defaultSettings, repairSettings, settingsChange } from '../../main/settings/schema.ts';
import { loadSettings, saveSettings } from '../../main/settings/settings-file.ts';
import { SettingsKeeper } from '../../main/settings/settings-keeper.ts';
import type { Settings } from '../../preload/contract.ts';

const DEFAULTS = defaultSettings('/home/p/Downloads');

test('what holds for who has chosen nothing gives nothing away and starts nothing', () => {
  expect(DEFAULTS).toEqual({
    downloadFolder: '/home/p/Downloads',
    port: null,
    bind: null,
    uploadLimit: null,
    downloadLimit: null,
    uploadLimitUnit: null,
    downloadLimitUnit: null,
    seed: true,
    askBeforeDownload: true,
    clipboardLinks: true,
    lan: true,
    onClose: 'tray',
    startAtLogin: false,
    theme: 'system',
    language: 'system',
    sharePublic: false,
    store: false,
    storePort: 8080,
    storeClassic: false,
  });
});

describe('repairing what was stored', () => {
  test('takes what is right and leaves what is wrong at its default', () => {
    const { settings, faults } = repairSettings(
      { port: 99_999, seed: false, theme: 'pink', lan: false },
      DEFAULTS,
    );
    expect(settings).toEqual({ ...DEFAULTS, seed: false, lan: false });
    expect(faults).toEqual(['port', 'theme']);
  });

  test('is content with settings that are missing, and ignores what it does not know', () => {
    expect(repairSettings({ seed: false, later: 1 }, DEFAULTS)).toEqual({
      settings: { ...DEFAULTS, seed: false },
      faults: [],
    });
  });

  test('gives back what is right unchanged', () => {
    const chosen: Settings = {
      ...DEFAULTS,
      port: 2000,
      bind: '::1',
      uploadLimit: 1,
      onClose: 'quit',
      language: 'de',
    };
    expect(repairSettings(JSON.parse(JSON.stringify(chosen)), DEFAULTS)).toEqual({
      settings: chosen,
      faults: [],
    });
  });

  test('makes usable settings of anything', () => {
    fc.assert(
      fc.property(fc.anything(), fc.object(), (anything, object) => {
        for (const stored of [anything, object, { ...DEFAULTS, ...object, downloadFolder: anything }]) {
          const { settings } = repairSettings(stored, DEFAULTS);
          expect(Object.keys(settings).sort()).toEqual(Object.keys(DEFAULTS).sort());
          expect(repairSettings(settings, DEFAULTS).faults).toEqual([]);
        }
      }),
    );
  });

  test('is not led astray by names that objects have anyway', () => {
    const stored = JSON.parse('{"__proto__": {"seed": false}, "constructor": 1}');
    expect(repairSettings(stored, DEFAULTS).settings).toEqual(DEFAULTS);
  });
});

describe('a change from the window', () => {
  test.each([
    { downloadFolder: '/etc' },
    { port: 0 },
    { port: 1.5 },
    { port: '80' },
    { bind: 'example.org' },
    { uploadLimit: -1 },
    { uploadLimit: Number.NaN },
    { seed: undefined },
    { theme: 'System' },
    [],
    null,
  ])('is refused: %j', (change) => {
    expect(settingsChange.safeParse(change).success).toBe(false);
  });

  test('may change each setting but the folder', () => {
    const { downloadFolder, ...rest } = DEFAULTS;
    expect(settingsChange.parse(rest)).toEqual(rest);
  });
});

describe('the file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rain-settings-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const file = (name: string): string => join(folder, name);

  test('is not needed', () => {
    expect(loadSettings(folder, DEFAULTS)).toEqual({ settings: DEFAULTS });
  });

  test('keeps settings', async () => {
    const chosen: Settings = { ...DEFAULTS, port: 2000, seed: false };
    await saveSettings(folder, chosen);
    expect(loadSettings(folder, DEFAULTS)).toEqual({ settings: chosen });
    expect(existsSync(file('settings.json.new'))).toBe(false);
  });

  test('is kept aside when it cannot be read, and not written over', async () => {
    mkdirSync(file('settings.json'));
    expect(loadSettings(folder, DEFAULTS)).toMatchObject({
      settings: DEFAULTS,
      problem: { code: 'bad-config', hint: expect.stringContaining('settings.broken.json') },
    });
    expect(existsSync(file('settings.broken.json'))).toBe(true);
    await saveSettings(folder, DEFAULTS);
    expect(loadSettings(folder, DEFAULTS)).toEqual({ settings: DEFAULTS });
  });

  test('is kept aside and told of when it is broken', () => {
    writeFileSync(file('settings.json'), '{"seed": false,');
    const { settings, problem } = loadSettings(folder, DEFAULTS);
    expect(settings).toEqual(DEFAULTS);
    expect(problem).toMatchObject({
      code: 'bad-config',
      hint: expect.stringContaining('settings.broken.json'),
    });
    expect(readFileSync(file('settings.broken.json'), 'utf8')).toBe('{"seed": false,');
  });

  test('says which setting was wrong', () => {
    writeFileSync(file('settings.json'), '{"seed": 3, "lan": false}');
    const { settings, problem } = loadSettings(folder, DEFAULTS);
    expect(settings).toEqual({ ...DEFAULTS, lan: false });
    expect(problem?.message).toContain('(seed)');
  });
});

describe('changing settings', () => {
  function keeper(host: Partial<ConstructorParameters<typeof SettingsKeeper>[1]>): SettingsKeeper {
    return new SettingsKeeper(DEFAULTS, {
      apply: async () => undefined,
      save: async () => undefined,
      changed: () => undefined,
      ...host,
    });
  }

  test('keeps the old ones when a change cannot be applied', async () => {
    const saved: Settings[] = [];
    const settings = keeper({
      apply: () => Promise.reject(new Failure('port-taken', 'taken')),
      save: async (all) => void saved.push(all),
    });
    await expect(settings.change({ port: 5 })).rejects.toMatchObject({ code: 'port-taken' });
    expect(settings.current).toEqual(DEFAULTS);
    expect(saved).toEqual([]);
  });

  test('goes on after a change that failed', async () => {
    const settings = keeper({
      apply: async ({ port }) => {
        if (port === 5) throw new Failure('port-taken', 'taken');
      },
    });
    const refused = settings.change({ port: 5 });
    const taken = settings.change({ port: 6 });
    await expect(refused).rejects.toThrow();
    expect((await taken).port).toBe(6);
  });

  test('applies one after the other, each upon the one before', async () => {
    const first = Promise.withResolvers<void>();
    const applied: [number | null, boolean][] = [];
    const settings = keeper({
      apply: async ({ port, seed }) => {
        applied.push([port, seed]);
        if (applied.length === 1) await first.promise;
      },
    });
    const both = [settings.change({ port: 7 }), settings.change({ seed: false })];
    await Promise.resolve();
    expect(applied).toEqual([[7, true]]);
    first.resolve();
    await Promise.all(both);
    expect(applied).toEqual([
      [7, true],
      [7, false],
    ]);
  });

  test('says that a change is in force which could not be stored', async () => {
    const settings = keeper({ save: () => Promise.reject(new Error('ENOSPC')) });
    await expect(settings.change({ seed: false })).rejects.toMatchObject({ code: 'disk' });
    expect(settings.current.seed).toBe(false);
  });
});
