import { Failure, type FailureCode } from '../failure.ts';

/** The code of an error of node:fs, as EEXIST; undefined for any other error. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Runs `action`, which writes to `path`; an error of the file system becomes the Failure a person can act on. */
export function writing<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw writeFailure(error, path);
  }
}

/** What went wrong in writing to `path`; an error that is none of the file system's is given back as it is. */
export function writeFailure(error: unknown, path: string): unknown {
  return translated(error, path, WRITE_FAILURES, 'written');
}

/** The same for reading from `path`. */
export function readFailure(error: unknown, path: string): unknown {
  return translated(error, path, READ_FAILURES, 'read');
}

interface Meaning {
  readonly code: FailureCode;
  readonly reason: string;
  readonly hint: string;
}

const NO_SPACE: Meaning = {
  code: 'no-space',
  reason: 'the disk is full',
  hint: 'Make room on the disk, or choose another folder.',
};
const QUOTA: Meaning = { ...NO_SPACE, reason: 'your share of the disk (quota) is used up' };
const FORBIDDEN: Meaning = {
  code: 'no-permission',
  reason: 'this is not permitted',
  hint: 'Choose a folder that you may write to.',
};
const READ_ONLY: Meaning = { ...FORBIDDEN, reason: 'the file system is read-only' };
const UNREADABLE: Meaning = {
  code: 'unreadable',
  reason: 'this is not permitted',
  hint: 'Give yourself permission to read it.',
};
const MISSING: Meaning = {
  code: 'no-such-path',
  reason: 'it does not exist',
  hint: 'Look whether it was moved or renamed.',
};
const TOO_LARGE: Meaning = {
  code: 'file-too-large',
  reason: 'the file system takes no file that large',
  hint: 'Choose a folder on another disk.',
};
const TOO_LONG: Meaning = {
  code: 'name-too-long',
  reason: 'its name or path is too long for the system',
  hint: 'Use a folder with a shorter path, or shorten the names.',
};
const IN_THE_WAY: Meaning = {
  code: 'in-the-way',
  reason: 'something else has its place',
  hint: 'Look what is there, and choose another name or folder.',
};
const LINK: Meaning = {
  ...IN_THE_WAY,
  reason: 'a symbolic link has taken its place',
  hint: 'Look who put it there; links are not followed.',
};
const FILE_IN_THE_WAY: Meaning = { ...IN_THE_WAY, reason: 'a part of its path is a file and no folder' };
const FOLDER_IN_THE_WAY: Meaning = { ...IN_THE_WAY, reason: 'it is a folder' };
const BUSY: Meaning = {
  code: 'busy',
  reason: 'another program is using it',
  hint: 'Close the program that has it open, and try again.',
};
const TOO_MANY_OPEN: Meaning = {
  code: 'too-many-open',
  reason: 'too many files are open',
  hint: 'Close other programs, or have the limit of open files raised (ulimit -n).',
};
const NO_MEMORY: Meaning = {
  code: 'no-memory',
  reason: 'the system has no memory left',
  hint: 'Close other programs, and try again.',
};
const BROKEN_OFF: Meaning = {
  code: 'connection-lost',
  reason: 'the other side broke off the connection',
  hint: 'Try again.',
};
const NO_NETWORK: Meaning = {
  code: 'connection-lost',
  reason: 'the network does not lead there',
  hint: 'Check the network connection, and try again.',
};
const BROKEN: Meaning = {
  code: 'disk',
  reason: 'the disk reports an error',
  hint: 'Look whether the disk is connected and sound.',
};
/** What is not known is blamed on nobody. */
const UNKNOWN: Meaning = {
  code: 'disk',
  reason: 'the system refuses it',
  hint: 'Choose another folder, or look up what the error means for this file system.',
};

/** Whatever is done to the file. Codes: errno(3) of POSIX and Linux; libuv gives Windows the same. */
const FAILURES: Readonly<Record<string, Meaning>> = {
  ENOENT: MISSING,
  ENAMETOOLONG: TOO_LONG,
  ELOOP: LINK,
  EISDIR: FOLDER_IN_THE_WAY,
  EBUSY: BUSY,
  ETXTBSY: BUSY,
  EMFILE: TOO_MANY_OPEN,
  ENFILE: TOO_MANY_OPEN,
  ENOMEM: NO_MEMORY,
  ENOBUFS: NO_MEMORY,
  EIO: BROKEN,
  ENXIO: BROKEN,
  ENODEV: BROKEN,
  ESTALE: BROKEN,
  ECONNRESET: BROKEN_OFF,
  ECONNABORTED: BROKEN_OFF,
  EPIPE: BROKEN_OFF,
  ETIMEDOUT: NO_NETWORK,
  ENETDOWN: NO_NETWORK,
  ENETUNREACH: NO_NETWORK,
  EHOSTDOWN: NO_NETWORK,
  EHOSTUNREACH: NO_NETWORK,
};
const WRITE_FAILURES: Readonly<Record<string, Meaning>> = {
  ...FAILURES,
  ENOSPC: NO_SPACE,
  EDQUOT: QUOTA,
  EACCES: FORBIDDEN,
  EPERM: FORBIDDEN,
  EROFS: READ_ONLY,
  EFBIG: TOO_LARGE,
  ENOTDIR: FILE_IN_THE_WAY,
  EEXIST: IN_THE_WAY,
  ENOTEMPTY: IN_THE_WAY,
};
const READ_FAILURES: Readonly<Record<string, Meaning>> = {
  ...FAILURES,
  EACCES: UNREADABLE,
  EPERM: UNREADABLE,
  ENOTDIR: MISSING,
};

function translated(
  error: unknown,
  path: string,
  meanings: Readonly<Record<string, Meaning>>,
  done: string,
): unknown {
  const errno = errorCode(error);
  // Node's own codes (ERR_...) are of bugs.
  if (errno === undefined || !/^E[A-Z0-9]+$/.test(errno) || error instanceof Failure) return error;
  const { code, reason, hint } = meanings[errno] ?? UNKNOWN;
  return new Failure(code, `${path} cannot be ${done}: ${reason} (${errno}).`, hint, error);
}
