/** What a codec thread does, called in the thread of the test. */
import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { type FileSystem, realFileSystem } from '../../core/content/file-system.ts';
import { codedSymbols, realSymbols } from '../../core/content/layout.ts';
import { scanTree } from '../../core/content/scan.ts';
import { createArena } from '../../core/engine/arena.ts';
import { Codec } from '../../core/engine/codec.ts';
import type { DecodeOutcome, Evidence } from '../../core/engine/codec-messages.ts';
import { MANIFEST_BLOCK } from '../../core/wire/datagram.ts';
import { build, noise, plant, temporaryFolder } from '../content/temporary.ts';

const SMALL = { symbolSize: 64, symbolsPerBlock: 8 };
const KEY = 1;
const SOURCE = 7;

// One for all, for it takes a while to be made; every test puts into its slots what it needs.
const arena = createArena(1);
const memory = new Uint8Array(arena.memory.buffer);
const { port1: net, port2 } = new MessageChannel();
afterAll(() => {
  net.close();
  port2.close();
});

function open(fs: FileSystem = realFileSystem): Codec {
  const codec = new Codec({ arena, index: 0, net }, () => undefined, fs);
  onTestFinished(() => codec.close());
  return codec;
}

/** A file of three blocks, the last of them short. */
async function source() {
  const path = join(plant(temporaryFolder(), { f: noise(2 * 512 + 100) }), 'f');
  return { path, ...(await build(path, SMALL)) };
}

/** A codec with a part of the file to write to. */
async function target(fs: FileSystem = realFileSystem) {
  const { manifest, path, tree, bytes } = await source();
  const codec = open(fs);
  const folder = temporaryFolder();
  const part = String(await codec.command({ type: 'make-part', kind: 'file', folder, name: 'x' }));
  const verified = new Uint8Array(0);
  await codec.command({ type: 'open-target', key: KEY, manifest, part, verified, changedMs: 0 });
  await codec.command({ type: 'open-source', source: SOURCE, tree, manifest, manifestBytes: bytes });
  const [slot] = arena.fetchSlots;
  /** Has a block decoded of all its source symbols, with what `spoil` makes of them. */
  const decode = (
    block: number,
    spoil: (at: number) => void = () => {},
    evidence?: Evidence,
  ): DecodeOutcome => {
    codec.handle({ type: 'load', source: SOURCE, block, slot });
    const real = realSymbols(manifest, block);
    spoil(slot);
    const answer = codec.handle({
      type: 'decode',
      key: KEY,
      block,
      slot,
      symbolSize: manifest.symbolSize,
      real,
      present: new Uint8Array(real).fill(1),
      repairIds: new Uint32Array(0),
      repairAt: new Uint32Array(0),
      isFull: false,
      ...(evidence && { evidence }),
    });
    if (answer.type !== 'decoded') throw new Error(`it answers ${answer.type}`);
    return answer.outcome;
  };
  return { codec, decode, path, manifest, bytes };
}

test('"sync-target" answers when what was written is flushed, and not before', async () => {
  const { promise: flushed, resolve: flush } = Promise.withResolvers<void>();
  const flushes: string[] = [];
  const { codec, decode } = await target({
    ...realFileSystem,
    flush: (_, what) => {
      flushes.push(what);
      return flushed;
    },
  });
  expect(decode(0)).toEqual({ kind: 'written', liars: [] });
  let isAnswered = false;
  const syncing = codec.command({ type: 'sync-target', key: KEY }).then(() => {
    isAnswered = true;
  });
  await new Promise((go) => setImmediate(go));
  expect({ flushes, isAnswered }).toEqual({ flushes: ['data'], isAnswered: false });
  flush();
  await syncing;
});

test('"sync-target" rejects when the disk cannot keep it', async () => {
  const { codec, decode } = await target({
    ...realFileSystem,
    flush: () => Promise.reject(Object.assign(new Error('EIO'), { code: 'EIO' })),
  });
  decode(0);
  await expect(codec.command({ type: 'sync-target', key: KEY })).rejects.toMatchObject({ code: 'disk' });
});

