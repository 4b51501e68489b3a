import { expect, test } from 'vitest';
import { StartFailed } from '../../renderer/app/StartFailed.tsx';
import { bad } from './fixtures.ts';
import { rendered } from './rendered.ts';

test('a window that cannot be filled says why and what to do, and can be tried again', () => {
  const markup = rendered(StartFailed, {
    problem: bad('no-permission').problem,
    onRetry: async () => undefined,
  });
  expect(markup).toContain('The window could not be opened');
  expect(markup).toContain('No permission');
  expect(markup).toContain('quit the app and start it again');
  expect(markup).toMatch(/<button[^>]*>.*Try again/);
});
