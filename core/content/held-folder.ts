/**
 * Folders that are held open, so that a name in them means the same whatever others do to the way there. Node has no
 * openat(2); on Linux a path through /proc/self/fd does the same, at no component of which a link is followed. Where
 * there is no such path each component is looked at before and after, and what has changed meanwhile is an error.
 */
import * as fs from 'node:fs';
import { join } from 'node:path';

export interface HeldFolder {
  /** A path of it, good until it is let go. */
  readonly path: string;
  /** Rejects with ELOOP when it is found to have become another one. */
  letGo(): Promise<void>;
}

const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = fs.constants;
/** A descriptor to go on from, without the right to list; linux/fcntl.h, and not among Node's constants. */
const O_PATH = 0o10000000;
const BY_DESCRIPTOR = process.platform === 'linux' && fs.existsSync('/proc/self/fd');

export function identityOf({ dev, ino }: fs.BigIntStats): string {
  return `${dev}:${ino}`;
}

/** Rejects with ELOOP or ENOTDIR where `path` is no folder. */
export async function holdFolder(path: string): Promise<HeldFolder> {
  if (!BY_DESCRIPTOR) {
    const identity = folderIdentity(path);
    return { path, letGo: async () => checkSame(path, identity) };
  }
  const fd = openFolder(path, O_RDONLY);
  return { path: pathOf(fd), letGo: async () => fs.closeSync(fd) };
}

/** See FileSystem.within. */
export function within<T>(root: string, steps: readonly string[], action: (folder: string) => T): T {
  if (!BY_DESCRIPTOR) return withinLooked(root, steps, action);
  let fd = openFolder(root, O_PATH);
  try {
    for (const step of steps) {
      const next = openFolder(join(pathOf(fd), step), O_PATH);
      fs.closeSync(fd);
      fd = next;
    }
    return action(pathOf(fd));
  } finally {
    fs.closeSync(fd);
  }
}

/** As {@link within}, by looking before and after. */
export function withinLooked<T>(root: string, steps: readonly string[], action: (folder: string) => T): T {
  const folders = [root];
  for (const step of steps) folders.push(join(folders[folders.length - 1], step));
  const before = folders.map(folderIdentity);
  const result = action(folders[folders.length - 1]);
  for (const [i, folder] of folders.entries()) checkSame(folder, before[i]);
  return result;
}

function openFolder(path: string, access: number): number {
  try {
    return fs.openSync(path, access | O_DIRECTORY | O_NOFOLLOW);
  } catch (error) {
    // Linux calls a link that is not followed no folder.
    if (fs.lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) throw pathError('ELOOP', path);
    throw error;
  }
}

function pathOf(fd: number): string {
  return `/proc/self/fd/${fd}`;
}

function folderIdentity(path: string): string {
  const stats = fs.lstatSync(path, { bigint: true });
  if (stats.isDirectory()) return identityOf(stats);
  throw pathError(stats.isSymbolicLink() ? 'ELOOP' : 'ENOTDIR', path);
}

function checkSame(path: string, identity: string): void {
  if (folderIdentity(path) !== identity) throw pathError('ELOOP', path);
}

/** As the system would say it. */
function pathError(code: 'ELOOP' | 'ENOTDIR', path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code, path });
}
