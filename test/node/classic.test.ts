// @module-tag real-time
/** A node of today and nodes of 2012 over real sockets, both wires on one port. */
import { createSocket } from 'node:dgram';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { blake3 } from '../../core/content/blake3.ts';
import type { ClassicContent, ClassicOptions } from '../../core/node/classic.ts';
import type { RainNode } from '../../core/node/rain-node.ts';
import { Node2012 } from '../e2e/classic-2012.ts';
import { dropletOf, numbers, SUBSCRIBE } from '../protocol/simulation/classic-2012.ts';
import { Nodes, reaches, shared } from './open.ts';

const ID = 0xfedcba9876543210n;
const HEX = 'fedcba9876543210';
const LARGEST = 4_190_399;

let nodes: Nodes;

beforeEach(async () => {
  nodes = await Nodes.make();
  onTestFinished(() => nodes.close());
});

function bytesOf(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 2_654_435_761) >>> 13);
}

/** A node that keeps these entries and speaks the classic wire. */
async function today(entries: Record<string, ClassicContent> = {}, options: Partial<ClassicOptions> = {}) {
  const node = (await nodes.open({ port: 0 })) as RainNode;
  const propagated: { id: string; from: string }[] = [];
  const looked: string[] = [];
  const log: string[] = [];
  node.subscribe((event) => void (event.type === 'log' && log.push(event.message)));
  const classic = await node.speakClassic({
    allow: ['loopback'],
    lookup: async (id) => {
      looked.push(id);
      return entries[id] ?? 'absent';
    },
    propagated: (id, from) => propagated.push({ id, from }),
    ...options,
  });
  return { node, classic, propagated, looked, log, address: `127.0.0.1:${node.snapshot().port}` };
}

async function of2012(store: Record<string, Uint8Array> = {}, making = 1): Promise<Node2012> {
  const node = await Node2012.open({ making });
  onTestFinished(() => node[Symbol.asyncDispose]());
  for (const [id, bytes] of Object.entries(store)) node.server.store.set(BigInt(`0x${id}`), bytes);
  return node;
}

describe('a client of 2012', () => {
  test.each([0, 5000, 262_144])('fetches %i bytes from a node of today', async (length) => {
    const content = bytesOf(length);
    const [{ address }, then] = [await today({ [HEX]: content }), await of2012()];
    expect((await then.fetch(ID, [address]))?.equals(content)).toBe(true);
  });

  test('fetches the largest entry, through a heartbeat', async () => {
    const content = bytesOf(LARGEST);
    const [{ address }, then] = [await today({ [HEX]: content }), await of2012()];
    expect((await then.fetch(ID, [address]))?.equals(content)).toBe(true);
  });

  test('hears nothing of what is private', async () => {
    const { address, log } = await today({ [HEX]: 'private' });
    const then = await of2012();
    const client = await then.watch(ID, [address]);
    expect([client.gaveUp, client.droplets]).toEqual([true, 0]);
    expect(log).toEqual([expect.stringContaining(HEX)]);
  });

  test('hears nothing where it is not listed, and nothing is looked up for it', async () => {
    const { address, looked, log } = await today({ [HEX]: bytesOf(100) }, { allow: ['lan', '192.0.2.0/24'] });
    const client = await (await of2012()).watch(ID, [address]);
    expect([client.gaveUp, client.droplets]).toEqual([true, 0]);
    expect(looked).toEqual([]);
    expect(log).toEqual([expect.stringMatching(/^127\.0\.0\.1:\d+ asked for .* it is not listed\.$/)]);
  });

  test('hears nothing where the wire is off, from the beginning or again', async () => {
    const { node, address, looked } = await today({ [HEX]: bytesOf(100) });
    await node.speakClassic(undefined);
    const then = await of2012();
    expect(await then.fetch(ID, [address])).toBeUndefined();
    expect(looked).toEqual([]);
  });

  test('is told of an entry, fetches and keeps it', async () => {
    const content = bytesOf(3000);
    const { classic } = await today({ [HEX]: content });
    const then = await of2012();
    await classic.propagate(HEX, [then.address]);
    expect(Buffer.from(await then.holding(ID)).equals(content)).toBe(true);
  });
});

