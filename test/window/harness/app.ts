/** One running app with data of its own, driven as a person would and killed as a power cut would. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, type ElectronApplication } from 'playwright/test';
import type { Settings } from '../../../preload/contract.ts';
import { appFolder, downloadFolder, writeSettings } from './settings.ts';
import { AppWindow } from './window.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** Chromium refuses its sandbox to root. */
const AS_ROOT = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

export interface AppOptions {
  /** Folder of all that the app keeps: opened again with the same one, it goes on. */
  readonly data: string;
  /** What is set before the first start. */
  readonly settings?: Partial<Settings>;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export class App {
  readonly electron: ElectronApplication;
  readonly data: string;
  readonly #env: Readonly<Record<string, string>>;
  readonly #process: ChildProcess;
  readonly #closed: Promise<unknown>;
  #output = '';

  static async launch({ data, settings, args = [], env = {} }: AppOptions): Promise<App> {
    const isNew = !existsSync(appFolder(data));
    if (isNew || settings !== undefined) writeSettings(data, settings ?? {});
    const environment = {
      ...(process.env as Record<string, string>),
      RAIN_USER_DATA: appFolder(data),
      // Nothing of a test is left in the configuration of whoever runs it.
      XDG_CONFIG_HOME: join(data, 'config'),
      ...env,
    };
    const electron = await _electron.launch({
      args: [...AS_ROOT, ROOT, ...args],
      cwd: ROOT,
      env: environment,
      // Playwright would have every page light.
      colorScheme: null,
    });
    return new App(electron, data, environment);
  }

  private constructor(electron: ElectronApplication, data: string, env: Readonly<Record<string, string>>) {
    this.electron = electron;
    this.data = data;
    this.#env = env;
    this.#process = electron.process();
    this.#closed = electron.waitForEvent('close', { timeout: 0 });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.on('data', (bytes: Buffer) => {
        this.#output += bytes.toString();
      });
    }
  }

  /** All that the process has said. */
  get output(): string {
    return this.#output;
  }

  get downloads(): string {
    return downloadFolder(this.data);
  }

  /** The window, when its page has been drawn. */
  async window(): Promise<AppWindow> {
    const page = await this.electron.firstWindow();
    await page.getByRole('banner').waitFor();
    return new AppWindow(page, (text) => this.copy(text));
  }

  /** Starts the program a second time with the same data; resolves when that start has ended. */
  async startAgain(...args: readonly string[]): Promise<number | null> {
    const { spawnfile } = this.#process;
    const second = spawn(spawnfile, [...AS_ROOT, ROOT, ...args], {
      cwd: ROOT,
      env: this.#env,
      stdio: 'ignore',
    });
    await once(second, 'exit');
    return second.exitCode;
  }

  /** What is on the system's clipboard. */
  clipboard(): Promise<string> {
    return this.electron.evaluate(({ clipboard }) => clipboard.readText());
  }

  async copy(text: string): Promise<void> {
    await this.electron.evaluate(({ clipboard }, copied) => clipboard.writeText(copied), text);
  }

  /** The person comes back to the window from another one: without a window manager nothing tells of it. */
  async focus(): Promise<void> {
    await this.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0].emit('focus'));
  }

  /** The person goes to another window. */
  async unfocus(): Promise<void> {
    await this.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0].emit('blur'));
  }

  /** The next dialogs that choose files or folders are answered with these paths; none: they are cancelled. */
  async answerDialogs(paths: readonly string[]): Promise<void> {
    await this.electron.evaluate(({ dialog }, filePaths) => {
      const answer = { canceled: filePaths.length === 0, filePaths: [...filePaths] };
      dialog.showOpenDialog = () => Promise.resolve(answer);
    }, paths);
  }

  /** Whether a window is there to be seen. */
  isVisible(): Promise<boolean> {
    return this.electron.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows().some((window) => window.isVisible() && !window.isMinimized()),
    );
  }

  /** What the cross of the window does. */
  async closeWindow(): Promise<void> {
    await this.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0].close());
  }

  async resize(width: number, height: number): Promise<void> {
    await this.electron.evaluate(
      ({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0].setContentSize(size.width, size.height),
      { width, height },
    );
    const page = await this.electron.firstWindow();
    await page.waitForFunction((size) => innerWidth === size.width && innerHeight === size.height, {
      width,
      height,
    });
  }

  /** Resolves when the process has ended by itself. */
  async ended(): Promise<void> {
    await this.#closed;
  }

  async quit(): Promise<void> {
    await this.electron.evaluate(({ app }) => app.quit()).catch(() => undefined);
    await this.#closed;
  }

  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#closed;
  }
}
