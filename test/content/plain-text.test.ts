import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonWithUnseenEscaped, revealed, withoutUnseen, withUnseenShown } from '../../core/plain-text.ts';

describe('a name is shown for what it is', () => {
  test.each([
    ['photo\u202egpj.exe', 'photo\\u{202e}gpj.exe'],
    ['a\u200bb', 'a\\u{200b}b'],
    ['a\u200eb\u200f', 'a\\u{200e}b\\u{200f}'],
    ['a\u061cb\u2060c\u00add', 'a\\u{61c}b\\u{2060}c\\u{ad}d'],
    ['a\u115fb\u3164c', 'a\\u{115f}b\\u{3164}c'],
    ['a\u2800b', 'a\\u{2800}b'],
    ['a\u{e0041}b', 'a\\u{e0041}b'],
    ['a\u200cb', 'a\\u{200c}b'],
    ['1\ufe0f.txt', '1\\u{fe0f}.txt'],
    ['\x1b[2J', '\\u{1b}[2J'],
    ['\ud800', '\\u{d800}'],
    [`photo.jpg${' '.repeat(120)}.exe`, 'photo.jpg ␣×120 .exe'],
    [`photo.jpg${'\u00a0'.repeat(9)}.exe`, 'photo.jpg ␣×9 .exe'],
    ['рaypal.txt', '\\u{440}aypal.txt'],
    ['invоice.pdf', 'inv\\u{43e}ice.pdf'],
    ['Αpple', '\\u{391}pple'],
    ['H2О.txt', 'H2\\u{41e}.txt'],
  ])('%j as %j', (name, shown) => {
    expect(revealed(name)).toBe(shown);
  });
});

describe('an ordinary name is shown as it is', () => {
  test.each([
    'grüße 日本.txt',
    'привет мир.txt',
    'Ελλάδα.pdf',
    'μTorrent.exe',
    'Отчёт by Anna.docx',
    'می\u200cخواهم',
    'फ़ाइल क्\u200dष',
    '葛\u{e0100}城市.txt',
    '👨\u200d👩\u200d👧 1\ufe0f\u20e3 ☺\ufe0f 👍🏽.png',
    'e\u0301',
    'two  blanks',
  ])('%s', (name) => {
    expect(revealed(name)).toBe(name);
    expect(withUnseenShown(name)).toBe(name);
  });
});

test('a hint loses what is unseen and keeps what is at work', () => {
  expect(withoutUnseen('  a\u200b\u202eb\t\n\u2800c\ud800 ')).toBe('ab c');
  expect(withoutUnseen('می\u200cخواهم')).toBe('می\u200cخواهم');
});

test('nothing unseen is left in any text, and JSON comes back the same', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(withUnseenShown(withUnseenShown(text))).toBe(withUnseenShown(text));
      expect(withUnseenShown(withoutUnseen(text))).toBe(withoutUnseen(text));
      expect(JSON.parse(jsonWithUnseenEscaped(JSON.stringify({ text })))).toEqual({ text });
    }),
    { numRuns: 2000 },
  );
});

test('the work grows with the length of a name and no faster', () => {
  const names = ['й', 'a', 'аa', 'م\u0651', '\u0651', '\u200d', 'e\u0301\u200c', '👨\u200d', ' \u2800'];
  for (const unit of names) {
    const took = [2000, 32_000].map((length) => {
      const name = unit.repeat(length);
      const from = process.cpuUsage();
      revealed(name);
      withoutUnseen(name);
      const { user, system } = process.cpuUsage(from);
      return user + system;
    });
    // Sixteen times the length: a quadratic one takes 256 times as long.
    expect(took[1] / Math.max(took[0], 1000)).toBeLessThan(100);
  }
});
