import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dataFolder } from '../../cli/data-folder.ts';
import { transferSummary } from '../../cli/layout.ts';
import {
  bar,
  formatBytes,
  formatDuration,
  formatPercent,
  formatProgress,
  jsonLine,
  shorten,
  table,
  visible,
} from '../../cli/text.ts';
import * as snapshots from '../node/snapshots.ts';

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [9949, '9.9 kB'],
  [9951, '10 kB'],
  [999_499, '999 kB'],
  [999_500, '1.0 MB'],
  [67_108_864, '67 MB'],
])('%d bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test.each([
  [0, '0:00'],
  [7.4, '0:07'],
  [754, '12:34'],
  [3599.6, '1:00:00'],
  [11_100, '3:05:00'],
  [200_000, '2 days'],
])('%d seconds are %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});

test('progress says 100 only when all is there', () => {
  expect(formatProgress(0.9999)).toBe('99 %');
  expect(formatProgress(1)).toBe('100 %');
});

test('small percentages keep a digit', () => {
  expect([0, 0.014, 0.12].map(formatPercent)).toEqual(['0 %', '1.4 %', '12 %']);
});

test('a bar is as wide as asked for', () => {
  fc.assert(
    fc.property(fc.double({ min: -1, max: 2, noNaN: true }), fc.nat(80), (part, width) => {
      expect([...bar(part, width)]).toHaveLength(width);
    }),
  );
});

describe('text of strangers', () => {
  const HOSTILE = 'a\x1b[2Jb\r\n\x7f\x9bc\u202egpj.exe\u2028\ud800';

  test('is shown without anything a terminal would obey', () => {
    expect(visible(HOSTILE)).toBe(
      'a\\u{1b}[2Jb\\u{d}\\u{a}\\u{7f}\\u{9b}c\\u{202e}gpj.exe\\u{2028}\\u{d800}',
    );
    expect(visible('grüße 日本 👩‍👩‍👧.txt')).toBe('grüße 日本 👩‍👩‍👧.txt');
  });

  test('is escaped in JSON, too, and comes back the same', () => {
    const line = jsonLine({ name: HOSTILE });
    expect(line).toBe(visible(line));
    expect(JSON.parse(line)).toEqual({ name: HOSTILE });
  });

  test('JSON of any text is one line of harmless characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const line = jsonLine({ text });
        expect(line).toBe(visible(line));
        expect(JSON.parse(line)).toEqual({ text });
      }),
    );
  });
});

test('a long name loses its middle', () => {
  expect(shorten('abcdefghij', 7)).toBe('abc…hij');
  expect(shorten('abc', 7)).toBe('abc');
});

test('a table has columns', () => {
  expect(
    table(
      [
        ['A', 'SIZE'],
        ['long', '1'],
      ],
      new Set([1]),
    ),
  ).toEqual(['A     SIZE', 'long     1']);
});

describe('the data folder', () => {
  const around = { platform: 'linux', env: { HOME: '/home/me' }, cwd: '/here' } as const;

  test('is --data, then RAIN_DATA, then where the platform has it', () => {
    const env = { ...around.env, RAIN_DATA: 'mine' };
    expect(dataFolder('given', { ...around, env })).toBe(resolve('/here/given'));
    expect(dataFolder(undefined, { ...around, env })).toBe(resolve('/here/mine'));
    expect(dataFolder(undefined, around)).toBe(join('/home/me/.local/share/pouring-rain'));
  });

  test('obeys XDG_DATA_HOME if absolute', () => {
    const folder = (home: string) =>
      dataFolder(undefined, { ...around, env: { ...around.env, XDG_DATA_HOME: home } });
    expect(folder('/xdg')).toBe(join('/xdg/pouring-rain'));
    expect(folder('xdg')).toBe(join('/home/me/.local/share/pouring-rain'));
    expect(folder('')).toBe(join('/home/me/.local/share/pouring-rain'));
  });

  test('is never beside the person, whatever HOME says', () => {
    const own = join(userInfo().homedir, '.local/share/pouring-rain');
    for (const HOME of ['', 'relative', undefined])
      expect(dataFolder(undefined, { ...around, env: { HOME } })).toBe(own);
  });

  test('is as good as not named by an empty RAIN_DATA', () => {
    expect(dataFolder(undefined, { ...around, env: { ...around.env, RAIN_DATA: '' } })).toBe(
      join('/home/me/.local/share/pouring-rain'),
    );
  });

  test('is where macOS and Windows keep theirs', () => {
    expect(dataFolder(undefined, { ...around, platform: 'darwin' })).toBe(
      join('/home/me/Library/Application Support/Pouring Rain'),
    );
    expect(dataFolder(undefined, { ...around, platform: 'win32', env: { APPDATA: '/app' } })).toBe(
      join('/app/Pouring Rain'),
    );
  });
});

test('of a few droplets it is said how many they were, and of many what part was too much', () => {
  const droplets = { ...snapshots.transfer().droplets, received: 4, needed: 1 };
  expect(transferSummary(snapshots.transfer({ overhead: 3, droplets }))).toContain('4 droplets for 1 needed');
  const many = { ...droplets, received: 1020, needed: 1000 };
  expect(transferSummary(snapshots.transfer({ overhead: 0.02, droplets: many }))).toContain('overhead 2.0 %');
});
