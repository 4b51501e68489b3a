/** What menus and the tray can start. Of what they start the window hears only when it goes wrong. */
import { app, clipboard } from 'electron';
import type { News } from '../preload/contract.ts';
import type { Answers } from './ipc/answer.ts';
import { problemOf } from './problem.ts';
import type { SettingsKeeper } from './settings/settings-keeper.ts';
import type { TrayCommands } from './tray/app-tray.ts';
import type { MenuCommands } from './window/app-menu.ts';
import type { MainWindow } from './window/main-window.ts';

export type Commands = MenuCommands & TrayCommands;

/** `answers`: those that the window gets to the same wishes. */
export function commandsOf(window: MainWindow, settings: SettingsKeeper, answers: Answers): Commands {
  const run = async (command: () => unknown): Promise<void> => {
    try {
      await command();
    } catch (error) {
      window.tell('notice', { type: 'problem', problem: problemOf(error) }, { keep: true });
    }
  };
  return {
    open: () => window.show(),
    share: (what) => void run(() => answers.chooseShare({ what, public: settings.current.sharePublic })),
    pauseAll: () => void run(() => answers.pauseAll(undefined)),
    resumeAll: () => void run(() => answers.resumeAll(undefined)),
    copy: (link) => void run(() => clipboard.writeText(link)),
    showScreen: (screen: Extract<News['show'], { screen: string }>['screen']) => {
      window.show();
      window.tell('show', { screen }, { keep: true });
    },
    quit: () => app.quit(),
  };
}
