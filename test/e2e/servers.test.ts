// @module-tag real-time
/** The list of servers that every transfer asks. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { noise, plant, temporaryFolder } from '../content/temporary.ts';
import { sha256 } from './contents.ts';
import { type Exit, get, Rain, share } from './rain.ts';

function servers(data: string, ...args: string[]): Promise<Exit> {
  return new Rain(['servers', ...args], { data }).exit;
}

function newFile(): string {
  return join(plant(temporaryFolder(), { file: noise(5000) }), 'file');
}

test('a server that was added is asked, one that was removed is not', async () => {
  const data = temporaryFolder();
  const file = newFile();
  const { shared, address } = await share(file, '--public');
  expect(await servers(data, 'add', address)).toMatchObject({ code: 0, stdout: '' });
  expect(await servers(data)).toMatchObject({ code: 0, stdout: `${address}\n` });

  const done = await get(shared.id, [], temporaryFolder(), '--data', data).until('done');
  expect(sha256(done.path)).toBe(sha256(file));
  expect(done.servers).toMatchObject([{ address, found: 'list' }]);

  expect(await servers(data, 'rm', address)).toMatchObject({ code: 0 });
  expect(await servers(data)).toMatchObject({ code: 0, stdout: '' });
  const run = get(shared.id, [], temporaryFolder(), '--data', data, '--timeout', '1');
  expect(await run.until('error')).toMatchObject({ code: 'no-servers' });
});

test('a servers.json of 2012 is imported, once', async () => {
  const data = temporaryFolder();
  const { shared, address } = await share(newFile(), '--public');
  const list = [
    { host: '127.0.0.1', port: shared.port },
    { host: 'localhost', port: 9 },
  ];
  const json = join(plant(temporaryFolder(), { 'servers.json': JSON.stringify(list) }), 'servers.json');
  expect((await servers(data, 'import', json)).stderr).toContain('2 new servers');
  expect((await servers(data, 'import', json)).stderr).toContain('0 new servers');
  expect((await servers(data)).stdout.split('\n')).toEqual([address, 'localhost:9', '']);
  const done = await get(shared.id, [], temporaryFolder(), '--data', data).until('done');
  expect(done.servers).toContainEqual(expect.objectContaining({ address, found: 'list', state: 'pouring' }));
});

test('in JSON', async () => {
  const data = temporaryFolder();
  const said = async (...args: string[]): Promise<unknown> =>
    JSON.parse((await servers(data, ...args, '--json')).stdout);
  expect(await said('add', 'rain.example:2000')).toEqual({ event: 'added', address: 'rain.example:2000' });
  expect(await said()).toEqual({
    event: 'servers',
    servers: [{ address: 'rain.example:2000', found: 'list' }],
  });
  expect(await said('rm', 'rain.example:2000')).toEqual({ event: 'removed', address: 'rain.example:2000' });
});

test.each([
  ['is not there', undefined, 'There is no file'],
  ['is no JSON', 'rain.example:1980', 'The server list cannot be read'],
  ['is no list', '{"host":"rain.example"}', 'The server list cannot be read'],
])('a list that %s is refused', async (_what, content, message) => {
  const folder = temporaryFolder();
  if (content !== undefined) plant(folder, { 'servers.json': content });
  const path = join(folder, 'servers.json');
  const { code, stderr } = await servers(temporaryFolder(), 'import', path);
  expect(code).not.toBe(0);
  expect(stderr).toContain(message);
});

test('a list with an entry that is none adds nothing', async () => {
  const data = temporaryFolder();
  const list = '[{"host":"good.example","port":1},{"host":"bad example","port":2}]';
  const json = join(plant(temporaryFolder(), { 'servers.json': list }), 'servers.json');
  const { code, stderr } = await servers(data, 'import', json);
  expect(code).toBe(2);
  expect(stderr).toContain('Entry 2');
  expect((await servers(data)).stdout).toBe('');
});
