/** Answers about fetching: from a link to the folder that it goes to. */
import { mkdir, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Failure } from '../../core/failure.ts';
import type { Destination } from '../../preload/contract.ts';
import { type OutsideLinksKeeper, readLinks } from '../links.ts';
import type { Engine } from '../node/engine.ts';
import type { SettingsKeeper } from '../settings/settings-keeper.ts';
import type { Words } from '../words.ts';
import type { Answers } from './answer.ts';
import type { Dialogs } from './dialogs.ts';
import { transferOf } from './rows.ts';

type Fetching = Pick<
  Answers,
  'readLinks' | 'forgetOutside' | 'fetch' | 'listFiles' | 'destination' | 'chooseDestination' | 'startFetch'
>;

export function fetchingAnswers(
  engine: Engine,
  settings: SettingsKeeper,
  dialogs: Dialogs,
  words: () => Words,
  outside: Pick<OutsideLinksKeeper, 'forget'>,
): Fetching {
  /** Folders that were chosen for held transfers, by key. */
  const chosen = new Map<number, string>();
  const folderOf = (key: number): string => chosen.get(key) ?? settings.current.downloadFolder;

  return {
    readLinks: ({ text }) => readLinks(text, engine.mirror),

    forgetOutside: ({ key }) => {
      outside.forget(key);
      return undefined;
    },

    fetch: async ({ link }) => {
      const { askBeforeDownload, downloadFolder, seed } = settings.current;
      if (!askBeforeDownload) await makeFolder(downloadFolder);
      return engine.call('fetch', { link, from: [], into: downloadFolder, seed, hold: askBeforeDownload });
    },

    listFiles: ({ key, ...query }) => engine.call('listFiles', key, query),

    destination: ({ key }) => {
      transferOf(engine.mirror, key);
      return destination(folderOf(key));
    },

    chooseDestination: async ({ key }) => {
      transferOf(engine.mirror, key);
      const folder = await dialogs.chooseFolder(words()('chooseDestination'), folderOf(key));
      if (folder === undefined) return undefined;
      chosen.set(key, folder);
      return destination(folder);
    },

    startFetch: async ({ key }) => {
      const { downloadFolder } = settings.current;
      const into = folderOf(key);
      if (into === downloadFolder) await makeFolder(into);
      await engine.call('start', key, { into });
      chosen.delete(key);
      return undefined;
    },
  };
}

async function destination(into: string): Promise<Destination> {
  const free = await freeBytes(into);
  return { into, ...(free !== undefined && { free }) };
}

/** A folder that is yet to be made will be on the disk of the one it is made in. */
async function freeBytes(folder: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch (error) {
    const parent = dirname(folder);
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT' && parent !== folder;
    return isMissing ? freeBytes(parent) : undefined;
  }
}

/** The download folder is made when it is needed: many systems have none before the first download. */
async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    const code =
      error.code === 'EACCES' || error.code === 'EPERM' || error.code === 'EROFS'
        ? 'no-permission'
        : 'no-such-path';
    throw new Failure(
      code,
      `The download folder ${folder} cannot be made.`,
      'Choose another in the settings.',
    );
  });
}
