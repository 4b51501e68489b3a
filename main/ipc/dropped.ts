import { stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { Failure } from '../../core/failure.ts';

/** What is dragged out of a browser, or made by a script, has no path; the rest has one that the system gave. */
export async function checkDropped(path: string): Promise<void> {
  if (!isAbsolute(path) || path.includes('\0')) {
    throw new Failure(
      'no-such-path',
      'What was dropped is no file of this computer.',
      'Save it, then drop the file.',
    );
  }
  await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EACCES') throw new Failure('no-permission', `${path} may not be read.`);
    throw new Failure('no-such-path', `${path} is not there.`);
  });
}
