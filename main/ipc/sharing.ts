/** Answers about sharing: by dialog, by drop, public or private. */
import type { ShareRequest, ShareSnapshot } from '../../core/api.ts';
import { Failure, type Refused } from '../../core/failure.ts';
import { withUnseenShown } from '../../core/plain-text.ts';
import type { Engine } from '../node/engine.ts';
import type { Words } from '../words.ts';
import type { Answers } from './answer.ts';
import type { Dialogs, Question } from './dialogs.ts';
import { checkDropped } from './dropped.ts';
import { shareOf } from './rows.ts';

type Sharing = Pick<Answers, 'chooseShare' | 'shareDropped' | 'setPublic'>;

export function sharingAnswers(engine: Engine, dialogs: Dialogs, words: () => Words): Sharing {
  /** Undefined: the person did not mean it. */
  const share = async (request: ShareRequest): Promise<ShareSnapshot | undefined> => {
    try {
      return await engine.call('share', request);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (error.refused !== undefined) {
        const isMeant = await dialogs.confirm(restQuestion(error.refused, words()));
        return isMeant ? share({ ...request, skip: true }) : undefined;
      }
      if (error.code !== 'sensitive-folder') throw error;
      const isMeant = await dialogs.confirm(sensitiveQuestion(request, words()));
      return isMeant ? share({ ...request, sure: true }) : undefined;
    }
  };
  return {
    chooseShare: async ({ what, public: isPublic }) => {
      const paths = await dialogs.chooseToShare(what);
      return paths.length === 0 ? undefined : share({ paths, public: isPublic });
    },

    shareDropped: async ({ paths, public: isPublic }) => {
      await Promise.all(paths.map(checkDropped));
      return share({ paths, public: isPublic });
    },

    setPublic: async ({ key, public: isPublic }) => {
      const old = shareOf(engine.mirror, key);
      if (old.public === isPublic) return old;
      const anew = await engine.call('share', {
        paths: old.paths,
        public: isPublic,
        name: old.name,
        sure: true,
        skip: true,
      });
      if (anew.key !== key) await engine.call('remove', key, { deleteFiles: false });
      return anew;
    },
  };
}

function sensitiveQuestion({ paths }: ShareRequest, words: Words): Question {
  return {
    title: words('askSensitiveTitle', { path: paths.join(', ') }),
    body: words('askSensitiveBody'),
    yes: words('askSensitiveYes'),
    no: words('askSensitiveNo'),
  };
}

/** Names told in a dialog, which cannot be scrolled everywhere; the rest is counted. */
const MOST_NAMED = 12;

function restQuestion({ count, entries }: Refused, words: Words): Question {
  const named = entries.slice(0, MOST_NAMED).map(({ path }) => withUnseenShown(path));
  const more = count > named.length ? [words('askRestMore', { count: String(count - named.length) })] : [];
  return {
    title: words('askRestTitle', { count: String(count) }),
    body: [words('askRestBody'), '', ...named, ...more].join('\n'),
    yes: words('askRestYes'),
    no: words('askSensitiveNo'),
  };
}
