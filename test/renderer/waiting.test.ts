import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { REASON_TEXTS, reasonKey, waitingFor } from '../../renderer/problems/waiting.ts';

test('what a transfer waits for is what is nearest to success', () => {
  expect(waitingFor([])).toBe('servers');
  expect(waitingFor([{ state: 'silent' }, { state: 'resolving' }])).toBe('answer');
  expect(waitingFor([{ state: 'silent' }, { state: 'absent' }])).toBe('resource');
  expect(waitingFor([{ state: 'absent' }, { state: 'busy' }])).toBe('place');
  expect(waitingFor([{ state: 'banned' }])).toBe('trust');
});

test('every reason that is known is one that the engine gives', () => {
  const engine = globSync('core/protocol/*.ts', { cwd: new URL('../../', import.meta.url) })
    .map((path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'))
    .join();
  for (const text of REASON_TEXTS) expect(engine).toContain(`'${text}'`);
  expect(engine).toContain('`uses code profile $');
});

test('a reason that is not known has no key', () => {
  expect(reasonKey('stopped answering')).toBe('stopped');
  expect(reasonKey('uses code profile 7, which this version does not know')).toBe('profile');
  expect(reasonKey('')).toBeUndefined();
  expect(reasonKey('toString')).toBeUndefined();
});
