/** The folder that a command is run in, which relative paths begin at. */
import { isAbsolute, normalize, resolve } from 'node:path';
import { Failure } from '../core/failure.ts';

export interface Standpoint {
  /** Absolute; throws when it is gone. */
  readonly cwd: string;
}

/** An absolute path; only a relative one asks where we stand. Throws Failure `no-such-path`. */
export function standing(at: Standpoint, path: string): string {
  return isAbsolute(path) ? normalize(path) : resolve(at.cwd, path);
}

/** Where this process stands. Throws Failure `no-such-path` when that folder was removed meanwhile. */
export function workingFolder(): string {
  try {
    return process.cwd();
  } catch (error) {
    throw new Failure(
      'no-such-path',
      'the folder that this command was started in is gone',
      'Change to a folder that is there (cd), or write whole paths.',
      error,
    );
  }
}
