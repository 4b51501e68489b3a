import { expect, test } from 'vitest';
import { waitingFor } from '../../renderer/problems/waiting.ts';

test('what a transfer waits for is what is nearest to success', () => {
  expect(waitingFor([])).toBe('servers');
  expect(waitingFor([{ state: 'silent' }, { state: 'resolving' }])).toBe('answer');
  expect(waitingFor([{ state: 'silent' }, { state: 'absent' }])).toBe('resource');
  expect(waitingFor([{ state: 'absent' }, { state: 'busy' }])).toBe('place');
  expect(waitingFor([{ state: 'busy' }, { state: 'banned' }, { state: 'pouring' }])).toBe('use');
  expect(waitingFor([{ state: 'banned' }])).toBe('trust');
});
