/** A transfer whose database takes nothing more: it goes on, and tells. */
import { expect, test, vi } from 'vitest';
import type { Problem } from '../../core/api.ts';
import { Failure } from '../../core/failure.ts';
import type { Threads } from '../../core/node/threads.ts';
import { Transfer } from '../../core/node/transfer.ts';
import { newTransfer, openStore } from '../store/fixtures.ts';

const FULL = { code: 'no-space', message: 'The disk is full.', hint: '' } as const;

/** A transfer that has been started by threads that do nothing. */
async function started() {
  const store = openStore();
  const row = store.transfers.add({ ...newTransfer(1), digest: null, partPath: null, intoFolder: '.' });
  const problems: Problem[] = [];
  const threads = {
    nextCodec: () => 0,
    tell: () => {},
    ask: async () => undefined,
    command: async () => undefined,
  };
  const transfer = new Transfer(row, {
    store,
    threads: () => threads as unknown as Threads,
    changed: () => {},
    problem: (problem) => void problems.push(problem),
    uploadOf: () => ({ poured: 0, rate: 0, clients: [] }),
    rested: () => {},
    completed: () => {},
  });
  await transfer.start();
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
