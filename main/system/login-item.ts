import { app } from 'electron';
import { HIDDEN } from '../start/arguments.ts';
import { desktopEntryLoginItem, type LoginItem, type StartCommand } from './autostart.ts';

/** The way of this platform to start at login. */
export function systemLoginItem(platform: NodeJS.Platform): LoginItem {
  const [program, ...args] = startCommand();
  if (platform === 'linux') return desktopEntryLoginItem([program, ...args]);
  const options = { path: program, args: [...args, HIDDEN] };
  return {
    isSet: async () => app.getLoginItemSettings(options).openAtLogin,
    set: async (on) => app.setLoginItemSettings({ ...options, openAtLogin: on }),
  };
}

/** An AppImage runs from a place that is gone after the run, and says where its file is. Unpackaged, the folder follows. */
function startCommand(): StartCommand {
  const { APPIMAGE } = process.env;
  const program = APPIMAGE ?? process.execPath;
  return app.isPackaged ? [program] : [program, app.getAppPath()];
}