describe('a node of today', () => {
  test.each([0, 5000, 262_144])('fetches %i bytes from one of 2012', async (length) => {
    const content = bytesOf(length);
    const { classic } = await today();
    const then = await of2012({ [HEX]: content });
    const { bytes, verified } = await classic.fetch({ id: HEX, servers: [then.address] });
    expect(Buffer.from(bytes).equals(content)).toBe(true);
    expect(verified).toBe(false);
    await expect.poll(() => then.server.streams).toBe(0);
  });

  test('fetches the largest entry, from two of them, and knows it to be right', async () => {
    const content = bytesOf(LARGEST);
    const { classic } = await today();
    const servers = [await of2012({ [HEX]: content }, 40), await of2012({ [HEX]: content }, 40)];
    const addresses = servers.map(({ address }) => address);
    const digest = blake3.hash(content);
    const { bytes, verified } = await classic.fetch({ id: HEX, servers: addresses, digest });
    expect(Buffer.from(bytes).equals(content)).toBe(true);
    expect(verified).toBe(true);
  });

  test('takes nothing that has another digest', async () => {
    const { classic } = await today();
    const then = await of2012({ [HEX]: bytesOf(500) });
    const fetched = classic.fetch({ id: HEX, servers: [then.address], digest: blake3.hash(bytesOf(501)) });
    await expect(fetched).rejects.toMatchObject({ code: 'verification-failed' });
  });

  test('says so when there is nobody to fetch from', async () => {
    const { classic } = await today();
    const none = classic.fetch({ id: HEX, servers: ['nobody.invalid'] });
    await expect(none).rejects.toMatchObject({ code: 'no-servers' });
  });

  test('hears PROPAGATE, and fetches from where its sender listens', async () => {
    const content = bytesOf(7000);
    const { classic, propagated, address } = await today();
    const then = await of2012({ [HEX]: content });
    await then.propagate(ID, address);
    await expect.poll(() => propagated).toEqual([{ id: HEX, from: then.address }]);
    const { bytes } = await classic.fetch({ id: HEX, servers: propagated.map(({ from }) => from) });
    expect(Buffer.from(bytes).equals(content)).toBe(true);
  });

  test('hears no PROPAGATE of who is not listed', async () => {
    const { propagated, log, address } = await today({}, { allow: [] });
    await (await of2012()).propagate(ID, address);
    await expect.poll(() => log.length).toBe(1);
    expect(propagated).toEqual([]);
  });

  test('fetches many at once, each of them once at a time', async () => {
    const ids = Array.from({ length: 12 }, (_, i) => (1000 + i).toString(16).padStart(16, '0'));
    const then = await of2012(Object.fromEntries(ids.map((id, i) => [id, bytesOf(100 * i)])));
    const { classic } = await today();
    const servers = [then.address];
    const fetched = await Promise.all([...ids, ...ids].map((id) => classic.fetch({ id, servers })));
    const lengths = ids.map((_, i) => 100 * i);
    expect(fetched.map(({ bytes }) => bytes.length)).toEqual([...lengths, ...lengths]);
  });

  test('refuses a list with what is no address, and names it', async () => {
    await expect(today({}, { allow: ['lan', 'my friends'] })).rejects.toMatchObject({
      code: 'bad-address',
      message: expect.stringContaining('my friends'),
    });
  });

  test('does not fetch where the wire is off', async () => {
    const { node, classic } = await today();
    await node.speakClassic(undefined);
    await expect(classic.fetch({ id: HEX, servers: ['127.0.0.1:9'] })).rejects.toMatchObject({
      code: 'usage',
    });
  });

  test('ends a fetch when it is closed', async () => {
    const { node, classic } = await today();
    const then = await of2012({ [HEX]: bytesOf(LARGEST) }, 200);
    const fetched = classic.fetch({ id: HEX, servers: [then.address] });
    fetched.catch(() => undefined);
    await expect.poll(() => then.server.streams).toBe(1);
    await node.close();
    await expect(fetched).rejects.toMatchObject({ code: 'interrupted' });
    await expect.poll(() => then.server.streams).toBe(0);
  });
});

test('both wires are spoken on the port at once', async () => {
  const content = bytesOf(3_000_000);
  const entry = bytesOf(20_000);
  const { node, address, classic } = await today({ [HEX]: entry });
  const then = await of2012({ [HEX]: entry });
  const folder = await nodes.path('shared');
  await writeFile(join(folder, 'file'), content);
  const share = await shared(node, [join(folder, 'file')], true);
  const other = await nodes.open({ port: 0 });
  const into = await nodes.path('fetched');
  const [transfer, fetchedThen, fetchedNow] = await Promise.all([
    other
      .fetch({ link: share.link, from: [address], into, seed: false })
      .then(({ key }) => reaches(other, key, ['done'])),
    then.fetch(ID, [address]),
    classic.fetch({ id: HEX, servers: [then.address] }),
  ]);
  expect(transfer.verified).toBe(content.length);
  expect(fetchedThen?.equals(entry)).toBe(true);
  expect(Buffer.from(fetchedNow.bytes).equals(entry)).toBe(true);
});

test('what is poured on the classic wire counts against the upload limit', async () => {
  const content = bytesOf(LARGEST);
  const { node, address } = await today({ [HEX]: content });
  await node.configure({ uploadLimit: 300_000 });
  const socket = createSocket('udp4');
  onTestFinished(() => void socket.close());
  const arrivals: { readonly at: number; readonly length: number }[] = [];
  socket.on('message', ({ length }) => arrivals.push({ at: performance.now(), length }));
  socket.send(numbers(SUBSCRIBE, ID), Number(address.split(':')[1]), '127.0.0.1');
  await expect.poll(() => arrivals.length, { timeout: 10_000 }).toBe(8);
  const [first, last] = [arrivals[0], arrivals[7]];
  const bytes = arrivals.slice(1).reduce((sum, { length }) => sum + length, 0);
  expect(bytes / ((last.at - first.at) / 1000)).toBeLessThan(330_000);
});

test('hostile datagrams from a host that is being fetched from leave the node as it was', async () => {
  const content = bytesOf(5000);
  const { classic, address } = await today();
  const then = await of2012({ [HEX]: content }, 3);
  const socket = createSocket('udp4');
  onTestFinished(() => void socket.close());
  const port = Number(address.split(':')[1]);
  const fetched = classic.fetch({ id: HEX, servers: [then.address], digest: blake3.hash(content) });
  const wrong = dropletOf(ID, bytesOf(5001), [1, 2, 3]);
  for (let i = 0; i < 300; i++) {
    const length = i % (wrong.length + 1);
    socket.send(wrong.subarray(0, length), port, '127.0.0.1');
    socket.send(wrong, port, '127.0.0.1');
  }
  expect(Buffer.from((await fetched).bytes).equals(content)).toBe(true);
});
