/** The one window: made when it is first wanted, hidden and shown again afterwards. */
import { join } from 'node:path';
import { app, BrowserWindow, nativeTheme, screen, type WebContents, type WebFrameMain } from 'electron';
import type { News, NewsName } from '../../preload/contract.ts';
import { showContextMenu } from './context-menu.ts';
import type { Page } from './page.ts';
import { LEAST, openingBounds, type Remembered } from './remembered.ts';
import { sealContents } from './sealing.ts';

/** The ground of the page (renderer/design/tokens.css), so that nothing flashes before it is drawn. */
const BACKDROP = { light: '#f4f6f8', dark: '#111418' } as const;
const PRELOAD = join(import.meta.dirname, '../preload/index.cjs');

export interface MainWindowHost {
  readonly page: Page;
  recall(): Remembered;
  /** Where the window is now. */
  moved(where: Pick<Remembered, 'bounds' | 'maximized'>): void;
  /** The app is going, and the window with it. */
  mayClose(): boolean;
  /** The person wants to close the window. */
  closing(): void;
  /** It can be seen again, and has to be told what it missed. */
  shown(): void;
  /** It has the keyboard now, or has it no more. */
  focused(focused: boolean): void;
  /** Its process ended by itself. */
  broken(): void;
}

type Message = { readonly [N in NewsName]: { readonly name: N; readonly news: News[N] } }[NewsName];

export class MainWindow {
  readonly #host: MainWindowHost;
  #window: BrowserWindow | undefined;
  /** The page has asked for the state, and so hears what it is told. */
  #isListening = false;
  #waiting: Message[] = [];

  constructor(host: MainWindowHost) {
    this.#host = host;
  }

  get browserWindow(): BrowserWindow | undefined {
    return this.#window;
  }

  /** A person could see it. */
  get isShown(): boolean {
    const window = this.#window;
    return window?.isVisible() === true && !window.isMinimized();
  }

  get isFocused(): boolean {
    return this.#window?.isFocused() === true;
  }

  /** Brings it to the front, making it if need be. */
  show(): void {
    if (this.#window === undefined) {
      this.#window = this.#create();
      return;
    }
    if (this.#window.isMinimized()) this.#window.restore();
    this.#window.show();
    this.#window.focus();
  }

  hide(): void {
    this.#window?.hide();
  }

  minimize(): void {
    this.#window?.minimize();
  }

  /** The sender is the page of this window, not a frame in it nor a page that took its place. */
  isOurs(sender: WebContents, frame: WebFrameMain | null): boolean {
    return (
      frame !== null &&
      sender === this.#window?.webContents &&
      frame === sender.mainFrame &&
      this.#host.page.owns(frame.url)
    );
  }

  /** Tells the page; kept until it listens, when `keep` says that it cannot learn it otherwise. */
  tell<N extends NewsName>(name: N, news: News[N], { keep = false } = {}): void {
    if (this.#isListening) this.#window?.webContents.send(name, news);
    else if (keep) this.#waiting.push({ name, news } as Message);
  }

  /** The page has asked for the state. */
  listens(): void {
    this.#isListening = true;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { name, news } of waiting) this.#window?.webContents.send(name, news);
  }

  #create(): BrowserWindow {
    const { bounds, maximized } = this.#host.recall();
    const screens = screen.getAllDisplays().map(({ workArea }) => workArea);
    const window = new BrowserWindow({
      ...openingBounds(bounds, screens),
      minWidth: LEAST.width,
      minHeight: LEAST.height,
      show: false,
      autoHideMenuBar: true,
      backgroundColor: nativeTheme.shouldUseDarkColors ? BACKDROP.dark : BACKDROP.light,
      webPreferences: {
        preload: PRELOAD,
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        webviewTag: false,
        // Dictionaries are fetched from the network.
        spellcheck: false,
      },
    });
    window.once('ready-to-show', () => {
      if (maximized) window.maximize();
      window.show();
    });
    this.#follow(window);
    this.#followPage(window.webContents);
    window.loadURL(this.#host.page.url).catch((error) => console.error(error));
    return window;
  }

  #follow(window: BrowserWindow): void {
    const moved = (): void =>
      this.#host.moved({ bounds: window.getNormalBounds(), maximized: window.isMaximized() });
    window.on('resize', moved);
    window.on('move', moved);
    window.on('close', (event) => {
      if (this.#host.mayClose()) return;
      event.preventDefault();
      this.#host.closing();
    });
    // Windows does not wait; what has been flushed until the process ends is kept.
    window.on('session-end', () => app.quit());
    window.on('closed', () => {
      this.#window = undefined;
      this.#isListening = false;
    });
    window.on('show', () => this.#host.shown());
    window.on('restore', () => this.#host.shown());
    window.on('focus', () => this.#host.focused(true));
    window.on('blur', () => this.#host.focused(false));
  }

  #followPage(contents: WebContents): void {
    sealContents(contents, this.#host.page);
    contents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
      if (isMainFrame && !isSameDocument) this.#isListening = false;
    });
    contents.on('context-menu', (_event, what) => showContextMenu(contents, what));
    contents.on('render-process-gone', (_event, { reason }) => {
      if (reason === 'clean-exit') return;
      this.#window?.destroy();
      this.#host.broken();
    });
  }
}
