import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NameTree } from '../../core/content/name-tree.ts';
import { safeName, withSuffix } from '../../core/content/safe-name.ts';
import { componentProblem, foldName, pathProblem } from '../../core/content/safe-path.ts';
import { withUnseenShown } from '../../core/plain-text.ts';

const EVIL: readonly [string, string][] = [
  ['', 'empty'],
  ['/etc/passwd', 'absolute'],
  ['//host/share', 'absolute'],
  ['..', '".."'],
  ['../a', '".."'],
  ['a/../b', '".."'],
  ['./a', '"."'],
  ['a/.', '"."'],
  ['a//b', 'empty part'],
  ['a/', 'empty part'],
  ['a\\b', 'backslash'],
  ['..\\a', 'backslash'],
  ['C:', 'colon'],
  ['C:/a', 'colon'],
  ['a.txt:stream', 'colon'],
  ['a\0b', 'U+0000'],
  ['a\nb', 'U+000A'],
  ['a\x7f', 'U+007F'],
  ['a\x85b', 'U+0085'],
  ['a\u2028b', 'U+2028'],
  ['photo\u202egpj.exe', 'U+202E'],
  ['\u2066a', 'U+2066'],
  ['\ufeffa', 'U+FEFF'],
  ['a.', 'ends in a dot'],
  ['a ', 'ends in a dot or a space'],
  ['a /b', 'ends in a dot or a space'],
  ['.../b', 'ends in a dot'],
  ['CON', 'device'],
  ['nul.txt', 'device'],
  ['NUL .tar.gz', 'device'],
  ['a/aux/b', 'device'],
  ['Com1', 'device'],
  ['lpt9.log', 'device'],
  ['COM\u00b9', 'device'],
  ['LPT\u00b3.x', 'device'],
  ['CONIN$', 'device'],
  ['CONOUT$.txt', 'device'],
  ['CLOCK$', 'device'],
  ['a\ud800b', 'lone surrogate'],
  ['\udc00', 'lone surrogate'],
  ['\u200d', 'nothing to see'],
  ['x'.repeat(256), 'longer than 255 bytes'],
  ['\u20ac'.repeat(86), 'longer than 255 bytes'],
  [`${'a/'.repeat(64)}a`, 'deeper than 64'],
  [`${`${'x'.repeat(250)}/`.repeat(17)}a`, 'longer than 4096 bytes'],
];

test.each(EVIL)('%j is refused', (path, reason) => {
  expect(pathProblem(path)).toContain(reason);
});

test.each([
  'a',
  'README.md',
  '.gitignore',
  '..a',
  'a b/c d.txt',
  'console',
  'com10',
  'COMA.txt',
  'nullable.c',
  'Übergröße/straße.txt',
  'файл.txt',
  'ファイル/写真.jpg',
  '파일',
  'ملف.txt',
  'קובץ',
  'फ़ाइल',
  'می\u200cخواهم',
  '👨\u200d👩\u200d👧.png',
  'é',
  'e\u0301',
  'x'.repeat(255),
  '\u20ac'.repeat(85),
  `${'a/'.repeat(63)}a`,
])('%j may travel', (path) => {
  expect(pathProblem(path)).toBeUndefined();
});

/** Paths that end in '/' are empty folders. */
function clashes(...paths: string[]): string | undefined {
  const tree = new NameTree();
  return paths
    .map((path) => (path.endsWith('/') ? tree.add(path.slice(0, -1), 'folder') : tree.add(path, 'file')))
    .findLast((problem) => problem !== undefined);
}

test.each<[string[], string]>([
  [['a', 'a'], 'twice'],
  [['d/', 'd/'], 'twice'],
  [['A', 'a'], 'meets "A"'],
  [['Dir/a', 'dir/b'], 'meets "Dir"'],
  [['é', 'e\u0301'], 'meets'],
  [['straße', 'STRASSE'], 'meets'],
  [['ΟΔΟΣ', 'οδος'], 'meets'],
  [['\u212a', 'k'], 'meets'],
  [['SINIR', 'sinir'], 'meets'],
  [['İ', 'i\u0307'], 'meets'],
  [['ẞ', 'ß'], 'meets'],
  [['a\u200db', 'ab'], 'meets'],
  [['a', 'a/b'], 'both a file and a folder'],
  [['a/b', 'a'], 'both a file and a folder'],
  [['a/b/c', 'a/b'], 'both a file and a folder'],
  [['a', 'a/'], 'both a file and a folder'],
  [['a', 'A/b'], 'meets'],
  [['a/', 'a/b'], 'said to be empty'],
  [['a/b', 'a/'], 'not empty'],
])('%j cannot be together', (paths, reason) => {
  expect(clashes(...paths)).toContain(reason);
});

