/** One running app with data of its own, driven as a person would and killed as a power cut would. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, type ElectronApplication, type Page } from 'playwright/test';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** Chromium refuses its sandbox to root. */
const AS_ROOT = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

export interface AppOptions {
  /** Folder of all that the app keeps: opened again with the same one, it goes on. */
  readonly data: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export class App {
  readonly electron: ElectronApplication;
  readonly data: string;
  readonly #closed: Promise<unknown>;
  #output = '';

  static async launch({ data, args = [], env = {} }: AppOptions): Promise<App> {
    const electron = await _electron.launch({
      args: [...AS_ROOT, ROOT, ...args],
      cwd: ROOT,
      env: { ...(process.env as Record<string, string>), RAIN_USER_DATA: join(data, 'app'), ...env },
    });
    return new App(electron, data);
  }

  private constructor(electron: ElectronApplication, data: string) {
    this.electron = electron;
    this.data = data;
    this.#closed = electron.waitForEvent('close', { timeout: 0 });
    for (const stream of [electron.process().stdout, electron.process().stderr]) {
      stream?.on('data', (bytes: Buffer) => {
        this.#output += bytes.toString();
      });
    }
  }

  /** All that the process has said. */
  get output(): string {
    return this.#output;
  }

  page(): Promise<Page> {
    return this.electron.firstWindow();
  }

  /** Drops files and folders on the middle of the window: Chromium itself makes the File objects of these paths. */
  async drop(paths: readonly string[]): Promise<void> {
    const page = await this.page();
    const { width, height } = await page.evaluate(() => ({ width: innerWidth, height: innerHeight }));
    const session = await page.context().newCDPSession(page);
    const data = { items: [], files: [...paths], dragOperationsMask: 1 };
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
      await session.send('Input.dispatchDragEvent', { type, x: width / 2, y: height / 2, data });
    }
    await session.detach();
  }

  /** What is on the system's clipboard. */
  clipboard(): Promise<string> {
    return this.electron.evaluate(({ clipboard }) => clipboard.readText());
  }

  async copy(text: string): Promise<void> {
    await this.electron.evaluate(({ clipboard }, copied) => clipboard.writeText(copied), text);
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
      BrowserWindow.getAllWindows().some((window) => window.isVisible()),
    );
  }

  async quit(): Promise<void> {
    await this.electron.evaluate(({ app }) => app.quit()).catch(() => undefined);
    await this.#closed;
  }

  async kill(): Promise<void> {
    this.electron.process().kill('SIGKILL');
    await this.#closed;
  }
}
