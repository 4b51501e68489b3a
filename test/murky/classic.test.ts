// @module-tag real-time
/** Nodes of 2012 and of today in one cluster. */
import { expect, test } from 'vitest';
import { noise } from '../content/temporary.ts';
import { Node2012 } from '../e2e/classic-2012.ts';
import { all, pieces } from './entry-casks.ts';
import { type Opened, openNodes } from './open-nodes.ts';
import { until } from './raw-http.ts';

const CLASSIC = { secret: undefined, classic: { enabled: true, allow: ['loopback'] } };
const ID = '0000000000000539';

async function contentOf({ murky }: Opened, id: string): Promise<Uint8Array> {
  const entry = await murky.open(id);
  if (entry === undefined) throw new Error(`there is no ${id}`);
  const bytes = await all(entry.read({ start: 0, end: entry.size }));
  await entry.close();
  return bytes;
}

test('a client of 2012 fetches what was put today, deflated on disk or not', async () => {
  const [node] = await openNodes({ config: CLASSIC });
  await using old = await Node2012.open({ making: 1 });
  const contents = [noise(100_000), Buffer.from('murky '.repeat(20_000))];
  for (const [at, content] of contents.entries()) {
    const id = `000000000000000${at}`;
    await node.murky.put({ id, contentType: '', content: pieces(content) });
    const fetched = await old.fetch(BigInt(at), [node.address]);
    expect(fetched?.equals(content)).toBe(true);
  }
});

test('what a node of 2012 propagates is kept, and reaches the nodes of today', async () => {
  const [a, b] = await openNodes({ config: CLASSIC }, { config: { secret: undefined } });
  await using old = await Node2012.open({ making: 1 });
  const content = noise(60_000);
  old.server.store.set(1337n, Buffer.from(content));
  await old.propagate(1337n, a.address);
  for (const node of [a, b]) {
    await until('it is kept', () => node.murky.find(ID)?.isHere === true);
    expect(Buffer.from(await contentOf(node, ID)).equals(content)).toBe(true);
  }
  const { time } = a.murky.find(ID) ?? {};
  await old.propagate(1337n, a.address);
  old.server.store.set(7n, Buffer.from('afterwards'));
  await old.propagate(7n, a.address);
  await until('the second is kept', () => a.murky.find('0000000000000007') !== undefined);
  expect(a.murky.find(ID)?.time).toBe(time);
});

test('what is put today is propagated to a listed node of 2012', async () => {
  await using old = await Node2012.open({ making: 1 });
  const [node] = await openNodes({ config: CLASSIC, peers: [old.address] });
  const content = noise(60_000);
  await node.murky.put({ id: ID, contentType: '', content: pieces(content) });
  expect(Buffer.from(await old.holding(1337n)).equals(content)).toBe(true);
});

test('a node of 2012 cannot write into a cluster with a secret, and can read', async () => {
  const [node] = await openNodes({ config: { ...CLASSIC, secret: 'nobody knew it in 2012' } });
  await using old = await Node2012.open({ making: 1 });
  old.server.store.set(1337n, Buffer.from('rain'));
  await old.propagate(1337n, node.address);
  await until('it is told', () =>
    node.warnings.some((warning) => warning.includes('cannot know the secret')),
  );
  expect(node.murky.find(ID)).toBeUndefined();
  await node.murky.put({ id: ID, contentType: '', content: pieces(noise(1000)) });
  expect((await old.fetch(1337n, [node.address]))?.equals(noise(1000))).toBe(true);
});
