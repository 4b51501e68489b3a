/** Another program, in another language, made from the documents alone, agrees with the vectors and golden records. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const READER = fileURLToPath(new URL('reader.py', import.meta.url));
const hasPython = spawnSync('python3', ['--version']).status === 0;
if (!hasPython) console.warn('SKIPPED: there is no python3 here to run the second reader with');

test.runIf(hasPython)('the code and the manifest can be read by the documents alone', () => {
  const { stdout, stderr } = spawnSync('python3', [READER], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(stdout).toBe('agrees\n');
});
