import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { withSuffix } from '../content/safe-name.ts';
import { scanRest } from '../content/scan.ts';
import type { Tree } from '../content/tree.ts';
import type { StoredTransfer } from '../store/transfers.ts';

/** Names that are looked at: the one that was wanted, and those that are given when it is taken. */
const CANDIDATES = 10;

/**
 * A run may end between giving a part its final name and saying so. The file or folder of that name, or the next
 * ones like it, that `verify` does not reject; undefined when there is none.
 */
export async function findFinished(
  wanted: string,
  verify: (tree: Tree) => Promise<void>,
): Promise<string | undefined> {
  for (let n = 1; n <= CANDIDATES; n++) {
    const name = n === 1 ? basename(wanted) : withSuffix(basename(wanted), ` (${n})`, 'before-extension');
    const path = join(dirname(wanted), name);
    if (!existsSync(path)) continue;
    const isIt = await scanRest([path])
      .then(verify)
      .then(
        () => true,
        () => false,
      );
    if (isIt) return path;
  }
  return undefined;
}

/** Whether what a transfer wrote is where it was put, as long as it was, and written to by nobody since. */
export async function isUntouched({ finalPath, bytes, doneAt }: StoredTransfer): Promise<boolean> {
  if (finalPath === null || doneAt === null) return false;
  try {
    const { length, files } = await scanRest([finalPath]);
    return length === bytes && files.every(({ mtimeMs }) => mtimeMs <= doneAt);
  } catch {
    return false;
  }
}
