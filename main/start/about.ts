import { app } from 'electron';
import type { About } from '../../preload/contract.ts';

/** What this app is and runs on, for the window and for reports. */
export function about(platform: About['platform']): About {
  const { electron, chrome, node } = process.versions;
  const { RAIN_RUNTIME } = process.env;
  return {
    version: app.getVersion(),
    electron,
    chromium: chrome,
    node,
    // The launcher of the stand-in says that it is one (tools/electron-runtime).
    runtime: RAIN_RUNTIME === 'stand-in' ? 'stand-in' : 'official',
    platform,
    dataFolder: app.getPath('userData'),
  };
}

/** The platforms that there are packages for; what is like none of them is treated as Linux is. */
export function knownPlatform(platform: NodeJS.Platform): About['platform'] {
  return platform === 'darwin' || platform === 'win32' ? platform : 'linux';
}
