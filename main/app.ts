/** The app: the engine, its window, its tray, and what connects them. */
import { app, Menu, nativeTheme } from 'electron';
import type { NodeEvent, TransferSnapshot } from '../core/api.ts';
import type { About, Engine as EngineState, News, Settings, WindowState } from '../preload/contract.ts';
import { isAtWork, isBusy } from './activity.ts';
import { type Commands, commandsOf } from './commands.ts';
import type { Answers } from './ipc/answer.ts';
import { allAnswers } from './ipc/answers.ts';
import { serveRequests } from './ipc/serve.ts';
import { LinksIn } from './links-in.ts';
import { Engine } from './node/engine.ts';
import { Gathering } from './node/gathering.ts';
import { configurationChange, openingOptions } from './node/node-options.ts';
import { RemoteNode } from './node/remote-node.ts';
import { type Loaded, saveSettings } from './settings/settings-file.ts';
import { SettingsKeeper } from './settings/settings-keeper.ts';
import { readArguments } from './start/arguments.ts';
import type { Quitting } from './start/quitting.ts';
import { SecretFile } from './store/secret-file.ts';
import { StoreKeeper } from './store/store-keeper.ts';
import type { LoginItem } from './system/autostart.ts';
import { Awake } from './system/awake.ts';
import { Notifier } from './system/notifier.ts';
import { isOnline, watchOnline } from './system/online.ts';
import { systemSeal } from './system/seal.ts';
import { TrayKeeper } from './tray/tray-keeper.ts';
import { trayViewOf } from './tray/tray-view.ts';
import { appMenu } from './window/app-menu.ts';
import { whatClosingDoes } from './window/closing.ts';
import { MainWindow } from './window/main-window.ts';
import type { Page } from './window/page.ts';
import { WindowMemory } from './window/remembered.ts';
import { spokenLanguage, type WordKey, type Words, wordsOf } from './words.ts';

/** How often the tray and what keeps the system awake are looked at, ms. */
const BEAT = 1000;

export interface AppSurroundings {
  readonly about: About;
  readonly page: Page;
  readonly loaded: Loaded;
  readonly loginItem: LoginItem;
  readonly quitting: Quitting;
}

export class RainApp {
  readonly links: LinksIn;
  readonly #around: AppSurroundings;
  readonly #engine: Engine;
  readonly #settings: SettingsKeeper;
  readonly #store: StoreKeeper;
  readonly #window: MainWindow;
  readonly #tray: TrayKeeper;
  readonly #memory: WindowMemory;
  readonly #answers: Answers;
  readonly #commands: Commands;
  readonly #gathering = new Gathering((events) => this.#window.tell('node', events));
  readonly #notifier = new Notifier(process.platform);
  readonly #awake = new Awake();
  #language: 'en' | 'de' = 'en';
  #words: Words = wordsOf('en');

