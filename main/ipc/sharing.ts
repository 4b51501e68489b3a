/** Answers about sharing: by dialog, by drop, public or private. */
import { stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { Failure } from '../../core/failure.ts';
import type { Engine } from '../node/engine.ts';
import type { Answers } from './answer.ts';
import type { Dialogs } from './dialogs.ts';
import { shareOf } from './rows.ts';

type Sharing = Pick<Answers, 'chooseShare' | 'shareDropped' | 'setPublic'>;

export function sharingAnswers(engine: Engine, dialogs: Dialogs): Sharing {
  return {
    chooseShare: async ({ what, public: isPublic }) => {
      const paths = await dialogs.chooseToShare(what);
      return paths.length === 0 ? undefined : engine.call('share', { paths, public: isPublic });
    },

    shareDropped: async ({ paths, public: isPublic }) => {
      await Promise.all(paths.map(checkDropped));
      return engine.call('share', { paths, public: isPublic });
    },

    setPublic: async ({ key, public: isPublic }) => {
      const old = shareOf(engine.mirror, key);
      if (old.public === isPublic) return old;
      const anew = await engine.call('share', { paths: old.paths, public: isPublic, name: old.name });
      if (anew.key !== key) await engine.call('remove', key, { deleteFiles: false });
      return anew;
    },
  };
}

/** What is dragged out of a browser, or made by a script, has no path; the rest has one that the system gave. */
async function checkDropped(path: string): Promise<void> {
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
