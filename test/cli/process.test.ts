/** The command as a process of its own, as far as that needs no engine. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { isTooOld } from '../../cli/newer-node.ts';
import manifest from '../../package.json' with { type: 'json' };

const INDEX = new URL('../../cli/index.ts', import.meta.url).pathname;
const run = promisify(execFile);

test('--version', async () => {
  const { stdout, stderr } = await run(process.execPath, [INDEX, '--version']);
  expect(stdout).toBe(`${manifest.version}\n`);
  expect(stderr).toBe('');
});

test('wrong usage', async () => {
  await expect(run(process.execPath, [INDEX, 'ls', '--jsn'])).rejects.toMatchObject({
    code: 2,
    stdout: '',
    stderr: "rain: unknown option '--jsn'\nDid you mean --json?\n",
  });
});

test('a reader that leaves is no reason to fail', async () => {
  const child = spawn(process.execPath, [INDEX, '--help'], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  let stderr = '';
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  const [code] = await once(child, 'close');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

test.runIf(existsSync('/dev/full'))('output that could not be written is a failure', async () => {
  const full = openSync('/dev/full', 'w');
  const child = spawn(process.execPath, [INDEX, '--help'], { stdio: ['ignore', full, 'ignore'] });
  closeSync(full);
  const [code] = await once(child, 'close');
  expect(code).toBe(1);
});

describe('the Node that is needed', () => {
  test.each([
    ['20.20.2', true],
    ['22.13.1', true],
    ['22.14.0', false],
    ['22.20.0', false],
    ['24.0.0', false],
  ])('%s is too old: %s', (version, tooOld) => {
    expect(isTooOld(version)).toBe(tooOld);
  });
});
