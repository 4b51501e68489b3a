// @module-tag real-time
/** The rest of the hash in a link, `d=`: what has another one is not what the link stands for. */
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Node } from '../../core/api.ts';
import { Nodes, reaches, shared, when } from './open.ts';

let nodes: Nodes;
let server: Node;
let file: string;
let link: string;
let from: readonly string[];

beforeEach(async () => {
  nodes = await Nodes.make();
  file = join(nodes.folder, 'rain.bin');
  await writeFile(file, randomBytes(10_000));
  server = await nodes.open();
  ({ link } = await shared(server, [file], true));
  from = server.snapshot().addresses;
});

afterEach(() => nodes.close());

/** The same id, and a digest that begins as that does and goes on otherwise. */
function twisted(text: string): string {
  return text.replace(/d=(.)/, (_, first: string) => `d=${first === 'A' ? 'B' : 'A'}`);
}

/** Resolves when the server is found out, or is believed, with what the transfer says then. */
async function foundOut(client: Node, key: number): Promise<unknown> {
  return when(client, (event) => {
    if (event.type !== 'transfer' || event.transfer.key !== key) return undefined;
    const { servers, state, waiting } = event.transfer;
    const isFoundOut = servers.some((one) => one.state === 'banned');
    const isBelieved = state === 'done' || state === 'held';
    return isFoundOut || isBelieved ? { servers, state, waiting } : undefined;
  });
}

test.each([
  ['fetched', false],
  ['looked at, as the app does before it asks', true],
])('what has another digest than the link is not taken: %s', async (_, hold) => {
  const client = await nodes.open();
  const into = await nodes.path('out');
  const { key } = await client.fetch({ link: twisted(link), from, into, seed: false, hold });
  expect(await foundOut(client, key)).toMatchObject({
    servers: [{ state: 'banned', reason: 'false-manifest' }],
    state: 'waiting',
    waiting: 'trust',
  });
  expect(readdirSync(into)).toEqual([]);
});

test('a transfer that is done is not taken for one of a link with another digest', async () => {
  const client = await nodes.open();
  const into = await nodes.path('out');
  const request = { from, into, seed: false };
  const first = await client.fetch({ ...request, link });
  await reaches(client, first.key, ['done']);
  const again = await client.fetch({ ...request, link });
  expect(again.key).toBe(first.key);
  const other = await client.fetch({ ...request, link: twisted(link) });
  expect(other.key).not.toBe(first.key);
  expect(await foundOut(client, other.key)).toMatchObject({ waiting: 'trust' });
  expect(readdirSync(into)).toEqual(['rain.bin']);
});

test('an id that is waited for takes on the digest of the link that follows', async () => {
  const client = await nodes.open();
  const request = { into: await nodes.path('out'), seed: false };
  const [id] = link.split('?');
  const first = await client.fetch({ ...request, link: id, from: [] });
  const again = await client.fetch({ ...request, link: twisted(link), from });
  expect(again.key).toBe(first.key);
  expect(await foundOut(client, first.key)).toMatchObject({ waiting: 'trust' });
});

test('nothing is shared under a link with another digest, whether it is hashed or was shared before', async () => {
  const refused = { state: 'failed', problem: { code: 'not-the-same-content' } };
  const sharedAs = async (node: Node, as: string): Promise<unknown> => {
    const event = when(node, (e) =>
      e.type === 'share' && e.share.state !== 'hashing' ? e.share : undefined,
    );
    const share = await node.share({ paths: [file], public: true, as });
    return share.state === 'hashing' ? event : share;
  };
  expect(await sharedAs(await nodes.open(), twisted(link))).toMatchObject(refused);
  expect(await sharedAs(server, link)).toMatchObject({ state: 'serving', link });
  expect(await sharedAs(server, twisted(link))).toMatchObject(refused);
});
