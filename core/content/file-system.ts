import * as fs from 'node:fs';
import { promisify } from 'node:util';
import { type HeldFolder, holdFolder, identityOf, within } from './held-folder.ts';
import { markOrigin } from './origin-mark.ts';
import { type NamesOnDisk, plainNames, windowsNames } from './windows-names.ts';

export interface FileStat {
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since the epoch, with a fraction. */
  readonly mtimeMs: number;
  /** Likewise, of the last change of anything about it: what it holds, its name, its mode. Nobody can set it. */
  readonly changedMs: number;
  readonly mode: number;
  /** Device and inode; equal for two names of one file. */
  readonly identity: string;
}

/** Room on a file system. */
export interface FreeRoom {
  readonly bytes: number;
  /** Files and folders; infinite where they are not counted. */
  readonly files: number;
}

/** How a file is opened; never through a symbolic link in its last component, never waiting for a pipe. */
export type OpenMode = 'read' | 'write' | 'create';

/**
 * All that the engine does to files, so that a disk which is full, slow or broken can be put in its place.
 * Errors are those of node:fs. Blocks are read and written in worker threads and so synchronously; what waits
 * for the medium, or runs over many files, gives a promise.
 */
export interface FileSystem {
  readonly names: NamesOnDisk;
  /** 'create': for reading and writing, and EEXIST if there is anything of that name. */
  open(path: string, mode: OpenMode): number;
  close(fd: number): void;
  /** May read less than there is room for; 0 at the end. */
  read(fd: number, into: Uint8Array, position: number): number;
  /** May write less than was given. */
  write(fd: number, from: Uint8Array, position: number): number;
  resize(fd: number, length: number): void;
  setMode(fd: number, mode: number): void;
  statOpen(fd: number): FileStat;
  /** Does not follow links; undefined if there is nothing. */
  stat(path: string): FileStat | undefined;
  makeFolder(path: string): void;
  /** Makes a symbolic link that says `target`; `kind`: of what it leads to, which Windows wants to know. */
  makeLink(path: string, target: string, kind: 'file' | 'folder'): void;
  /** When the file or folder was last changed, seconds since 1970; of a link its own. */
  setTime(path: string, seconds: number): void;
  /** Never overwrites. */
  link(from: string, to: string): void;
  rename(from: string, to: string): void;
  unlink(path: string): void;
  removeFolder(path: string): void;
  /** Has the system know that `files`, all there are of `root`, came from elsewhere; see origin-mark.ts. */
  markOrigin(root: string, files: readonly string[]): Promise<void>;
  /** Throws if the process may not write into it. */
  checkWritable(folder: string): void;
  /**
   * What `action` gives for a path of the folder that `steps` lead to below the folder `root`. It is good only within
   * the call, and no link is followed on it, whatever others do meanwhile. ELOOP or ENOTDIR where there is no such folder.
   */
  within<T>(root: string, steps: readonly string[], action: (folder: string) => T): T;
  /** What this user may still put on the file system of `folder`. */
  free(folder: string): FreeRoom;
  /** Resolves when the data of the file, or with 'all' also its attributes, are on the medium. */
  flush(fd: number, what: 'data' | 'all'): Promise<void>;
  /** Resolves when the names in `folder` are on the medium. */
  flushFolder(folder: string): Promise<void>;

  /** The path without links. */
  resolve(path: string): Promise<string>;
  look(path: string): Promise<FileStat>;
  /** Holds the folder `path` open, which must be one and no link to one. */
  hold(path: string): Promise<HeldFolder>;
  /** What a symbolic link says, as bytes. */
  readLink(path: string): Promise<Uint8Array>;
  /** Names as bytes, since not every file system keeps to UTF-8. */
  list(folder: string): Promise<Uint8Array[]>;
  checkReadable(path: string): Promise<void>;
}

