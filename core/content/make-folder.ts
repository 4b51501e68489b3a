import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { errorCode, writing } from './disk-failure.ts';

/**
 * Makes a folder, and those that it lies in, where they are not there yet; `mode` is that of the new ones. Node's own
 * `recursive` never returns where the system says of a folder that is there that it does not exist, as /proc does.
 * Throws Failure: in-the-way, no-permission, no-space, disk and the like.
 */
export function makeFolder(path: string, mode = 0o777): void {
  writing(path, () => make(path, mode));
}

function make(path: string, mode: number): void {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    // The root of a drive, or a folder of a read-only file system, is refused in other words than EEXIST.
    if (isFolder(path)) return;
    const parent = dirname(path);
    if (errorCode(error) !== 'ENOENT' || parent === path || isFolder(parent)) throw error;
    make(parent, mode);
    mkdirSync(path, { mode });
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
