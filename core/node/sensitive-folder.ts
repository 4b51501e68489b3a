/** Folders that hardly anybody means to share whole, and may have named by accident. */
import { realpath, stat } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import { dirname } from 'node:path';
import { Failure } from '../failure.ts';

/**
 * Throws Failure `sensitive-folder` when one of the paths, however it is spelled, is the root of a drive, or is or
 * holds the home folder or the data folder. What is not there is left to who looks for it.
 */
export async function checkSensitive(paths: readonly string[], dataDir: string): Promise<void> {
  const homes = await Promise.all(homeFolders().map(withParents));
  const data = await withParents(dataDir);
  for (const path of paths) {
    const real = await realpath(path).catch(() => undefined);
    const mark = real === undefined ? undefined : await markOf(real);
    if (real === undefined || mark === undefined) continue;
    if (dirname(real) === real) throw sensitive(path, 'is a whole drive');
    for (const home of homes)
      if (home.includes(mark))
        throw sensitive(path, home[0] === mark ? 'is your home folder' : 'holds your home folder');
    if (data.includes(mark)) throw sensitive(path, 'holds the keys and lists of Pouring Rain');
  }
}

function sensitive(path: string, what: string): Failure {
  const hint = 'All that is in it would be shared: documents, keys, passwords.';
  return new Failure('sensitive-folder', `${path} ${what}.`, hint);
}

/** By HOME and by the list of users, which may differ. */
function homeFolders(): string[] {
  const folders = [homedir];
  try {
    const own = userInfo().homedir;
    folders.push(() => own);
  } catch {
    // A user that the system has no entry for, as in a container.
  }
  return [...new Set(folders.map((folder) => folder()).filter((folder) => folder !== ''))];
}

/** By what the system knows a folder and all that it lies in, whatever names lead there; empty if it is not there. */
async function withParents(folder: string): Promise<string[]> {
  const marks: string[] = [];
  let at = await realpath(folder).catch(() => undefined);
  while (at !== undefined) {
    const mark = await markOf(at);
    if (mark !== undefined) marks.push(mark);
    at = dirname(at) === at ? undefined : dirname(at);
  }
  return marks;
}

async function markOf(path: string): Promise<string | undefined> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return found === undefined ? undefined : `${found.dev}:${found.ino}`;
}
