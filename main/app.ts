/** The app: the engine, its window, its tray, and what connects them. */
import { app, clipboard, Menu, nativeTheme, shell } from 'electron';
import type { NodeEvent, TransferSnapshot } from '../core/api.ts';
import type { About, Engine as EngineState, News, Settings, WindowState } from '../preload/contract.ts';
import { isAtWork, isBusy, recentLinks } from './activity.ts';
import type { Answers } from './ipc/answer.ts';
import { applicationAnswers } from './ipc/application.ts';
import { systemDialogs } from './ipc/dialogs.ts';
import { fetchingAnswers } from './ipc/fetching.ts';
import { preferenceAnswers } from './ipc/preferences.ts';
import { pauseAll, resumeAll, rowAnswers } from './ipc/rows.ts';
import { serveRequests } from './ipc/serve.ts';
import { sharingAnswers } from './ipc/sharing.ts';
import { ClipboardOffers, readLink } from './links.ts';
import { Engine } from './node/engine.ts';
import { Gathering } from './node/gathering.ts';
import { configurationChange, openingOptions } from './node/node-options.ts';
import { RemoteNode } from './node/remote-node.ts';
import { problemOf } from './problem.ts';
import { type Loaded, saveSettings } from './settings/settings-file.ts';
import { SettingsKeeper } from './settings/settings-keeper.ts';
import type { Quitting } from './start/quitting.ts';
import type { LoginItem } from './system/autostart.ts';
import { Awake } from './system/awake.ts';
import { Notifier } from './system/notifier.ts';
import { isOnline, watchOnline } from './system/online.ts';
import type { TrayView } from './tray/app-tray.ts';
import { rateText } from './tray/rate-text.ts';
import { TrayKeeper } from './tray/tray-keeper.ts';
import { appMenu } from './window/app-menu.ts';
import { whatClosingDoes } from './window/closing.ts';
import { MainWindow } from './window/main-window.ts';
import type { Page } from './window/page.ts';
import { WindowMemory } from './window/remembered.ts';
import { spokenLanguage, type Words, wordsOf } from './words.ts';

/** How often the tray and what keeps the system awake are looked at, ms. */
const BEAT = 1000;
const RECENT_LINKS = 8;
const MAX_TOLD_LINK = 300;

export interface AppSurroundings {
  readonly about: About;
  readonly page: Page;
  readonly loaded: Loaded;
  readonly loginItem: LoginItem;
  readonly quitting: Quitting;
}

export class RainApp {
  readonly #around: AppSurroundings;
  readonly #engine: Engine;
  readonly #settings: SettingsKeeper;
  readonly #window: MainWindow;
  readonly #tray: TrayKeeper;
  readonly #memory: WindowMemory;
  readonly #gathering = new Gathering((events) => this.#window.tell('node', events));
  readonly #notifier = new Notifier();
  readonly #awake = new Awake();
  readonly #offers = new ClipboardOffers();
  readonly #answers: Answers;
  #language: 'en' | 'de' = 'en';
  #words: Words = wordsOf('en');

