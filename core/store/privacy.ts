import { chmodSync, statSync } from 'node:fs';
import { Failure } from '../failure.ts';

/** Any right of the group or of everybody. */
const OTHERS = 0o077;

/**
 * What to tell the owner of a file or folder that others may read, write or enter; undefined if none may, and where
 * the system has no such rights. `what` begins the sentence.
 */
export function openToOthers(path: string, what: string): Failure | undefined {
  if (process.platform === 'win32') return undefined;
  const { mode } = statSync(path);
  if ((mode & OTHERS) === 0) return undefined;
  const rights = (mode & 0o777).toString(8).padStart(3, '0');
  const closed = (mode & 0o700).toString(8).padStart(3, '0');
  return new Failure(
    'open-to-others',
    `${what} ${path} is open to other users of this computer (its mode is ${rights}).`,
    `It holds keys. Close it with: chmod ${closed} ${JSON.stringify(path)}`,
  );
}

/** Leaves a file to its owner alone, as far as the system lets us. */
export function closeToOthers(path: string): void {
  try {
    if (process.platform !== 'win32' && (statSync(path).mode & OTHERS) !== 0) chmodSync(path, 0o600);
  } catch {
    // It is another user's, or the file system knows no rights.
  }
}
