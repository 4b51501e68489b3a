import { expect, test } from 'vitest';
import { rowFor } from '../../renderer/components/list-keys.ts';

test.each([
  ['ArrowDown', 4, 5],
  ['ArrowDown', 9, 9],
  ['ArrowUp', 4, 3],
  ['ArrowUp', 0, 0],
  ['PageDown', 4, 7],
  ['PageDown', 8, 9],
  ['PageUp', 4, 1],
  ['PageUp', 2, 0],
  ['Home', 4, 0],
  ['End', 4, 9],
  ['Enter', 4, undefined],
])('%s leads from row %d of ten to %s, with three to a page', (key, from, to) => {
  expect(rowFor(key, from, 10, 3)).toBe(to);
});
