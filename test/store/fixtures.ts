import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { Failure, type FailureCode } from '../../core/failure.ts';
import type { NewShare } from '../../core/store/shares.ts';
import { Store } from '../../core/store/store.ts';
import type { NewTransfer } from '../../core/store/transfers.ts';

/** A folder that goes away with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rain-store-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A store in `dataDir` that is closed, if the test has not done so, at its end. */
export function openStore(dataDir = temporaryFolder()): Store {
  const store = Store.open(dataDir);
  onTestFinished(() => store.close());
  return store;
}

/** The resource id with the number `n`. */
export function resourceId(n: number): string {
  return n.toString(16).padStart(16, '0');
}

/** A digest that goes with the number `n`. */
export function digestOf(n: number): Uint8Array {
  return new Uint8Array(createHash('sha256').update(String(n)).digest());
}

export function newShare(n: number, change: Partial<NewShare> = {}): NewShare {
  return {
    id: resourceId(n),
    digest: digestOf(n),
    contentKey: null,
    name: `file ${n}`,
    public: true,
    paths: [`/home/rain/file ${n}`],
    bytes: 1000 * n,
    files: 1,
    leftOut: null,
    state: 'serving',
    problem: null,
    origin: 'share',
    addedAt: 1_700_000_000_000 + n,
    ...change,
  };
}

export function newTransfer(n: number, change: Partial<NewTransfer> = {}): NewTransfer {
  return {
    id: resourceId(n),
    link: `rain:${resourceId(n)}`,
    digest: null,
    contentKey: null,
    name: '',
    called: null,
    intoFolder: '/home/rain/Downloads',
    partPath: null,
    finalPath: null,
    state: 'active',
    problem: null,
    seed: true,
    fromHints: [],
    bytes: null,
    files: null,
    leftOut: null,
    hold: false,
    folders: null,
    onlyLeast: null,
    onlyMost: null,
    background: false,
    addedAt: 1_700_000_000_000 + n,
    doneAt: null,
    ...change,
  };
}

/** The Failure that `work` throws; it has to have `code`. */
export function failureOf(code: FailureCode, work: () => unknown): Failure {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(Failure);
    if (error instanceof Failure) {
      expect(error.code).toBe(code);
      return error;
    }
  }
  throw new Error(`expected a Failure with the code ${code}`);
}

/** Content of every file of the database in `dataDir`, by name; the lock's own files are no part of it. */
export function databaseFiles(dataDir: string): Record<string, string> {
  const names = readdirSync(dataDir).filter((name) => !name.startsWith('lock.'));
  return Object.fromEntries(
    names.map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(dataDir, name)))
        .digest('hex'),
    ]),
  );
}
