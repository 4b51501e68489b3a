import type { Words } from '../words.ts';
import { AppTray, type TrayCommands, type TrayView } from './app-tray.ts';
import { isTrayThere } from './status-notifier.ts';

/** After a start at login the panel may come later than the app: when to look again, ms after the start. */
const LOOK_AGAIN_AT = [3000, 10_000, 30_000, 120_000];

export interface TrayHost {
  readonly platform: NodeJS.Platform;
  readonly commands: TrayCommands;
  words(): Words;
  view(): TrayView;
  /** There is a tray now, or there is none any more. */
  changed(): void;
}

/** Has an icon in the tray for as long as there is one to have it in. */
export class TrayKeeper {
  readonly #host: TrayHost;
  #tray: AppTray | undefined;
  #looking: Promise<boolean> | undefined;

  constructor(host: TrayHost) {
    this.#host = host;
  }

  get isThere(): boolean {
    return this.#tray !== undefined;
  }

  start(): void {
    void this.look();
    for (const time of LOOK_AGAIN_AT) {
      setTimeout(() => {
        if (!this.isThere) void this.look();
      }, time).unref();
    }
  }

  /** Asks the desktop whether there is a tray, and acts on it. */
  look(): Promise<boolean> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  redraw(): void {
    this.#tray?.show(this.#host.view(), this.#host.words());
  }

  async #look(): Promise<boolean> {
    const there = await isTrayThere(this.#host.platform);
    if (there === this.isThere) return there;
    if (there) {
      this.#tray = this.#make();
      this.redraw();
    } else {
      this.#tray?.destroy();
      this.#tray = undefined;
    }
    this.#host.changed();
    return this.isThere;
  }

  /** An icon that cannot be made is no way back to the window. */
  #make(): AppTray | undefined {
    try {
      return new AppTray(this.#host.commands, this.#host.platform);
    } catch (error) {
      console.error(error);
      return undefined;
    }
  }
}
