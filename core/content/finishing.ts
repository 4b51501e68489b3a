/** What is done to a part when all that is in it has been written: its links, and when everything was last changed. */
import { join, sep } from 'node:path';
import type { Times } from './contents.ts';
import { errorCode } from './disk-failure.ts';
import type { FileSystem } from './file-system.ts';
import { foldersOf, type Listing } from './listing.ts';
import { withoutLinks } from './no-links.ts';
import type { PartFiles } from './part-files.ts';

/** So many at a time, and then other work of the thread. */
const AT_ONCE = 500;

/**
 * Makes the links of a part. Returns the paths of those that could not be made: not every file system has links, and
 * Windows lets not everybody make them. What has taken the place of one stays.
 */
export function makeLinks(disk: FileSystem, { root, links }: PartFiles): string[] {
  const fs = withoutLinks(disk, root);
  const unmade: string[] = [];
  for (const { path, absolute, target, leadsTo } of links) {
    try {
      const kind = fs.stat(leadsTo)?.kind === 'folder' ? 'folder' : 'file';
      fs.makeLink(absolute, onDisk(fs, target).join(sep), kind);
    } catch (error) {
      // A run before this one may have ended just here.
      const isMade = errorCode(error) === 'EEXIST' && fs.stat(absolute)?.kind === 'link';
      if (!isMade) unmade.push(path);
    }
  }
  return unmade;
}

/**
 * Sets when files and folders were last changed, as far as the file system lets us; none to a time that is still to
 * come. It says nothing of what it could not do: nobody misses it.
 */
export async function setTimes(
  disk: FileSystem,
  { root, files }: PartFiles,
  listing: Listing | undefined,
  times: Times,
): Promise<void> {
  const fs = withoutLinks(disk, root);
  const folders =
    listing === undefined ? [] : foldersOf(listing).map((path) => join(root, ...onDisk(fs, path)));
  const paths = [...files.map(({ absolute }) => absolute), ...folders];
  const seconds = [...times.files, ...times.folders];
  const now = Math.floor(Date.now() / 1000);
  for (const [index, path] of paths.entries()) {
    if (index % AT_ONCE === AT_ONCE - 1) await new Promise((go) => setImmediate(go));
    try {
      fs.setTime(path, Math.min(now, seconds[index]));
    } catch {
      // It keeps the time at which it was written.
    }
  }
}

function onDisk({ names }: FileSystem, path: string): string[] {
  return path.split('/').map((part) => (/^\.{0,2}$/.test(part) ? part : names.toDisk(part)));
}
