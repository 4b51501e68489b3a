/** `rain:` links that the system hands over: as an argument of a second start, or as an event on macOS. */
import { app } from 'electron';

const SCHEME = 'rain';

export interface OutsideHost {
  /** Somebody wants to see the window. */
  wanted(): void;
  link(text: string): void;
  startedAgain(argv: readonly string[]): void;
}

/** To be called before the app is ready: macOS tells of the link it was started with at once. */
export function followLinks(host: OutsideHost): void {
  app.on('open-url', (event, url) => {
    event.preventDefault();
    host.link(url);
  });
  app.on('second-instance', (_event, argv) => {
    host.startedAgain(argv);
  });
  app.on('activate', () => host.wanted());
}

/**
 * Makes this app the one for `rain:` links. On Linux the desktop file of the package says so, and asking for it here
 * would wait for a shell script; from a checkout it would take the links away from the app that is installed.
 */
export function registerScheme(platform: NodeJS.Platform): void {
  if (app.isPackaged && platform !== 'linux') app.setAsDefaultProtocolClient(SCHEME);
}
