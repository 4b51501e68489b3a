import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../content/temporary.ts';
import { Rain } from '../e2e/rain.ts';
import { rain } from './run.ts';

function config(value: unknown): string {
  const path = join(temporaryFolder(), 'murky.json');
  writeFileSync(path, JSON.stringify(value));
  return path;
}

test('a configuration that is wrong is named and ends with 2', async () => {
  const run = rain(['node', '--json', '--config', config({ http: { prot: 1 } })]);
  expect(await run.code).toBe(2);
  expect(run.stdout.events).toEqual([
    expect.objectContaining({
      event: 'error',
      code: 'bad-config',
      message: expect.stringContaining('"http.prot"'),
    }),
  ]);
  expect(run.node()).toBeUndefined();
});

test('a configuration that is not there ends with 1', async () => {
  const run = rain(['node', '--json', '--config', '/nowhere/murky.json']);
  expect(await run.code).toBe(1);
  expect(run.stdout.events).toEqual([expect.objectContaining({ code: 'no-such-path' })]);
});

test.each(['127.0.0.1', ':::1:80', 'host:99999'])('--http %s is no address', async (http) => {
  const run = rain(['node', '--json', '--http', http]);
  expect(await run.code).toBe(2);
  expect(run.stdout.events).toEqual([expect.objectContaining({ code: 'bad-address' })]);
});

// Windows has no signals that a process could heed.
test.skipIf(process.platform === 'win32')(
  'the command line goes before the configuration, and SIGTERM ends it with 0',
  async () => {
    const path = config({
      http: { port: 1 },
      lan: true,
      'pouring-rain': { bind: '127.0.0.1' },
      'data-dir': './data',
    });
    const node = new Rain(['node', '--config', path, '--http', '127.0.0.1:0', '--no-lan'], {
      data: join(path, '..', 'data'),
    });
    await node.when('its address', () => /store on http:\/\/127\.0\.0\.1:\d+/.exec(node.stderr) ?? undefined);
    // Of a store that strangers may change it is told without being asked.
    expect(node.stderr).toMatch(/warn: This cluster has no secret/);
    const { code } = await node.kill('SIGTERM');
    expect(code).toBe(0);
  },
);

test('a taken HTTP port is said', async () => {
  const first = new Rain(['node', '--http', '127.0.0.1:0', '--json', '--no-lan']);
  const { http } = await first.until('listening');
  const second = new Rain(['node', '--http', http, '--json', '--no-lan']);
  const { code, stdout } = await second.exit;
  expect(code).toBe(1);
  expect(stdout).toMatch(/"code":"port-taken"/);
});
