/** Answers about rows, shares and transfers alike. */
import { stat } from 'node:fs/promises';
import type { NodeSnapshot, ShareSnapshot, TransferSnapshot } from '../../core/api.ts';
import { Failure } from '../../core/failure.ts';
import type { Engine } from '../node/engine.ts';
import type { Mirror } from '../node/mirror.ts';
import type { Answers } from './answer.ts';

type Rows = Pick<
  Answers,
  'pause' | 'resume' | 'remove' | 'pauseAll' | 'resumeAll' | 'clearHistory' | 'copyLink' | 'reveal'
>;

/** What rows want of the system. */
export interface Desktop {
  copy(text: string): Promise<void>;
  showInFolder(path: string): void;
}

export function rowAnswers(engine: Engine, desktop: Desktop): Rows {
  return {
    pause: async ({ key }) => {
      await engine.call('pause', key);
      return undefined;
    },
    resume: async ({ key }) => {
      await engine.call('resume', key);
      return undefined;
    },
    remove: async ({ key, deleteFiles }) => {
      await engine.call('remove', key, { deleteFiles });
      return undefined;
    },
    pauseAll: () => pauseAll(engine),
    resumeAll: () => resumeAll(engine),

    clearHistory: async () => {
      const keys = historyOf(engine.mirror.snapshot());
      await forEach(keys, (key) => engine.call('remove', key, { deleteFiles: false }));
      return keys.length;
    },

    copyLink: async ({ key }) => {
      const { link } = rowOf(engine.mirror, key);
      if (link === '') {
        throw new Failure(
          'unknown-resource',
          'There is no link yet.',
          'Wait until the files have been read.',
        );
      }
      await desktop.copy(link);
      return undefined;
    },

    reveal: async ({ key }) => {
      const path = placeOf(rowOf(engine.mirror, key));
      await stat(path).catch(() => {
        throw new Failure('no-such-path', `${path} is not there any more.`);
      });
      desktop.showInFolder(path);
      return undefined;
    },
  };
}

/** Pauses all that goes on, or would by itself. */
function pauseAll(engine: Engine): Promise<undefined> {
  const { shares, transfers } = engine.mirror.snapshot();
  const keys = [
    ...shares.filter(({ state }) => state === 'hashing' || state === 'serving'),
    ...transfers.filter(({ state }) => !['held', 'paused', 'done', 'failed'].includes(state)),
  ].map(({ key }) => key);
  return forEach(keys, (key) => engine.call('pause', key));
}

/** Resumes all that is paused, and tries again what could not go on. */
function resumeAll(engine: Engine): Promise<undefined> {
  const { shares, transfers } = engine.mirror.snapshot();
  const keys = [...shares, ...transfers]
    .filter(({ state }) => state === 'paused' || state === 'stalled')
    .map(({ key }) => key);
  return forEach(keys, (key) => engine.call('resume', key));
}

/** Throws Failure `unknown-resource`. */
export function shareOf(mirror: Mirror, key: number): ShareSnapshot {
  return mirror.shares.get(key) ?? unknown();
}

/** Throws Failure `unknown-resource`. */
export function transferOf(mirror: Mirror, key: number): TransferSnapshot {
  return mirror.transfers.get(key) ?? unknown();
}

function rowOf(mirror: Mirror, key: number): ShareSnapshot | TransferSnapshot {
  return mirror.transfers.get(key) ?? shareOf(mirror, key);
}

function unknown(): never {
  throw new Failure('unknown-resource', 'This row is not there any more.');
}

/** The file or folder of a row; the folder it is written to while it is not complete. */
function placeOf(row: ShareSnapshot | TransferSnapshot): string {
  return 'paths' in row ? row.paths[0] : (row.path ?? row.into);
}

/** Transfers that are done and are not served on by a share. */
export function historyOf({ shares, transfers }: NodeSnapshot): number[] {
  const served = new Set(shares.filter(({ state }) => state === 'serving').map(({ id }) => id));
  return transfers.filter(({ id, state }) => state === 'done' && !served.has(id)).map(({ key }) => key);
}

/** Does it to all, whatever becomes of some; then rejects with the first failure. */
async function forEach(keys: readonly number[], run: (key: number) => Promise<void>): Promise<undefined> {
  const results = await Promise.allSettled(keys.map(run));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return undefined;
}