  constructor(around: AppSurroundings) {
    this.#around = around;
    const { about, loaded, page } = around;
    this.#memory = new WindowMemory(about.dataFolder);
    this.#engine = new Engine({
      start: (options, host) => RemoteNode.open(new URL('./node-thread.js', import.meta.url), options, host),
      stateChanged: (state) => this.#engineChanged(state),
      event: (event) => this.#heard(event),
      completed: (transfer) => this.#completed(transfer),
      problem: (problem) => this.#notice({ type: 'problem', problem }),
    });
    this.#settings = new SettingsKeeper(loaded.settings, {
      apply: (after, before) => this.#apply(after, before),
      save: (settings) => saveSettings(about.dataFolder, settings),
      changed: (after, before) => this.#settingsChanged(after, before),
    });
    this.#window = new MainWindow({
      page,
      recall: () => this.#memory.current,
      moved: (where) => this.#memory.change(where),
      closing: () => this.#closing(),
      shown: () => this.#tellAll(),
      focused: () => void this.#offerClipboard(),
      broken: () =>
        this.#notifier.say(this.#words('brokenWindowTitle'), this.#words('brokenWindowBody'), () =>
          this.show(),
        ),
    });
    this.#tray = new TrayKeeper({
      platform: about.platform,
      commands: {
        open: () => this.show(),
        pauseAll: () => this.#run(pauseAll(this.#engine)),
        resumeAll: () => this.#run(resumeAll(this.#engine)),
        copy: (link) => clipboard.writeText(link),
        quit: () => app.quit(),
      },
      words: () => this.#words,
      view: () => this.#trayView(),
      changed: () => this.#tellAll(),
    });
    this.#answers = this.#allAnswers();
  }

  /** `hidden`: no window is made before somebody asks for it. */
  start({ hidden }: { readonly hidden: boolean }): void {
    const { loaded, about } = this.#around;
    nativeTheme.themeSource = this.#settings.current.theme;
    this.#speak();
    serveRequests(this.#answers, (sender, frame) => this.#window.isOurs(sender, frame));
    void this.#openEngine();
    if (!hidden) this.show();
    if (loaded.problem !== undefined) this.#notice({ type: 'problem', problem: loaded.problem });
    this.#tray.start();
    watchOnline((online) => this.#window.tell('online', online));
    setInterval(() => this.#beat(), BEAT).unref();
    if (about.platform === 'win32') app.setAppUserModelId('net.pouring-rain.app');
  }

  show(): void {
    this.#window.show();
  }

  /** A link from outside: shown, whatever it holds, before anything is done with it. */
  async openLink(text: string): Promise<void> {
    this.show();
    await this.#engine.settled();
    try {
      const facts = readLink(text, this.#engine.mirror);
      this.#window.tell('link', { facts, origin: 'outside' }, { keep: true });
    } catch (error) {
      const badLink = { text: text.slice(0, MAX_TOLD_LINK), problem: problemOf(error) };
      this.#window.tell('badLink', badLink, { keep: true });
    }
  }

  /** Flushes everything that is kept. */
  async close(): Promise<void> {
    await Promise.all([this.#engine.close(), this.#memory.flush()]);
  }

  /** Closing takes so long that the person should know why. */
  tellOfClosing(): void {
    if (this.#window.isShown) this.#notice({ type: 'quitting' });
    else this.#notifier.say(this.#words('quittingTitle'), this.#words('quittingBody'), () => undefined);
  }

  #allAnswers(): Answers {
    const engine = this.#engine;
    const settings = this.#settings;
    const dialogs = systemDialogs(() => (this.#window.isShown ? this.#window.browserWindow : undefined));
    const words = (): Words => this.#words;
    return {
      ...applicationAnswers({
        state: () => {
          this.#window.listens();
          return this.#state();
        },
        reopen: () => this.#openEngine(),
        quit: () => app.quit(),
      }),
      ...sharingAnswers(engine, dialogs),
      ...fetchingAnswers(engine, settings, dialogs, words),
      ...preferenceAnswers(engine, settings, dialogs, words),
      ...rowAnswers(engine, {
        copy: (text) => clipboard.writeText(text),
        showInFolder: (path) => shell.showItemInFolder(path),
      }),
    };
  }

  #state(): WindowState {
    return {
      engine: this.#engine.state,
      node: this.#engine.mirror.snapshot(),
      settings: this.#settings.current,
      about: this.#around.about,
      tray: this.#tray.isThere,
      online: isOnline(),
    };
  }

  #openEngine(): Promise<void> {
    return this.#engine.open(openingOptions(this.#settings.current, this.#around.about.dataFolder));
  }

  #engineChanged(state: EngineState): void {
    if (state.state === 'opening') this.#window.tell('engine', state);
    else this.#tellAll();
  }

  #heard(event: NodeEvent): void {
    if (event.type === 'log' && event.level === 'warn') console.warn(event.message);
    // A window that cannot be seen is told everything when it can.
    if (this.#window.isShown) this.#gathering.add(event);
  }

  #completed({ key, name }: TransferSnapshot): void {
    if (this.#window.isShown && this.#window.isFocused) return;
    this.#notifier.say(this.#words('doneTitle', { name }), this.#words('doneBody'), () => {
      this.show();
      this.#window.tell('show', { key }, { keep: true });
    });
  }

  #tellAll(): void {
    this.#gathering.clear();
    this.#window.tell('state', this.#state());
  }

  #notice(notice: News['notice']): void {
    this.#window.tell('notice', notice, { keep: true });
  }

  /** Of what menus start, the window hears only when it goes wrong. */
  #run(command: Promise<unknown>): void {
    command.catch((error) => this.#notice({ type: 'problem', problem: problemOf(error) }));
  }

  async #apply(after: Settings, before: Settings): Promise<void> {
    const change = configurationChange(before, after);
    if (change !== undefined && this.#engine.state.state !== 'failed')
      await this.#engine.call('configure', change);
    if (after.startAtLogin !== before.startAtLogin) await this.#around.loginItem.set(after.startAtLogin);
  }

  #settingsChanged(after: Settings, before: Settings): void {
    nativeTheme.themeSource = after.theme;
    if (after.language !== before.language) this.#speak();
    this.#window.tell('settings', after);
    // Another port may be just what it takes.
    if (this.#engine.state.state === 'failed' && configurationChange(before, after)) void this.#openEngine();
  }

  #speak(): void {
    this.#language = spokenLanguage(this.#settings.current.language, app.getPreferredSystemLanguages());
    this.#words = wordsOf(this.#language);
    const showScreen = (screen: 'transfers' | 'settings' | 'about'): void => {
      this.show();
      this.#window.tell('show', { screen }, { keep: true });
    };
    const commands = {
      share: (what: 'files' | 'folder') =>
        this.#run(
          Promise.resolve(this.#answers.chooseShare({ what, public: this.#settings.current.sharePublic })),
        ),
      pauseAll: () => this.#run(pauseAll(this.#engine)),
      resumeAll: () => this.#run(resumeAll(this.#engine)),
      showScreen,
      quit: () => app.quit(),
    };
    Menu.setApplicationMenu(appMenu(this.#words, commands, this.#around.about.platform));
    this.#tray.redraw();
  }

  #closing(): boolean {
    if (this.#around.quitting.isUnderWay) return true;
    void this.#close();
    return false;
  }

  async #close(): Promise<void> {
    const does = whatClosingDoes({
      onClose: this.#settings.current.onClose,
      atWork: isAtWork(this.#engine.mirror),
      // Asked anew: a panel may have gone, and with it the only way back to the window.
      tray: await this.#tray.look(),
      platform: this.#around.about.platform,
    });
    if (does === 'quit') return app.quit();
    if (does === 'minimize') {
      this.#notice({ type: 'no-tray' });
      return this.#window.minimize();
    }
    this.#window.hide();
    if (this.#memory.current.toldOfTray) return;
    this.#memory.change({ toldOfTray: true });
    const told = this.#notifier.say(this.#words('closedToTrayTitle'), this.#words('closedToTrayBody'), () =>
      this.show(),
    );
    if (!told) this.#notice({ type: 'closed-to-tray' });
  }

  async #offerClipboard(): Promise<void> {
    // Electron 45 gives a promise, and 33 the text itself.
    const facts = this.#offers.see(await clipboard.readText(), this.#engine.mirror);
    if (facts !== undefined) this.#window.tell('link', { facts, origin: 'clipboard' }, { keep: true });
  }

  #beat(): void {
    this.#awake.set(isBusy(this.#engine.mirror));
    this.#tray.redraw();
  }

  #trayView(): TrayView {
    const { up, down } = this.#engine.mirror.rates;
    return {
      up: rateText(up, this.#language),
      down: rateText(down, this.#language),
      recent: recentLinks(this.#engine.mirror, RECENT_LINKS),
    };
  }
}
