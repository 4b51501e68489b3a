import { expect, test } from 'vitest';
import { OpenFiles } from '../../core/content/open-files.ts';

test('the file not used for longest is closed for a new one, and all in the end', () => {
  const closed: number[] = [];
  const files = new OpenFiles({ close: (fd) => closed.push(fd) }, (file) => 100 + file);
  for (let file = 0; file < 32; file++) expect(files.get(file)).toBe(100 + file);
  expect(files.get(0)).toBe(100);
  expect(closed).toEqual([]);
  files.get(32);
  files.get(33);
  expect(closed).toEqual([101, 102]);
  files.close();
  expect(closed).toHaveLength(34);
  expect(new Set(closed).size).toBe(34);
});

test('a file that cannot be opened is not remembered', () => {
  let fails = true;
  const files = new OpenFiles({ close: () => {} }, (file) => {
    if (fails) throw new Error('no');
    return file;
  });
  expect(() => files.get(1)).toThrow('no');
  fails = false;
  expect(files.get(1)).toBe(1);
});
