import { clipboard, shell } from 'electron';
import type { OutsideLinksKeeper } from '../links.ts';
import type { Engine } from '../node/engine.ts';
import type { SettingsKeeper } from '../settings/settings-keeper.ts';
import type { StoreKeeper } from '../store/store-keeper.ts';
import type { MainWindow } from '../window/main-window.ts';
import type { Words } from '../words.ts';
import type { Answers } from './answer.ts';
import { type ApplicationHost, applicationAnswers } from './application.ts';
import { systemDialogs } from './dialogs.ts';
import { fetchingAnswers } from './fetching.ts';
import { preferenceAnswers } from './preferences.ts';
import { rowAnswers } from './rows.ts';
import { sharingAnswers } from './sharing.ts';
import { storeAnswers } from './store.ts';

/** Electron 45 gives a promise, and 33 does it at once. */
const copy = async (text: string): Promise<void> => clipboard.writeText(text);

/** The answers to all requests, over the system's own dialogs, clipboard and file manager. */
export function allAnswers(
  engine: Engine,
  settings: SettingsKeeper,
  store: StoreKeeper,
  window: MainWindow,
  words: () => Words,
  outside: OutsideLinksKeeper,
  host: ApplicationHost,
): Answers {
  const dialogs = systemDialogs(() => (window.isShown ? window.browserWindow : undefined));
  return {
    ...applicationAnswers(host),
    ...sharingAnswers(engine, dialogs, words),
    ...fetchingAnswers(engine, settings, dialogs, words, outside),
    ...preferenceAnswers(engine, settings, dialogs, words),
    ...rowAnswers(engine, { copy, showInFolder: (path) => shell.showItemInFolder(path) }),
    ...storeAnswers(engine, store, dialogs, { copy, openInBrowser: (url) => shell.openExternal(url) }),
  };
}
