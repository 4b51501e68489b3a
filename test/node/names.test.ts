// @module-tag real-time
/** What a thing is called that a stranger has named. */
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FetchRequest, Node, TransferSnapshot } from '../../core/api.ts';
import { Nodes, reaches } from './open.ts';

let nodes: Nodes;
let server: Node;
let client: Node;
let file: string;

beforeEach(async () => {
  nodes = await Nodes.make();
  file = join(nodes.folder, 'rain.bin');
  await writeFile(file, randomBytes(10_000));
  [server, client] = [await nodes.open(), await nodes.open()];
});

afterEach(() => nodes.close());

/** What was shared under `name` arrives, found by its id alone, as somebody asks for it. */
async function fetched(name: string, request: Partial<FetchRequest> = {}): Promise<TransferSnapshot> {
  const { key, id } = await server.share({ paths: [file], public: true, name });
  await expect.poll(() => server.snapshot().shares.find((share) => share.key === key)?.state).toBe('serving');
  const link = `rain:${id || server.snapshot().shares.find((share) => share.key === key)?.id}`;
  const into = await nodes.path('out');
  const from = server.snapshot().addresses;
  const transfer = await client.fetch({ link, from, into, seed: false, ...request });
  return reaches(client, transfer.key, ['done', 'failed']);
}

test('a name that a shell would obey gets another beginning on disk', async () => {
  const { path } = await fetched('.bash_login');
  expect(path).toBe(join(nodes.folder, 'out', '_bash_login'));
  expect(readdirSync(join(nodes.folder, 'out'))).toEqual(['_bash_login']);
});

test('the person may call it whatever a file can be called', async () => {
  const { path } = await fetched('--help', { name: '.bash_login' });
  expect(path).toBe(join(nodes.folder, 'out', '.bash_login'));
  expect(existsSync(String(path))).toBe(true);
});

test('a name that the person gives later counts', async () => {
  const first = await client.fetch({
    link: 'rain:0123456789abcdef?n=theirs',
    from: [],
    into: await nodes.path('out'),
    seed: false,
  });
  expect(first.name).toBe('theirs');
  const again = await client.fetch({
    link: 'rain:0123456789abcdef?n=theirs',
    from: [],
    into: await nodes.path('out'),
    name: 'mine',
    seed: false,
  });
  expect([again.key, again.name]).toEqual([first.key, 'mine']);
});

test.each(['../up', 'a/b', '', 'nul'])('what cannot be a name is refused: %j', async (name) => {
  const request = {
    link: 'rain:0123456789abcdef',
    from: [],
    into: await nodes.path('out'),
    name,
    seed: false,
  };
  await expect(client.fetch(request)).rejects.toMatchObject({ code: 'bad-name' });
  expect(client.snapshot().transfers).toEqual([]);
});

test('a name that hides something is shown for what it is', async () => {
  const { name } = await client.fetch({
    link: `rain:0123456789abcdef?n=${encodeURIComponent('рaypal\u202egpj.exe')}`,
    from: [],
    into: await nodes.path('out'),
    seed: false,
  });
  expect(name).toBe('\\u{440}aypalgpj.exe');
});
