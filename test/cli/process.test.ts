/** The command as a process of its own, as far as that needs no engine. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { isTooOld } from '../../cli/newer-node.ts';
import manifest from '../../package.json' with { type: 'json' };
import { temporaryFolder } from '../content/temporary.ts';

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

test.runIf(existsSync('/dev/full')).each([['--help'], ['servers'], ['servers', '--json']])(
  'output that could not be written is told and is a failure: %s %s',
  async (...args) => {
    const full = openSync('/dev/full', 'w');
    const env = { ...process.env, RAIN_DATA: temporaryFolder() };
    const all = [INDEX, ...args.filter((arg) => arg !== undefined)];
    const child = spawn(process.execPath, all, { stdio: ['ignore', full, 'pipe'], env });
    closeSync(full);
    let stderr = '';
    child.stderr?.on('data', (text) => {
      stderr += text;
    });
    const [code] = await once(child, 'close');
    const words = 'rain: standard output cannot be written: the disk is full (ENOSPC).\n';
    expect({ code, stderr }).toEqual({
      code: 5,
      stderr: `${words}Make room, or send the output elsewhere.\n`,
    });
  },
);

test.runIf(existsSync('/dev/full'))('words that nobody can be told are no failure', async () => {
  const full = openSync('/dev/full', 'w');
  const args = [INDEX, 'servers', 'add', '127.0.0.1', '--data', temporaryFolder()];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', full] });
  closeSync(full);
  expect((await once(child, 'close'))[0]).toBe(0);
});

test.skipIf(process.platform === 'win32')(
  'in a folder that is gone it does what needs none, or says so',
  async () => {
    const data = temporaryFolder();
    const inGone = (args: string) =>
      run(
        '/bin/sh',
        ['-c', `mkdir gone && cd gone && rmdir ../gone && exec "$0" "$1" ${args}`, process.execPath, INDEX],
        {
          cwd: data,
          timeout: 20_000,
        },
      );
    expect((await inGone('--version')).stdout).toBe(`${manifest.version}\n`);
    expect((await inGone(`ls --data ${data}`)).stderr).toBe('');
    await expect(inGone('ls --data here')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^rain: the folder that this command was started in is gone\nChange to /),
    });
  },
);

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
