import { Failure } from '../failure.ts';
import { errorCode, writing } from './disk-failure.ts';
import { type FileSystem, realFileSystem } from './file-system.ts';

/**
 * Checks that `folder` is one, may be written to and has room for `bytes` more, before anything is fetched.
 * Throws Failure: no-such-path, no-permission, no-space, disk.
 */
export function checkRoom(folder: string, bytes: number, fs: FileSystem = realFileSystem): void {
  const free = writing(folder, () => {
    if (!isFolder(folder, fs))
      throw new Failure('no-such-path', `${folder} is no folder.`, 'Name a folder that exists.');
    fs.checkWritable(folder);
    return fs.freeBytes(folder);
  });
  if (free >= bytes) return;
  throw new Failure(
    'no-space',
    `${folder} has room for ${free} bytes and not for ${bytes}.`,
    'Make room on the disk, or choose another folder.',
  );
}

/** With a dot behind it the folder may be a link, as it is named by the person; a file with one is an error. */
function isFolder(path: string, fs: FileSystem): boolean {
  try {
    return fs.stat(`${path}/.`)?.kind === 'folder';
  } catch (error) {
    if (errorCode(error) === 'ENOTDIR') return false;
    throw error;
  }
}
