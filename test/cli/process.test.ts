/** The command as a process of its own, as far as that needs no engine. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { isTooOld } from '../../cli/newer-node.ts';
import manifest from '../../package.json' with { type: 'json' };

const INDEX = fileURLToPath(new URL('../../cli/index.ts', import.meta.url));
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
  // Node-API of 20.20, 22.13 and 23.5; of 22.14 and 23.6; of 24 and 26.
  test.each([
    ['9', true],
    ['10', false],
    ['11', false],
  ])('one with Node-API %s is too old: %s', (nodeApi, tooOld) => {
    expect(isTooOld(nodeApi)).toBe(tooOld);
  });
});