test('a block that is right and cannot be written is stuck, with the reason, until it can be', async () => {
  let isFull = true;
  const { decode } = await target({
    ...realFileSystem,
    write: (fd, from, position) => {
      if (isFull) throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
      return realFileSystem.write(fd, from, position);
    },
  });
  expect(decode(1)).toMatchObject({ kind: 'stuck', problem: { code: 'no-space' } });
  isFull = false;
  expect(decode(1)).toEqual({ kind: 'written', liars: [] });
});

test('a block that is not what the manifest says is rotten, and is not written', async () => {
  const written: number[] = [];
  const { decode } = await target({
    ...realFileSystem,
    write: (fd, from, position) => {
      written.push(position);
      return realFileSystem.write(fd, from, position);
    },
  });
  const spoil = (at: number): void => {
    memory[at + 100] ^= 1;
  };
  expect(decode(0, spoil)).toEqual({ kind: 'rotten' });
  expect(written).toEqual([]);
  expect(decode(2)).toEqual({ kind: 'written', liars: [] });
  expect(written).toEqual([1024]);
});

test('with too few droplets it says how many more it takes', async () => {
  const { codec, manifest } = await target();
  const [slot] = arena.fetchSlots;
  const present = Uint8Array.from([1, 1, 0, 1, 1, 0, 1, 1]);
  const message = { type: 'decode', key: KEY, block: 0, slot, symbolSize: manifest.symbolSize } as const;
  const none = { repairIds: new Uint32Array(0), repairAt: new Uint32Array(0) };
  expect(codec.handle({ ...message, ...none, real: 8, present, isFull: false })).toMatchObject({
    outcome: { kind: 'short', deficit: 2, useless: [] },
  });
});

test('the evidence of a rotten block is compared with the right one: who poured something else is named', async () => {
  const { decode } = await target();
  const [slot, evidenceSlot] = arena.fetchSlots;
  const evidence: Evidence = {
    slot: evidenceSlot,
    sourceFrom: Uint16Array.from([1, 2, 1, 2, 1, 2, 1, 2]),
    repairIds: new Uint32Array(0),
    repairAt: new Uint32Array(0),
    repairFrom: new Uint16Array(0),
  };
  const copy = (): void => void memory.copyWithin(evidenceSlot, slot, slot + 8 * SMALL.symbolSize);
  expect(decode(0, copy, evidence)).toEqual({ kind: 'written', liars: [] });
  const twist = (): void => {
    copy();
    memory[evidenceSlot + 3 * SMALL.symbolSize] ^= 1;
  };
  expect(decode(0, twist, evidence)).toEqual({ kind: 'written', liars: [1] });
});

test('of a file that has changed and kept its time nothing is poured', async () => {
  const { codec, path, manifest } = await target();
  const [slot] = arena.serveSlots;
  const load = (): unknown => codec.handle({ type: 'load', source: SOURCE, block: 1, slot });
  expect(load()).not.toHaveProperty('problem');
  const { mtimeMs } = (await realFileSystem.look(path)) ?? {};
  const changed = noise(manifest.length);
  changed[600] ^= 1;
  writeFileSync(path, changed);
  utimesSync(path, mtimeMs / 1000, mtimeMs / 1000);
  expect(load()).toMatchObject({ type: 'loaded', problem: { code: 'changed-while-read' } });
});

test('behind the end of a manifest there are zeros, whatever was in the slot', async () => {
  const { codec, bytes } = await target();
  const [slot] = arena.serveSlots;
  const size = codedSymbols({ ...SMALL, length: bytes.length }, 0) * SMALL.symbolSize;
  memory.fill(0xee, slot, slot + size);
  codec.handle({ type: 'load', source: SOURCE, block: MANIFEST_BLOCK, slot });
  expect(memory.slice(slot, slot + bytes.length)).toEqual(new Uint8Array(bytes));
  expect(size).toBeGreaterThan(bytes.length);
  expect(memory.slice(slot + bytes.length, slot + size).every((byte) => byte === 0)).toBe(true);
});

test('hashing lets other commands in between the blocks: it can be cancelled', async () => {
  const file = join(plant(temporaryFolder(), { f: noise(3_000_000) }), 'f');
  const tree = await scanTree([file]);
  const codec = open();
  const hashing = codec.command({ type: 'hash', job: 3, tree, key: undefined });
  await codec.command({ type: 'cancel', job: 3 });
  await expect(hashing).rejects.toMatchObject({ code: 'interrupted' });
});