  constructor(around: AppSurroundings) {
    const { about, loaded, page } = around;
    this.#around = around;
    this.#memory = new WindowMemory(about.dataFolder);
    this.#engine = new Engine({
      start: (options, host) => RemoteNode.open(new URL('./node-thread.js', import.meta.url), options, host),
      stateChanged: (state) => this.#engineChanged(state),
      event: (event) => this.#heard(event),
      completed: (transfer) => this.#completed(transfer),
      store: (store) => this.#store.heard(store),
      puts: (puts) => this.#store.heardPuts(puts),
      problem: (problem) => this.#notice({ type: 'problem', problem }),
    });
    this.#store = new StoreKeeper({
      engine: this.#engine,
      settings: () => this.#settings,
      secret: new SecretFile(about.dataFolder, systemSeal),
      changed: (store) => this.#window.tell('store', store),
      putting: (puts) => this.#window.tell('puts', puts),
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
      mayClose: () => around.quitting.isUnderWay,
      closing: () => void this.#closing(),
      shown: () => this.#tellAll(),
      focused: (focused) => {
        this.#window.tell('focused', focused);
        if (focused) void this.links.lookAtClipboard();
      },
      broken: () => this.#say('brokenWindowTitle', 'brokenWindowBody'),
    });
    this.links = new LinksIn(this.#engine, this.#window, () => this.#settings.current);
    const words = (): Words => this.#words;
    this.#answers = allAnswers(
      this.#engine,
      this.#settings,
      this.#store,
      this.#window,
      words,
      this.links.outside,
      {
        state: () => {
          this.#window.listens();
          return this.#state();
        },
        reopen: () => this.#openEngine(),
        quit: () => app.quit(),
      },
    );
    this.#commands = commandsOf(this.#window, this.#settings, this.#answers);
    this.#tray = new TrayKeeper({
      platform: about.platform,
      commands: this.#commands,
      words,
      view: () => trayViewOf(this.#engine.mirror, this.#language),
      changed: () => this.#tellAll(),
    });
  }

  /** `hidden`: no window is made before somebody asks for it. */
  start({ hidden }: { readonly hidden: boolean }): void {
    const { loaded } = this.#around;
    nativeTheme.themeSource = this.#settings.current.theme;
    this.#speak();
    serveRequests(this.#answers, (sender, frame) => this.#window.isOurs(sender, frame));
    void this.#openEngine();
    if (!hidden) this.show();
    if (loaded.problem !== undefined) this.#notice({ type: 'problem', problem: loaded.problem });
    this.#tray.start();
    watchOnline((online) => this.#window.tell('online', online));
    setInterval(() => {
      this.#awake.set(isBusy(this.#engine.mirror));
      this.#tray.redraw();
    }, BEAT).unref();
  }

  show(): void {
    this.#window.show();
  }

  /** The app was started a second time. */
  startedAgain(argv: readonly string[]): void {
    const { hidden, link } = readArguments(argv);
    const { quitting } = this.#around;
    if (quitting.isUnderWay) quitting.startAgain(argv.slice(1));
    else if (link !== undefined) this.links.open(link);
    else if (!hidden) this.show();
  }

  /** Flushes everything that is kept. */
  async close(): Promise<void> {
    await Promise.all([this.#engine.close(), this.#memory.flush()]);
  }

  /** Closing takes so long that the person should know why. */
  tellOfClosing(): void {
    if (this.#window.isShown) this.#notice({ type: 'quitting' });
    else this.#say('quittingTitle', 'quittingBody');
  }

  #openEngine(): Promise<void> {
    return this.#engine.open(openingOptions(this.#settings.current, this.#around.about.dataFolder));
  }

  #state(): WindowState {
    return {
      engine: this.#engine.state,
      node: this.#engine.mirror.snapshot(),
      settings: this.#settings.current,
      about: this.#around.about,
      tray: this.#tray.isThere,
      online: isOnline(),
      focused: this.#window.isFocused,
      outside: this.links.outside.state,
      store: this.#store.state,
      storeSecret: this.#store.secret,
      puts: this.#store.puts,
    };
  }

  #tellAll(): void {
    this.#gathering.clear();
    this.#window.tell('state', this.#state());
  }

  #notice(notice: News['notice']): void {
    this.#window.tell('notice', notice, { keep: true });
  }

  /** Says it outside of the window; a click on it shows the window. */
  #say(title: WordKey, body: WordKey): boolean {
    return this.#notifier.say(this.#words(title), this.#words(body), () => this.show());
  }

  #engineChanged(state: EngineState): void {
    if (state.state === 'opening') this.#window.tell('engine', state);
    else this.#tellAll();
    if (state.state === 'open') void this.#store.open();
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

  async #apply(after: Settings, before: Settings): Promise<void> {
    const change = configurationChange(before, after);
    if (change !== undefined && this.#engine.state.state !== 'failed') {
      await this.#engine.call('configure', change);
    }
    await this.#store.apply(after, before);
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
    Menu.setApplicationMenu(appMenu(this.#words, this.#commands, this.#around.about.platform));
    this.#tray.redraw();
  }

  async #closing(): Promise<void> {
    const does = whatClosingDoes({
      onClose: this.#settings.current.onClose,
      atWork: isAtWork(this.#engine.mirror) || this.#settings.current.store,
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
    // Who closes the window has answered: with no.
    this.links.outside.forgetAll();
    if (this.#memory.current.toldOfTray) return;
    this.#memory.change({ toldOfTray: true });
    if (!this.#say('closedToTrayTitle', 'closedToTrayBody')) this.#notice({ type: 'closed-to-tray' });
  }
}
