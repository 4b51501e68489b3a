/** Answers about settings and the server list. */
import type { Engine } from '../node/engine.ts';
import type { SettingsKeeper } from '../settings/settings-keeper.ts';
import type { Words } from '../words.ts';
import type { Answers } from './answer.ts';
import type { Dialogs } from './dialogs.ts';

type Preferences = Pick<
  Answers,
  'changeSettings' | 'chooseDownloadFolder' | 'addServer' | 'removeServer' | 'importServers' | 'checkServers'
>;

export function preferenceAnswers(
  engine: Engine,
  settings: SettingsKeeper,
  dialogs: Dialogs,
  words: () => Words,
): Preferences {
  return {
    changeSettings: (change) => settings.change(change),

    chooseDownloadFolder: async () => {
      const { downloadFolder } = settings.current;
      const folder = await dialogs.chooseFolder(words()('chooseDownloadFolder'), downloadFolder);
      return folder === undefined ? undefined : settings.change({ downloadFolder: folder });
    },

    addServer: async ({ address }) => {
      await engine.call('addServer', address);
      return undefined;
    },
    removeServer: async ({ address }) => {
      await engine.call('removeServer', address);
      return undefined;
    },
    importServers: async () => {
      const file = await dialogs.chooseServerList(words()('importServers'));
      return file === undefined ? undefined : engine.call('importServers', file);
    },
    checkServers: async () => {
      await engine.call('checkServers');
      return engine.mirror.snapshot().servers;
    },
  };
}
