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
  code: 'disk',
  reason: 'the file system takes no file that large',
  hint: 'Choose a folder on another disk.',
};
const TOO_LONG: Meaning = {
  code: 'disk',
  reason: 'its name or path is too long for the file system',
  hint: 'Choose a folder with a shorter path, or one on another disk.',
};
const LINK: Meaning = {
  code: 'disk',
  reason: 'a symbolic link has taken its place',
  hint: 'Look who put it there; links are not followed.',
};
const BROKEN: Meaning = {
  code: 'disk',
  reason: 'the disk reports an error',
  hint: 'Look whether the disk is connected and sound.',
};

const WRITE_FAILURES: Readonly<Record<string, Meaning>> = {
  ENOSPC: NO_SPACE,
  EDQUOT: QUOTA,
  EACCES: FORBIDDEN,
  EPERM: FORBIDDEN,
  EROFS: READ_ONLY,
  EFBIG: TOO_LARGE,
  ENAMETOOLONG: TOO_LONG,
  ENOENT: MISSING,
  ENOTDIR: MISSING,
  ELOOP: LINK,
};
const READ_FAILURES: Readonly<Record<string, Meaning>> = {
  EACCES: UNREADABLE,
  EPERM: UNREADABLE,
  ENOENT: MISSING,
  ENOTDIR: MISSING,
  ELOOP: LINK,
};

function translated(
  error: unknown,
  path: string,
  meanings: Readonly<Record<string, Meaning>>,
  done: string,
): unknown {
  const errno = errorCode(error);
  if (errno === undefined || error instanceof Failure) return error;
  const { code, reason, hint } = meanings[errno] ?? BROKEN;
  return new Failure(code, `${path} cannot be ${done}: ${reason} (${errno}).`, hint, error);
}
