/** A transfer whose disk takes nothing more, at its beginning or later: it goes on, and tells. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Problem } from '../../core/api.ts';
import { encodeManifest, identify } from '../../core/content/manifest.ts';
import type { CodecCommand } from '../../core/engine/codec-messages.ts';
import type { ToNet, TransferStats } from '../../core/engine/messages.ts';
import { Failure } from '../../core/failure.ts';
import type { Threads } from '../../core/node/threads.ts';
import { Transfer } from '../../core/node/transfer.ts';
import { noDroplets } from '../../core/protocol/tally.ts';
import type { Store } from '../../core/store/store.ts';
import type { NewTransfer, StoredTransfer } from '../../core/store/transfers.ts';
import { newTransfer, openStore, temporaryFolder } from '../store/fixtures.ts';

const FULL = { code: 'no-space', message: 'The disk is full.', hint: '' } as const;

/** Starts a transfer with threads of which only that is there which it needs. */
async function start(row: StoredTransfer, store: Store, threads: object) {
  const problems: Problem[] = [];
  const transfer = new Transfer(row, {
    store,
    threads: () => threads as Threads,
    changed: () => {},
    problem: (problem) => void problems.push(problem),
    uploadOf: () => ({ poured: 0, rate: 0, clients: [] }),
    rested: () => {},
    completed: () => {},
  });
  await transfer.start();
  return { transfer, problems };
}

/** A transfer that has been started by threads that do nothing. */
async function started() {
  const store = openStore();
  const row = store.transfers.add({ ...newTransfer(1), digest: null, partPath: null, intoFolder: '.' });
  const threads = {
    nextCodec: () => 0,
    tell: () => {},
    ask: async () => undefined,
    command: async () => undefined,
  };
  const { transfer, problems } = await start(row, store, threads);
  expect(transfer.running).toBe(true);
  const full = (): never => {
    throw new Failure(FULL.code, FULL.message, FULL.hint);
  };
  vi.spyOn(store.transfers, 'update').mockImplementation(full);
  vi.spyOn(store.droplets, 'remove').mockImplementation(full);
  return { transfer, problems };
}

test('it stalls, and goes on when there is room', async () => {
  const { transfer, problems } = await started();
  transfer.handle({ type: 'stuck', key: transfer.key, problem: FULL });
  expect(transfer.snapshot()).toMatchObject({ state: 'stalled', problem: FULL });
  transfer.handle({ type: 'forget', key: transfer.key, block: 0 });
  transfer.handle({ type: 'unstuck', key: transfer.key });
  expect(transfer.state).toBe('running');
  expect(problems).toEqual([FULL, FULL, FULL]);
  await transfer.stop(true);
});

test('it can be paused while it is stalled, and is not stalled by what is over', async () => {
  const { transfer } = await started();
  transfer.handle({ type: 'stuck', key: transfer.key, problem: FULL });
  await transfer.stop(true);
  expect(transfer.state).toBe('paused');
  transfer.handle({ type: 'stuck', key: transfer.key, problem: FULL });
  expect(transfer.state).toBe('paused');
  vi.restoreAllMocks();
  await transfer.start();
  expect(transfer.snapshot()).toMatchObject({ state: 'waiting' });
  await transfer.stop(false);
});

