import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../failure.ts';
import { Connection } from './connection.ts';
import { closeToOthers } from './privacy.ts';
import { guarded } from './sqlite-failure.ts';

/**
 * Holds a data folder for one process. The lock is SQLite's own on an empty `lock.db`: the operating system
 * drops it with the process, so that a kill -9 leaves nothing to clean up, and it works within a process too.
 * `lock.pid` is for the message only; it is a file apart because on Windows a locked file cannot be read.
 */
export class FolderLock {
  readonly #connection: Connection;

  private constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** @throws Failure `data-folder-in-use`, with the process that holds it if that is known. */
  static take(dataDir: string): FolderLock {
    const pidFile = join(dataDir, 'lock.pid');
    const lockFile = join(dataDir, 'lock.db');
    // Whoever can read it can lock it.
    guarded(lockFile, () => closeSync(openSync(lockFile, 'a', 0o600)));
    closeToOthers(lockFile);
    const connection = new Connection(lockFile, { timeout: 0 });
    try {
      // No journal file: nothing is ever written here.
      connection.pragma('journal_mode = MEMORY');
      connection.exec('BEGIN EXCLUSIVE');
      guarded(pidFile, () => writeFileSync(pidFile, `${process.pid}\n`, { mode: 0o600 }));
    } catch (error) {
      connection.close();
      throw isInUse(error) ? inUse(dataDir, holder(pidFile)) : error;
    }
    return new FolderLock(connection);
  }

  release(): void {
    this.#connection.close();
  }
}

function isInUse(error: unknown): boolean {
  return error instanceof Failure && error.code === 'data-folder-in-use';
}

function inUse(dataDir: string, pid: number | undefined): Failure {
  return new Failure(
    'data-folder-in-use',
    `The data folder ${dataDir} is in use by ${pid === undefined ? 'another process' : `process ${pid}`}.`,
    'Quit the other one, or choose another data folder for this one.',
  );
}

/** A holder that has only just locked the folder may not have written its number yet: then it is unknown. */
function holder(pidFile: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10);
    return Number.isInteger(pid) && isAlive(pid) ? pid : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
