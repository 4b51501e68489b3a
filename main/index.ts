/**
 * The start of the app. Everything that has to be said to Electron before it is ready is said here, in one turn; what
 * the app is begins in app.ts.
 *
 * RAIN_USER_DATA names another data folder. There is one instance for each data folder: a second start hands its
 * arguments to the first and ends.
 */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { app, powerMonitor, protocol, session } from 'electron';
import { RainApp } from './app.ts';
import { defaultSettings } from './settings/schema.ts';
import { loadSettings, saveSettings } from './settings/settings-file.ts';
import { about, knownPlatform } from './start/about.ts';
import { readArguments } from './start/arguments.ts';
import { followLinks, registerScheme } from './start/links-from-outside.ts';
import { Quitting } from './start/quitting.ts';
import { systemLoginItem } from './system/login-item.ts';
import { announceScheme, builtPage, servedPage, servePage } from './window/page.ts';
import { sealSession } from './window/sealing.ts';

const RENDERER = join(import.meta.dirname, '../renderer');

const { RAIN_USER_DATA, ELECTRON_RENDERER_URL } = process.env;
if (RAIN_USER_DATA) {
  mkdirSync(RAIN_USER_DATA, { recursive: true, mode: 0o700 });
  app.setPath('userData', resolve(RAIN_USER_DATA));
}

if (app.requestSingleInstanceLock()) {
  announceScheme(protocol);
  const started = app.whenReady().then(start);
  started.catch((error) => {
    console.error(error);
    app.exit(1);
  });
  followLinks({
    wanted: () => void started.then((rain) => rain.show()),
    startedAgain: (argv) => void started.then((rain) => rain.startedAgain(argv)),
    link: (text) => void started.then((rain) => rain.links.open(text)),
  });
  // The app lives on without windows.
  app.on('window-all-closed', () => undefined);
} else {
  app.quit();
}

async function start(): Promise<RainApp> {
  const { hidden, link } = readArguments(process.argv);
  const facts = about(knownPlatform(process.platform));
  const server = app.isPackaged ? undefined : ELECTRON_RENDERER_URL;
  const page = server === undefined ? builtPage : servedPage(server);
  servePage(RENDERER, session.defaultSession.protocol);
  sealSession(session.defaultSession, page);
  registerScheme(facts.platform);

  const loginItem = systemLoginItem(facts.platform);
  const loaded = loadSettings(facts.dataFolder, defaultSettings(app.getPath('downloads')));
  // Told once: the next start finds what could be read of it.
  if (loaded.problem !== undefined)
    await saveSettings(facts.dataFolder, loaded.settings).catch(console.error);
  const settings = { ...loaded.settings, startAtLogin: await loginItem.isSet() };
  const quitting: Quitting = new Quitting(app, {
    close: () => rain.close(),
    takesLong: () => rain.tellOfClosing(),
  });
  const rain: RainApp = new RainApp({
    about: facts,
    page,
    loaded: { ...loaded, settings },
    loginItem,
    quitting,
  });
  quitting.watch(powerMonitor, process);
  rain.start({ hidden: hidden || openedAtLogin() });
  if (link !== undefined) rain.links.open(link);
  return rain;
}

/** macOS gives login items no arguments. */
function openedAtLogin(): boolean {
  return process.platform === 'darwin' && app.getLoginItemSettings().wasOpenedAtLogin;
}
