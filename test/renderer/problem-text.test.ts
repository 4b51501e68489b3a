import { expect, test } from 'vitest';
import type { Problem } from '../../core/api.ts';
import { ProblemText } from '../../renderer/problems/ProblemText.tsx';
import { rendered } from './rendered.ts';

test('a problem is told with what to do, and in the words of the engine, its hint among them', () => {
  const problem: Problem = {
    code: 'bad-config',
    message: 'The settings in /data/settings.json could not be read.',
    hint: 'The file as it was is kept as settings.broken.json.',
  };
  const markup = rendered(ProblemText, { problem });
  expect(markup).toContain('Set it again in the settings.');
  expect(markup).toContain(problem.message);
  expect(markup).toContain(problem.hint);
});
