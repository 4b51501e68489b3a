/** The workflow that makes a release, as far as that can be tried without it. */
import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../content/temporary.ts';

const WORKFLOW = readFileSync(new URL('../../.github/workflows/release.yml', import.meta.url), 'utf8');

/** What a secret that the repository has not got is on GitHub. */
const UNSET = '';

test.skipIf(process.platform === 'win32').each([
  ['without a certificate', UNSET, 'CSC_LINK is not there'],
  ['with a certificate', 'bytes', 'CSC_LINK is bytes'],
])('a release is packed %s', (_how, certificate, expected) => {
  const folder = temporaryFolder();
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell's
  writeFileSync(join(folder, 'npm'), '#!/bin/sh\necho "CSC_LINK is ${CSC_LINK-not there}"\n');
  chmodSync(join(folder, 'npm'), 0o755);
  const { PATH } = process.env;
  const env = { ...environment(certificate), PATH: `${folder}${delimiter}${PATH}` };
  expect(execFileSync('bash', ['-e', '-c', script()], { encoding: 'utf8', env }).trim()).toBe(expected);
});

/** The step that packs, by its lines: there is no parser of YAML among the dependencies. */
function step(): string {
  const found = WORKFLOW.split(/^ {6}- /m).find((each) => each.includes('npm run package'));
  if (found === undefined) throw new Error('no step packs');
  return found;
}

/** Its variables, each with the value of the secret that it is made of. */
function environment(value: string): Record<string, string> {
  const names = [...step().matchAll(/^ +(\w+): \$\{\{.*secrets\./gm)].map(([, name]) => name);
  expect(names.length).toBeGreaterThan(0);
  return Object.fromEntries(names.map((name) => [name, value]));
}

function script(): string {
  const [, inline, block] = /^ +run: (?:\|\n((?: {10}.*\n?)+)|(.*))/m.exec(`        ${step()}`) ?? [];
  return inline ?? block;
}
