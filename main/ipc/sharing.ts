/** Answers about sharing: by dialog, by drop, public or private. */
import type { Engine } from '../node/engine.ts';
import type { Answers } from './answer.ts';
import type { Dialogs } from './dialogs.ts';
import { checkDropped } from './dropped.ts';
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