const { O_RDONLY, O_RDWR, O_CREAT, O_EXCL } = fs.constants;
/** Windows has neither. */
const CAREFUL = (fs.constants.O_NOFOLLOW ?? 0) | (fs.constants.O_NONBLOCK ?? 0);
const OPEN_FLAGS: Record<OpenMode, number> = {
  read: O_RDONLY | CAREFUL,
  write: O_RDWR | CAREFUL,
  create: O_RDWR | O_CREAT | O_EXCL | CAREFUL,
};
const fsync = promisify(fs.fsync);
const fdatasync = promisify(fs.fdatasync);

/** The file system of this machine. */
export const realFileSystem: FileSystem = {
  names: process.platform === 'win32' ? windowsNames : plainNames,
  open: (path, mode) => fs.openSync(path, OPEN_FLAGS[mode]),
  close: (fd) => fs.closeSync(fd),
  read: (fd, into, position) => fs.readSync(fd, into, 0, into.length, position),
  write: (fd, from, position) => fs.writeSync(fd, from, 0, from.length, position),
  resize: (fd, length) => fs.ftruncateSync(fd, length),
  setMode: (fd, mode) => fs.fchmodSync(fd, mode),
  statOpen: (fd) => plainStat(fs.fstatSync(fd, { bigint: true })),
  stat: (path) => {
    const stats = fs.lstatSync(path, { bigint: true, throwIfNoEntry: false });
    return stats && plainStat(stats);
  },
  makeFolder: (path) => fs.mkdirSync(path),
  makeLink: (path, target, kind) => fs.symlinkSync(target, path, kind === 'folder' ? 'dir' : 'file'),
  setTime: (path, seconds) => fs.lutimesSync(path, Date.now() / 1000, seconds),
  link: (from, to) => fs.linkSync(from, to),
  rename: (from, to) => fs.renameSync(from, to),
  unlink: (path) => fs.unlinkSync(path),
  removeFolder: (path) => fs.rmdirSync(path),
  markOrigin,
  within,
  checkWritable: (folder) => fs.accessSync(folder, fs.constants.W_OK | fs.constants.X_OK),
  free: (folder) => {
    const { bavail, bsize, files, ffree } = fs.statfsSync(folder);
    // No limit is told as none at all: by Windows, btrfs, and tmpfs without one.
    return { bytes: bavail * bsize, files: files === 0 ? Number.POSITIVE_INFINITY : ffree };
  },
  flush: (fd, what) => (what === 'all' ? fsync(fd) : fdatasync(fd)),
  flushFolder: async (folder) => {
    // Windows opens no folders, and keeps names without being asked.
    if (process.platform === 'win32') return;
    const fd = fs.openSync(folder, O_RDONLY);
    try {
      await fsync(fd);
    } finally {
      fs.closeSync(fd);
    }
  },
  resolve: (path) => fs.promises.realpath(path),
  look: async (path) => plainStat(await fs.promises.lstat(path, { bigint: true })),
  hold: holdFolder,
  readLink: (path) => fs.promises.readlink(path, { encoding: 'buffer' }),
  list: (folder) => fs.promises.readdir(folder, { encoding: 'buffer' }),
  checkReadable: (path) => fs.promises.access(path, fs.constants.R_OK),
};

/** Identities as 64-bit integers: those of NTFS, ReFS and XFS would be rounded, and equal for different files. */
function plainStat(stats: fs.BigIntStats): FileStat {
  return {
    kind: kindOf(stats),
    size: Number(stats.size),
    mtimeMs: milliseconds(stats.mtimeNs),
    changedMs: milliseconds(stats.ctimeNs),
    mode: Number(stats.mode),
    identity: identityOf(stats),
  };
}

/** The same double that Node makes of a time in nanoseconds, since stamps of earlier versions hold that. */
function milliseconds(nanoseconds: bigint): number {
  const rest = ((nanoseconds % BILLION) + BILLION) % BILLION;
  return Number((nanoseconds - rest) / BILLION) * 1000 + Number(rest) / 1e6;
}

const BILLION = 1_000_000_000n;

function kindOf(stats: fs.BigIntStats): FileStat['kind'] {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'folder';
  return stats.isSymbolicLink() ? 'link' : 'other';
}
