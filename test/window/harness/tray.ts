/** A desktop with a tray, and what a person does with the icon in it. Needs a session bus of the test's own. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const WATCHER = fileURLToPath(new URL('./sni-watcher.py', import.meta.url));
/** The system's, for which its packages are made; another may come first in the path. */
const PYTHON = '/usr/bin/python3';

/** Why this machine cannot have one; undefined: it can. */
export function whyNoTray(): string | undefined {
  if (process.platform !== 'linux') return 'status notifiers are of Linux';
  const { DBUS_SESSION_BUS_ADDRESS } = process.env;
  return DBUS_SESSION_BUS_ADDRESS?.startsWith('unix:') ? undefined : 'no session bus';
}

export class Desktop {
  readonly #watcher: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  /** Name on the bus of the icon of the app. */
  #item = '';

  /** Resolves when apps can see that there is a tray. */
  static async start(): Promise<Desktop> {
    const watcher = spawn(PYTHON, [WATCHER], { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface({ input: watcher.stdout });
    const desktop = new Desktop(watcher, lines);
    await desktop.#expect(/^READY$/);
    return desktop;
  }

  private constructor(watcher: ChildProcess, lines: Interface) {
    this.#watcher = watcher;
    this.#lines = lines[Symbol.asyncIterator]();
  }

  /** Resolves when an app has put its icon into the tray. */
  async registered(): Promise<void> {
    const [, name] = await this.#expect(/^REGISTERED (\S+)$/);
    this.#item = name;
  }

  /** Clicks the icon. */
  activate(): void {
    this.#call('/StatusNotifierItem', 'org.kde.StatusNotifierItem.Activate', '0', '0');
  }

  /** Labels of the menu and its submenus, in order. */
  menu(): readonly string[] {
    return [...this.#layout().matchAll(/'label': <'([^']*)'>/g)].map(([, label]) => label);
  }

  /** Chooses an entry of the menu. */
  choose(label: string): void {
    const id = this.#layout()
      .split(/<\(/)
      .map((entry) => /^(\d+), \{.*?'label': <'([^']*)'>/.exec(entry))
      .find((match) => match?.[2] === label)?.[1];
    if (id === undefined) throw new Error(`the tray has no "${label}": ${this.menu()}`);
    this.#call('/com/canonical/dbusmenu', 'com.canonical.dbusmenu.Event', id, "'clicked'", '<0>', '0');
  }

  async stop(): Promise<void> {
    this.#watcher.kill();
    if (this.#watcher.exitCode === null && this.#watcher.signalCode === null)
      await once(this.#watcher, 'exit');
  }

  #layout(): string {
    const method = 'com.canonical.dbusmenu.GetLayout';
    return this.#call('/com/canonical/dbusmenu', method, '0', 'int32 -1', '@as []');
  }

  #call(path: string, method: string, ...args: readonly string[]): string {
    const call = ['call', '--session', '--dest', this.#item, '--object-path', path, '--method', method];
    return execFileSync('gdbus', [...call, ...args], { encoding: 'utf8' });
  }

  async #expect(wanted: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done === true) throw new Error(`the watcher ended without ${wanted}`);
      const match = wanted.exec(value);
      if (match !== null) return match;
    }
  }
}
