import { basename, dirname, join, relative, sep } from 'node:path';
import { errorCode } from './disk-failure.ts';
import type { FileSystem } from './file-system.ts';

/**
 * `fs`, with no link followed below the folder `root`: on the way to a file or folder below it no component may be
 * one, at any moment. `root` itself, and what is not below it, is reached as its path says.
 */
export function withoutLinks(fs: FileSystem, root: string): FileSystem {
  const at = <T>(path: string, action: (path: string) => T): T => {
    const steps = relative(root, dirname(path)).split(sep);
    if (path === root || steps[0] === '..') return action(path);
    return fs.within(root, steps[0] === '' ? [] : steps, (folder) => action(join(folder, basename(path))));
  };
  const found: Partial<FileSystem> = {
    open: (path, mode) => at(path, (way) => fs.open(way, mode)),
    stat: (path) => absentAs(undefined, () => at(path, (way) => fs.stat(way))),
    makeFolder: (path) => at(path, (way) => fs.makeFolder(way)),
    makeLink: (path, target, kind) => at(path, (way) => fs.makeLink(way, target, kind)),
    setTime: (path, seconds) => at(path, (way) => fs.setTime(way, seconds)),
    unlink: (path) => at(path, (way) => fs.unlink(way)),
    within: (path, steps, action) => at(path, (way) => fs.within(way, steps, action)),
    removeFolder: (path) => at(path, (way) => fs.removeFolder(way)),
  };
  return Object.assign(Object.create(fs) as FileSystem, found);
}

/** `absent` where something on the way is not there, or is a link or a file. */
function absentAs<T>(absent: T, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (NO_WAY.has(errorCode(error))) return absent;
    throw error;
  }
}

const NO_WAY = new Set<string | undefined>(['ENOENT', 'ENOTDIR', 'ELOOP']);