test('the dotless ı of Turkish is not i: by Unicode they are two letters, whatever the case', () => {
  expect(clashes('sınır.txt', 'sinir.txt', 'Kapı', 'kapi')).toBeUndefined();
  expect(clashes('KAPı', 'kapı')).toContain('meets');
});

test('every letter but the dotless ı is one name in capitals and in small letters', () => {
  const split = Array.from({ length: 0x3000 }, (_, code) => String.fromCodePoint(code)).filter(
    (letter) =>
      foldName(letter) !== foldName(letter.toUpperCase()) ||
      foldName(letter) !== foldName(letter.toLowerCase()),
  );
  expect(split).toEqual(['ı']);
});

test('what is different stays so', () => {
  expect(clashes('a', 'b', 'ab', 'd/a', 'd/b', 'd/e/', 'a.b', 'd.e/a')).toBeUndefined();
});

test.each([
  ['photo.jpg', 'photo.jpg'],
  ['../../etc/passwd', 'passwd'],
  ['C:\\Windows\\a.exe', 'a.exe'],
  ['/', 'FALLBACK'],
  ['..', 'FALLBACK'],
  ['', 'FALLBACK'],
  ['\u0000\u202e', 'FALLBACK'],
  ['\u200d', 'FALLBACK'],
  ['a\u202egpj.exe', 'agpj.exe'],
  ['a:b?.txt', 'a_b_.txt'],
  ['NUL.txt', '_NUL.txt'],
  ['con', '_con'],
  ['.bash_login', '_bash_login'],
  ['.ssh', '_ssh'],
  ['../.zshenv', '_zshenv'],
  ['--help', '_help'],
  ['-rf', '_rf'],
  [' . -x', '_x'],
  ['-', '-'],
  ['desktop.ini', '_desktop.ini'],
  ['AutoRun.inf', '_AutoRun.inf'],
  [`photo.jpg${' '.repeat(120)}.exe`, 'photo.jpg .exe'],
  [`photo.jpg${'\u00a0\u2800'.repeat(60)}.exe`, 'photo.jpg .exe'],
  ['a\u200bb\u00ad\u2060\u061c\u{e0041}.txt', 'ab.txt'],
  ['می\u200cخواهم', 'می\u200cخواهم'],
  ['name. . .', 'name'],
  ['folder/', 'folder'],
  ['e\u0301', '\u00e9'],
  ['写真.jpg', '写真.jpg'],
  ['x'.repeat(255), 'x'.repeat(255)],
  ['\u20ac'.repeat(100), '\u20ac'.repeat(85)],
])('the hint %j becomes the name %j', (hint, name) => {
  expect(safeName(hint, 'FALLBACK')).toBe(name);
});

test('whatever the hint, the name is safe', () => {
  const part = fc.constantFrom(
    '..',
    '/',
    '\\',
    ':',
    'nul',
    'COM1',
    ' ',
    '.',
    '\u202e',
    '\0',
    '\ud800',
    'é',
    '👨',
    '\u200d',
    '\u2800',
    '-',
  );
  const hint = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(part).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(hint, (text) => {
      const name = safeName(text, '0123456789abcdef');
      expect(componentProblem(name)).toBeUndefined();
      expect(name).not.toMatch(/^(\.|-.)/);
      expect(withUnseenShown(name)).toBe(name);
    }),
    { numRuns: 1000 },
  );
});

test('a suffix goes before the extension or at the end, and the name still fits', () => {
  expect(withSuffix('a.txt', ' (2)', 'before-extension')).toBe('a (2).txt');
  expect(withSuffix('a', ' (2)', 'before-extension')).toBe('a (2)');
  expect(withSuffix('.profile', ' (2)', 'before-extension')).toBe('.profile (2)');
  expect(withSuffix('a.txt', '.part', 'at-end')).toBe('a.txt.part');
  expect(withSuffix(`${'x'.repeat(251)}.txt`, ' (2)', 'before-extension')).toBe(`${'x'.repeat(247)} (2).txt`);
  expect(withSuffix('€'.repeat(85), '.part', 'at-end')).toBe(`${'€'.repeat(83)}.part`);
  expect(withSuffix(`a.${'x'.repeat(253)}`, ' (2)', 'before-extension')).toBe(`a.${'x'.repeat(249)} (2)`);
});
