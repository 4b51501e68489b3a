import Database from 'better-sqlite3';
import { writeFailure } from '../content/disk-failure.ts';
import { Failure } from '../failure.ts';

/**
 * What an error of SQLite or of the file system means to a person, by code; anything that is not about the
 * disk (a broken constraint, a wrong statement) is a bug and comes back as it is, to be thrown on.
 * Codes: https://sqlite.org/rescode.html; extended codes begin with the primary one.
 */
export function toFailure(error: unknown, path: string): unknown {
  if (error instanceof Failure || !(error instanceof Error)) return error;
  const code = 'code' in error ? String(error.code) : '';
  if (error instanceof Database.SqliteError) return ofSqlite(code, path, error) ?? error;
  return writeFailure(error, path);
}

/** Runs `work`; what it throws is made a Failure that names `path`. */
export function guarded<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw toFailure(error, path);
  }
}

/** The database cannot be trusted; `detail` says how that was noticed. */
export function corrupt(path: string, detail: string, cause?: unknown): Failure {
  return new Failure(
    'database-corrupt',
    `The database ${path} is damaged: ${detail}.`,
    'Put back a copy of it, or move it away to begin anew; shared and downloaded files are not affected.',
    cause,
  );
}

function ofSqlite(code: string, path: string, error: Error): Failure | undefined {
  // SHMSIZE: the index of the log, which is looked at before opening, could not be given its 32 KiB.
  if (code.startsWith('SQLITE_FULL') || code === 'SQLITE_IOERR_SHMSIZE') return noSpace(path, error);
  if (code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_PERM')) return noPermission(path, error);
  if (code.startsWith('SQLITE_CORRUPT') || code.startsWith('SQLITE_NOTADB')) {
    return corrupt(path, error.message, error);
  }
  // The data folder is locked by us by now: this is somebody's database browser or backup.
  if (code.startsWith('SQLITE_BUSY')) {
    return new Failure(
      'data-folder-in-use',
      `The database ${path} is open in another program.`,
      'Close the program that has it open and try again.',
      error,
    );
  }
  if (code.startsWith('SQLITE_IOERR') || code.startsWith('SQLITE_CANTOPEN')) return disk(path, error);
  return undefined;
}

function noSpace(path: string, cause: Error): Failure {
  return new Failure(
    'no-space',
    `There is no room left to write ${path}.`,
    'Free some space on that disk.',
    cause,
  );
}

function noPermission(path: string, cause: Error): Failure {
  return new Failure(
    'no-permission',
    `${path} cannot be read or written: ${cause.message}.`,
    'Check who owns that folder and its permissions.',
    cause,
  );
}

function disk(path: string, cause: Error): Failure {
  return new Failure(
    'disk',
    `${path} cannot be used: ${cause.message}.`,
    'Check the disk that it is on.',
    cause,
  );
}
