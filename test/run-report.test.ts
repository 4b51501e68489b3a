/** What the end of a run says: see run-report.ts and tools/build-if-stale.ts. */
import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isStale } from '../tools/build-if-stale.ts';
import { plant, temporaryFolder } from './content/temporary.ts';
import { reportOf } from './run-report.ts';

const passed = { name: 'test/a.test.ts: a', tries: 1, isSkipped: false };
const skipped = { name: 'test/a.test.ts: b', tries: 1, isSkipped: true };
const asRoot = { ...skipped, name: 'test/store/failures.test.ts: a folder that may not be written is told' };

test('who needed another try is named, and fails nothing', () => {
  const { lines, fails } = reportOf([passed, { ...passed, tries: 3 }], true);
  expect({ lines, fails }).toEqual({ lines: ['NEEDED 3 TRIES: test/a.test.ts: a'], fails: false });
});

test('a skip fails the run where everything can be tried, unless it is known of, and is counted elsewhere', () => {
  expect(reportOf([passed, asRoot], true)).toEqual({ lines: [], fails: false });
  expect(reportOf([asRoot, skipped], true)).toEqual({
    lines: ['SKIPPED, AND SHOULD NOT BE HERE: test/a.test.ts: b'],
    fails: true,
  });
  expect(reportOf([skipped], false)).toEqual({ lines: ['NOT TRIED: 1 tests were skipped.'], fails: false });
});

test('what is built is stale when a source anywhere is newer, or a part of it is missing', () => {
  const root = plant(temporaryFolder(), { 'core/deep/a.ts': '', 'b.json': '', 'out/one': '', 'out/two': '' });
  const at = (path: string, seconds: number): void => utimesSync(join(root, path), seconds, seconds);
  const check = (): boolean => isStale(root, ['core', 'b.json', 'none'], ['out/one', 'out/two']);
  for (const path of ['core/deep/a.ts', 'b.json']) at(path, 100);
  for (const path of ['out/one', 'out/two']) at(path, 200);
  expect(check()).toBe(false);
  at('core/deep/a.ts', 150);
  expect(check()).toBe(false);
  at('out/two', 149);
  expect(check()).toBe(true);
  at('out/two', 200);
  at('b.json', 201);
  expect(check()).toBe(true);
  at('b.json', 100);
  expect(isStale(root, ['core'], ['out/one', 'out/three'])).toBe(true);
});
