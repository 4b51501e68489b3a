import { join } from 'node:path';
import { Failure } from '../failure.ts';
import { errorCode } from './disk-failure.ts';
import type { FileSystem } from './file-system.ts';
import { withSuffix } from './safe-name.ts';

/** Beyond any folder a person has; it ends a search on a file system that says EEXIST to everything. */
const MOST_SUFFIXES = 10_000;

/**
 * Tries `take` with `name`, then with "name (2)", "name (3)" before the extension, until it does not throw
 * EEXIST. Returns the name and what `take` gave.
 */
export function withFreeName<T>(name: string, take: (name: string) => T): [string, T] {
  for (let n = 1; n <= MOST_SUFFIXES; n++) {
    const candidate = n === 1 ? name : withSuffix(name, ` (${n})`, 'before-extension');
    try {
      return [candidate, take(candidate)];
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    }
  }
  throw new Failure('disk', `Every name like ${name} is taken.`, 'Choose another folder.');
}

/**
 * Gives the file or folder `part` its name in `folder`, or the next free one like it; what is there is never
 * overwritten, whoever else makes files at the same time. Returns the path. Throws errors of node:fs.
 */
export function placeUnderFreeName(fs: FileSystem, part: string, folder: string, name: string): string {
  const place = fs.stat(part)?.kind === 'folder' ? placeFolder : placeFile;
  const [taken] = withFreeName(name, (candidate) => place(fs, part, join(folder, candidate)));
  return join(folder, taken);
}

/** What Windows answers for what another program has open, be it below a folder. */
const HELD = new Set(['EBUSY', 'EPERM', 'EACCES']);
const TRIES = 30;
const TRY_EVERY = 100;

/**
 * The same, once it can be: on Windows nothing can be renamed that another program has open, and scanners and indexers
 * open what is new for a moment. Tries for a few seconds, then throws EBUSY.
 */
export async function placeOnceLetGo(
  fs: FileSystem,
  part: string,
  folder: string,
  name: string,
  platform: NodeJS.Platform = process.platform,
): Promise<string> {
  for (let tries = 1; ; tries++) {
    try {
      return placeUnderFreeName(fs, part, folder, name);
    } catch (error) {
      if (platform !== 'win32' || !HELD.has(errorCode(error) ?? '')) throw error;
      if (tries === TRIES) throw Object.assign(new Error('EBUSY', { cause: error }), { code: 'EBUSY' });
    }
    await new Promise((go) => setTimeout(go, TRY_EVERY));
  }
}

/** What file systems without hard links (FAT, exFAT, some network shares) answer to link(). */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EINVAL', 'UNKNOWN']);

function placeFile(fs: FileSystem, part: string, target: string): void {
  try {
    fs.link(part, target);
  } catch (error) {
    const code = errorCode(error) ?? '';
    if (NO_LINKS.has(code)) {
      // Takes the name with an empty file first: then it is our own that is replaced.
      fs.close(fs.open(target, 'create'));
      renameOver(fs, part, target, () => fs.unlink(target));
      return;
    }
    // Linked by an earlier run that ended before it could take the other name away.
    const isDone = code === 'EEXIST' && fs.stat(part)?.identity === fs.stat(target)?.identity;
    if (!isDone) throw error;
  }
  fs.unlink(part);
}

function placeFolder(fs: FileSystem, part: string, target: string): void {
  fs.makeFolder(target);
  // POSIX replaces an empty folder, and only an empty one, in one step; Windows none, but overwrites none either.
  if (process.platform === 'win32') fs.removeFolder(target);
  renameOver(fs, part, target, () => fs.removeFolder(target));
}

/** `undo` takes away what was put at `target` to hold the name, if the rename fails. */
function renameOver(fs: FileSystem, part: string, target: string, undo: () => void): void {
  try {
    fs.rename(part, target);
  } catch (error) {
    try {
      undo();
    } catch {
      // Why the rename failed is what counts.
    }
    throw error;
  }
}
