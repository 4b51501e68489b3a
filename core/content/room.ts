import { Failure } from '../failure.ts';
import { errorCode, writing } from './disk-failure.ts';
import { type FileSystem, realFileSystem } from './file-system.ts';

/** What a transfer needs of a disk. */
export interface NeededRoom {
  readonly bytes: number;
  /** Files and folders. */
  readonly files: number;
}

/** Of a folder that only has to be there. */
export const NOTHING: NeededRoom = { bytes: 0, files: 0 };

/**
 * Checks that `folder` is one, may be written to and has room for what is needed, before anything is fetched.
 * Throws Failure: no-such-path, no-permission, no-space, no-inodes, disk.
 */
export function checkRoom(folder: string, needed: NeededRoom, fs: FileSystem = realFileSystem): void {
  const free = writing(folder, () => {
    if (!isFolder(folder, fs))
      throw new Failure('no-such-path', `${folder} is no folder.`, 'Name a folder that exists.');
    fs.checkWritable(folder);
    return fs.free(folder);
  });
  if (free.bytes < needed.bytes)
    throw new Failure(
      'no-space',
      `${folder} has room for ${free.bytes} bytes and not for ${needed.bytes}.`,
      'Make room on the disk, or choose another folder.',
    );
  if (free.files < needed.files)
    throw new Failure(
      'no-inodes',
      `${folder} can take ${free.files} more files and folders (inodes) and not ${needed.files}.`,
      'Remove files there that nobody needs, or choose a folder on another disk.',
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
