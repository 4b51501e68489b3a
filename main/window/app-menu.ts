/** The menu of the app: every command has a place where it can be found, and a key. */
import { Menu, type MenuItemConstructorOptions } from 'electron';
import type { News } from '../../preload/contract.ts';
import type { Words } from '../words.ts';

export interface MenuCommands {
  share(what: 'files' | 'folder'): void;
  pauseAll(): void;
  resumeAll(): void;
  showScreen(screen: Extract<News['show'], { screen: string }>['screen']): void;
  quit(): void;
}

export function appMenu(words: Words, commands: MenuCommands, platform: NodeJS.Platform): Menu {
  const isMac = platform === 'darwin';
  const settings: MenuItemConstructorOptions = {
    label: words('menuSettings'),
    accelerator: 'CommandOrControl+,',
    click: () => commands.showScreen('settings'),
  };
  const about: MenuItemConstructorOptions = {
    label: words('menuAbout'),
    click: () => commands.showScreen('about'),
  };
  const quit: MenuItemConstructorOptions = {
    label: words('menuQuit'),
    accelerator: 'CommandOrControl+Q',
    click: () => commands.quit(),
  };
  const file: MenuItemConstructorOptions[] = [
    {
      label: words('menuShareFiles'),
      accelerator: 'CommandOrControl+O',
      click: () => commands.share('files'),
    },
    {
      label: words('menuShareFolder'),
      accelerator: 'CommandOrControl+Shift+O',
      click: () => commands.share('folder'),
    },
    { type: 'separator' },
    { label: words('pauseAll'), click: () => commands.pauseAll() },
    { label: words('resumeAll'), click: () => commands.resumeAll() },
    { type: 'separator' },
    ...(isMac ? [{ role: 'close' as const }] : [settings, { type: 'separator' as const }, quit]),
  ];
  const view: MenuItemConstructorOptions[] = [
    { label: words('menuTransfers'), click: () => commands.showScreen('transfers') },
    { type: 'separator' },
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { type: 'separator' },
    { role: 'togglefullscreen' },
  ];
  return Menu.buildFromTemplate([
    ...(isMac ? [macMenu(about, settings, quit)] : []),
    { label: words('menuFile'), submenu: file },
    { label: words('menuEdit'), role: 'editMenu' },
    { label: words('menuView'), submenu: view },
    { label: words('menuWindow'), role: 'windowMenu' },
    { label: words('menuHelp'), role: 'help', submenu: isMac ? [] : [about] },
  ]);
}

function macMenu(
  about: MenuItemConstructorOptions,
  settings: MenuItemConstructorOptions,
  quit: MenuItemConstructorOptions,
): MenuItemConstructorOptions {
  return {
    role: 'appMenu',
    submenu: [
      about,
      { type: 'separator' },
      settings,
      { type: 'separator' },
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      { type: 'separator' },
      quit,
    ],
  };
}
