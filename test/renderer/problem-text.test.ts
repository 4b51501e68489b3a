import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test, vi } from 'vitest';
import type { Problem } from '../../core/api.ts';

vi.stubGlobal('document', { documentElement: {} });
await import('../../renderer/i18n.ts');
const { ProblemText } = await import('../../renderer/problems/ProblemText.tsx');

test('a problem is told with what to do, and in the words of the engine, its hint among them', () => {
  const problem: Problem = {
    code: 'bad-config',
    message: 'The settings in /data/settings.json could not be read.',
    hint: 'The file as it was is kept as settings.broken.json.',
  };
  const html = renderToStaticMarkup(createElement(ProblemText, { problem }));
  expect(html).toContain('Set it again in the settings.');
  expect(html).toContain(problem.message);
  expect(html).toContain(problem.hint);
});