describe('without room to begin', () => {
  const small = { symbolSize: 64, symbolsPerBlock: 4 };
  const manifest = encodeManifest({
    ...small,
    length: 100,
    hashes: new Uint8Array(32),
    listing: undefined,
  });
  const { id } = identify(manifest);

  afterEach(() => vi.useRealTimers());

  /** A transfer that waits for its manifest, on a disk that takes no part while `disk.isFull`. */
  async function beginning(change: Partial<NewTransfer> = {}) {
    vi.useFakeTimers();
    const store = openStore();
    const folder = temporaryFolder();
    const row = store.transfers.add({ ...newTransfer(1), id, digest: null, intoFolder: folder, ...change });
    const disk = { isFull: true };
    const told: ToNet[] = [];
    const commands: CodecCommand[] = [];
    const part = join(folder, 'film.part');
    const threads = {
      nextCodec: () => 0,
      tell: (message: ToNet) => void told.push(message),
      ask: async () => undefined,
      command: async (_codec: number, command: CodecCommand) => {
        commands.push(command);
        if (command.type === 'open-target') return { lost: [], changedMs: 0 };
        if (command.type === 'finish-target') return { path: part, unmade: [] };
        if (command.type !== 'make-part') return undefined;
        if (disk.isFull) throw new Failure(FULL.code, FULL.message, FULL.hint);
        writeFileSync(part, '');
        return part;
      },
    };
    const { transfer, problems } = await start(row, store, threads);
    const count = (type: CodecCommand['type']): number =>
      commands.filter((command) => command.type === type).length;
    const toldOf = (type: ToNet['type']): number => told.filter((message) => message.type === type).length;
    return { transfer, store, disk, part, problems, count, toldOf };
  }

  test('for the part, it waits, tries again, and goes on by itself', async () => {
    const { transfer, disk, count, toldOf } = await beginning();
    transfer.handle({ type: 'manifest', key: transfer.key, bytes: manifest });
    await vi.waitFor(() => expect(transfer.snapshot()).toMatchObject({ state: 'stalled', problem: FULL }));
    await vi.advanceTimersByTimeAsync(4100);
    expect(count('make-part')).toBe(3);
    expect(transfer.row).toMatchObject({ state: 'active', problem: FULL });

    disk.isFull = false;
    await vi.advanceTimersByTimeAsync(2000);
    expect(transfer.state).toBe('running');
    expect(transfer.problem).toBeUndefined();
    expect(toldOf('content')).toBe(1);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(count('make-part')).toBe(4);
    await transfer.stop(true);
  });

  test('paused, it does not try again, and resumed it does', async () => {
    const { transfer, disk, count, toldOf } = await beginning();
    transfer.handle({ type: 'manifest', key: transfer.key, bytes: manifest });
    await vi.waitFor(() => expect(transfer.state).toBe('stalled'));
    await transfer.stop(true);
    expect(transfer.state).toBe('paused');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(count('make-part')).toBe(1);

    await transfer.start();
    expect(transfer.state).toBe('stalled');
    disk.isFull = false;
    await vi.advanceTimersByTimeAsync(2000);
    expect(transfer.state).toBe('waiting');
    expect(toldOf('start')).toBe(2);
    await transfer.stop(true);
  });

  test.each<[{ onlyLeast: number; onlyMost: number; folder?: true }, string]>([
    [{ onlyLeast: 101, onlyMost: 200 }, 'a file of 100 bytes'],
    [{ onlyLeast: 0, onlyMost: 99 }, 'a file of 100 bytes'],
    [{ onlyLeast: 0, onlyMost: 1000, folder: true }, 'a folder'],
  ])('what is not the one file that is wanted (%o) fails before anything is made', async (wanted, what) => {
    const { folder = false, ...range } = wanted;
    const bytes = folder
      ? encodeManifest({
          ...small,
          length: 0,
          hashes: new Uint8Array(0),
          listing: [{ kind: 'folder', path: 'a' }],
        })
      : manifest;
    const { transfer, disk, count } = await beginning({ ...range, id: identify(bytes).id });
    disk.isFull = false;
    transfer.handle({ type: 'manifest', key: transfer.key, bytes });
    await vi.waitFor(() => expect(transfer.state).toBe('failed'));
    expect(transfer.problem).toMatchObject({
      code: 'verification-failed',
      message: expect.stringContaining(what),
    });
    expect(count('make-part')).toBe(0);
    expect(count('open-target')).toBe(0);
  });

  test('for the record of the part, it leaves none behind', async () => {
    const { transfer, store, disk, part } = await beginning();
    disk.isFull = false;
    const update = store.transfers.update.bind(store.transfers);
    const refusing = vi.spyOn(store.transfers, 'update').mockImplementation((key, change) => {
      if ('partPath' in change) throw new Failure(FULL.code, FULL.message, FULL.hint);
      return update(key, change);
    });
    transfer.handle({ type: 'manifest', key: transfer.key, bytes: manifest });
    await vi.waitFor(() => expect(transfer.state).toBe('stalled'));
    expect(existsSync(part)).toBe(false);
    refusing.mockRestore();
    await vi.advanceTimersByTimeAsync(2000);
    expect(transfer.state).toBe('running');
    expect(existsSync(part)).toBe(true);
    await transfer.stop(true);
  });

  test('for the last records, it is not finished before they are made', async () => {
    const { transfer, store, disk, count } = await beginning();
    disk.isFull = false;
    transfer.handle({ type: 'manifest', key: transfer.key, bytes: manifest });
    await vi.waitFor(() => expect(transfer.state).toBe('running'));
    const marking = vi.spyOn(store.verifiedBlocks, 'mark').mockImplementation(() => {
      throw new Failure(FULL.code, FULL.message, FULL.hint);
    });
    transfer.handle({ type: 'written', key: transfer.key, block: 0 });
    transfer.handle({ type: 'fetched', key: transfer.key, stats: statsOf(transfer.key) });
    await vi.advanceTimersByTimeAsync(5000);
    expect({ finishes: count('finish-target'), tries: marking.mock.calls.length > 1 }).toEqual({
      finishes: 0,
      tries: true,
    });
    marking.mockRestore();
    await vi.advanceTimersByTimeAsync(5000);
    expect(count('finish-target')).toBe(1);
    expect(transfer.state).toBe('done');
    expect(store.transfers.get(transfer.key)?.verifiedBytes).toBe(100);
  });
});

test('a bug on the way fails the transfer, which says so, and is not the end of what can be done with it', async () => {
  const store = openStore();
  const row = store.transfers.add({ ...newTransfer(1), digest: null, partPath: null, intoFolder: '.' });
  const { transfer } = await start(row, store, {
    nextCodec: () => 0,
    tell: ({ type }: ToNet) => {
      if (type === 'wrong-manifest') throw new TypeError('a bug');
    },
    ask: async () => undefined,
    command: async () => undefined,
  });
  transfer.handle({ type: 'manifest', key: transfer.key, bytes: new Uint8Array(3) });
  await vi.waitFor(() =>
    expect(transfer.snapshot()).toMatchObject({ state: 'failed', problem: { code: 'internal' } }),
  );
  await transfer.start();
  expect(transfer.state).toBe('waiting');
  await transfer.stop(true);
});

/** Everything was fetched. */
function statsOf(key: number): TransferStats {
  const tally = noDroplets();
  return { key, phase: 'done', waiting: 'nothing', tally, wireBytes: 0, servers: [], open: [] };
}
