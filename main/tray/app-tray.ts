/** The icon in the tray, and its menu. */
import { join } from 'node:path';
import { Menu, type MenuItemConstructorOptions, Tray } from 'electron';
import type { Words } from '../words.ts';

const ICONS = join(import.meta.dirname, '../../resources');

export interface TrayView {
  /** As text, with unit. */
  readonly up: string;
  readonly down: string;
  readonly recent: readonly { readonly name: string; readonly link: string }[];
}

export interface TrayCommands {
  open(): void;
  pauseAll(): void;
  resumeAll(): void;
  copy(link: string): void;
  quit(): void;
}

export class AppTray {
  readonly #tray: Tray;
  readonly #commands: TrayCommands;
  #drawn = '';

  constructor(commands: TrayCommands, platform: NodeJS.Platform) {
    this.#commands = commands;
    // A template image takes the colour of the menu bar.
    this.#tray = new Tray(join(ICONS, platform === 'darwin' ? 'trayTemplate.png' : 'tray.png'));
    this.#tray.on('click', () => commands.open());
  }

  /** Redraws what has changed: a menu that is open would close otherwise. */
  show(view: TrayView, words: Words): void {
    const rates = words('trayRates', { up: view.up, down: view.down });
    const drawn = JSON.stringify([rates, view.recent, words('trayOpen')]);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.#tray.setToolTip(`Pouring Rain\n${rates}`);
    this.#tray.setContextMenu(Menu.buildFromTemplate(this.#menu(view, rates, words)));
  }

  destroy(): void {
    this.#tray.destroy();
  }

  #menu({ recent }: TrayView, rates: string, words: Words): MenuItemConstructorOptions[] {
    const commands = this.#commands;
    const links = recent.map(({ name, link }) => ({
      label: escaped(name),
      click: () => commands.copy(link),
    }));
    const none = { label: words('trayNoRecent'), enabled: false };
    return [
      { label: words('trayOpen'), click: () => commands.open() },
      { label: rates, enabled: false },
      { type: 'separator' },
      { label: words('pauseAll'), click: () => commands.pauseAll() },
      { label: words('resumeAll'), click: () => commands.resumeAll() },
      { label: words('trayRecent'), submenu: links.length > 0 ? links : [none] },
      { type: 'separator' },
      { label: words('menuQuit'), click: () => commands.quit() },
    ];
  }
}

/** An ampersand in a label marks the key of the item. */
function escaped(name: string): string {
  const shown = [...name];
  return (shown.length > 60 ? `${shown.slice(0, 59).join('')}…` : name).replaceAll('&', '&&');
}
