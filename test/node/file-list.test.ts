import { expect, test } from 'vitest';
import type { Listing } from '../../core/content/listing.ts';
import type { OpenManifest } from '../../core/content/manifest.ts';
import { fileList, MAX_LISTED } from '../../core/node/file-list.ts';

function manifest(listing?: Listing): OpenManifest {
  return { listing, length: 7 } as OpenManifest;
}
const file = (path: string, executable = false) => ({ kind: 'file', path, length: 1, executable }) as const;

test('the files of a folder are told in parts, and never more than a part may have', () => {
  const many = manifest(Array.from({ length: 2_000 }, (_, i) => file(`a/${i}`)));
  const part = fileList(many, '', { from: 1_990, count: 100 });
  expect(part).toMatchObject({ total: 2_000, running: 0 });
  expect(part.files.map(({ path }) => path)).toEqual(Array.from({ length: 10 }, (_, i) => `a/${1_990 + i}`));
  expect(fileList(many, '', { from: 0, count: 1e9 }).files).toHaveLength(MAX_LISTED);
});

test('what runs when it is opened is marked, by its bit or by its extension, and counted in all', () => {
  const listing = [
    file('a.txt'),
    file('b', true),
    file('c.PDF.exe'),
    { kind: 'folder', path: 'd.exe' } as const,
  ];
  const found = fileList(manifest(listing), '', { from: 0, count: 1 });
  expect(found).toEqual({ files: [{ path: 'a.txt', bytes: 1, runs: false }], total: 3, running: 2 });
  const all = fileList(manifest(listing), '', { from: 0, count: 9 });
  expect(all.files.map(({ runs }) => runs)).toEqual([false, true, true]);
});

test('files can be looked for by a part of their path', () => {
  const listing = [file('Holiday/Rome.jpg'), file('b.txt'), file('holiday/x.jpg')];
  const found = fileList(manifest(listing), '', { from: 0, count: 9, containing: 'HOLIDAY' });
  expect(found.total).toBe(2);
  expect(found.files.map(({ path }) => path)).toEqual(['Holiday/Rome.jpg', 'holiday/x.jpg']);
});

test('a name in it that hides something is written out', () => {
  const { files } = fileList(manifest([file('a\u202egpj.exe')]), '', { from: 0, count: 9 });
  expect(files).toEqual([{ path: 'a\\u{202e}gpj.exe', bytes: 1, runs: true }]);
});

test('a single file is told by the name of the transfer', () => {
  const found = fileList(manifest(), 'setup.exe', { from: 0, count: 9 });
  expect(found).toEqual({ files: [{ path: 'setup.exe', bytes: 7, runs: true }], total: 1, running: 1 });
});
