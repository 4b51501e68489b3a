// @module-tag real-time
/** A server that lies, among honest ones, through sockets, threads and the real code. */
import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Node } from '../../core/api.ts';
import { ManifestBuilder } from '../../core/content/build.ts';
import { realSymbols } from '../../core/content/layout.ts';
import { scanTree } from '../../core/content/scan.ts';
import { Server, type Spring } from '../../core/protocol/server.ts';
import { readControl } from '../../core/wire/control.ts';
import { MANIFEST_BLOCK } from '../../core/wire/datagram.ts';
import { sha256 } from '../e2e/contents.ts';
import { Nodes, reaches, shared } from './open.ts';

let nodes: Nodes;
let file: string;
const closing: (() => void)[] = [];

beforeEach(async () => {
  nodes = await Nodes.make();
  file = join(nodes.folder, 'rain.bin');
  await writeFile(file, randomBytes(12_000_000));
});

afterEach(async () => {
  for (const close of closing.splice(0)) close();
  await nodes.close();
});

/** Pours the right manifest, and for the content noise wherever `lies` says so, and zeros else. */
async function liar(path: string, lies: (id: number) => boolean): Promise<string> {
  const builder = new ManifestBuilder(await scanTree([path]));
  const buffer = new Uint8Array(builder.bufferBytes);
  let step = builder.step(buffer);
  while (!step.done) step = builder.step(buffer);
  const { manifest, bytes } = step.result;
  const content = await readFile(path);
  const manifestLayout = { ...manifest, length: bytes.length };
  const spring: Spring = {
    manifestBytes: bytes.length,
    symbolSize: manifest.symbolSize,
    blockSymbols: manifest.symbolsPerBlock,
    profile: 1,
    name: new Uint8Array(0),
    realSymbols: (block) =>
      block >= MANIFEST_BLOCK
        ? realSymbols(manifestLayout, 0)
        : block * 1_179_648 < content.length
          ? realSymbols(manifest, block)
          : 0,
    ready: () => true,
    write(block, id, count, into, at) {
      const from = block >= MANIFEST_BLOCK ? bytes : content.subarray(block * 1_179_648);
      for (let i = 0; i < count; i++) {
        const start = (id + i) * manifest.symbolSize;
        const place = into.subarray(at + i * manifest.symbolSize, at + (i + 1) * manifest.symbolSize);
        place.fill(0);
        place.set(from.subarray(start, start + manifest.symbolSize));
        if (block < MANIFEST_BLOCK && lies(id + i)) place[7] ^= 0x55;
      }
    },
  };
  return serve(manifest.id, spring);
}

async function serve(id: string, spring: Spring): Promise<string> {
  const socket: Socket = createSocket('udp4');
  const server = new Server(
    { mac: () => new Uint8Array(16).fill(7), maxSubscriptions: 10, maxPerHost: 10, uploadLimit: 20_000_000 },
    (resource) => (resource === id ? spring : null),
    () => undefined,
  );
  const buffer = new Uint8Array(65_536);
  const pump = (): void => {
    for (
      let out = server.pollTransmit(performance.now(), buffer);
      out;
      out = server.pollTransmit(performance.now(), buffer)
    ) {
      const port = Number(out.address.split(':')[1]);
      socket.send(Buffer.from(out.bytes), port, '127.0.0.1');
    }
  };
  socket.on('message', (bytes, from) => {
    const datagram = readControl(bytes);
    if (typeof datagram !== 'string')
      server.handle(performance.now(), `${from.address}:${from.port}`, datagram);
    pump();
  });
  const timer = setInterval(pump, 1);
  await new Promise<void>((done) => socket.bind(0, '127.0.0.1', done));
  closing.push(() => {
    clearInterval(timer);
    socket.close();
  });
  return `127.0.0.1:${socket.address().port}`;
}

async function fetchFrom(
  link: string,
  from: string[],
): Promise<{ node: Node; banned: string[]; key: number }> {
  const node = await nodes.open();
  const banned: string[] = [];
  node.subscribe((event) => {
    if (event.type === 'log' && event.level === 'warn') banned.push(event.message.split(' ')[0]);
  });
  const { key } = await node.fetch({ link, from, into: await nodes.path('out'), seed: false });
  return { node, banned, key };
}

test.each([
  ['always', () => true],
  ['with every tenth droplet', (id: number) => id % 10 === 3],
])('a server that lies %s is banned by name, and the file is right', async (_how, lies) => {
  const honest: string[] = [];
  let link = '';
  for (let i = 0; i < 2; i++) {
    const node = await nodes.open({ uploadLimit: 10_000_000 });
    link = (await shared(node, [file], true)).link;
    honest.push(node.snapshot().addresses[0]);
  }
  const lying = await liar(file, lies);
  const { node, banned, key } = await fetchFrom(link, [lying, ...honest]);
  const done = await reaches(node, key, ['done', 'failed']);
  expect(done.state).toBe('done');
  expect(sha256(done.path ?? '')).toBe(sha256(file));
  expect(banned).toEqual([lying]);
  expect(done.servers.find(({ address }) => address === lying)?.state).toBe('banned');
});

test('when all lie, nothing is kept and the transfer says so', async () => {
  const honest = await nodes.open();
  const { link } = await shared(honest, [file], true);
  await honest.close();
  const lying = [await liar(file, () => true), await liar(file, (id) => id % 2 === 0)];
  const { node, key } = await fetchFrom(link, lying);
  const verdict = Promise.withResolvers<string>();
  node.subscribe((event) => {
    if (event.type !== 'transfer' || event.transfer.key !== key) return;
    const { servers, waiting, verified } = event.transfer;
    if (verified > 0) verdict.reject(new Error(`${verified} false bytes were kept`));
    if (servers.length > 0 && servers.every(({ state }) => state === 'banned') && waiting !== undefined)
      verdict.resolve(waiting);
  });
  expect(await verdict.promise).toBe('trust');
});
