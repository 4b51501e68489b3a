/**
 * Whether a tray is really there. On Linux the desktop says so on the session bus: something has to own the name of
 * the watcher (freedesktop.org, StatusNotifierItem) and know of a host that draws the icons. Electron does not tell:
 * a Tray is made either way, and on a desktop without one it is nowhere.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const WATCHER = 'org.kde.StatusNotifierWatcher';
const PATH = '/StatusNotifierWatcher';
const PROPERTY = 'IsStatusNotifierHostRegistered';
const PROPERTIES = 'org.freedesktop.DBus.Properties.Get';
/** A bus that takes longer is as good as none, ms. */
const PATIENCE = 2000;

/** One of these comes with every desktop: systemd's, GLib's, that of D-Bus itself. */
const ASKERS: readonly (readonly [program: string, ...args: string[]])[] = [
  ['busctl', '--user', 'get-property', WATCHER, PATH, WATCHER, PROPERTY],
  [
    'gdbus',
    'call',
    '--session',
    '--dest',
    WATCHER,
    '--object-path',
    PATH,
    '--method',
    PROPERTIES,
    WATCHER,
    PROPERTY,
  ],
  [
    'dbus-send',
    '--session',
    '--print-reply',
    `--dest=${WATCHER}`,
    PATH,
    PROPERTIES,
    `string:${WATCHER}`,
    `string:${PROPERTY}`,
  ],
];

/** Runs a program; its output, or undefined when it is not there or fails. */
export type Ask = (program: string, args: readonly string[]) => Promise<string | undefined>;

export async function isTrayThere(platform: NodeJS.Platform, ask: Ask = run): Promise<boolean> {
  if (platform !== 'linux') return true;
  if (!hasSessionBus()) return false;
  for (const [program, ...args] of ASKERS) {
    const output = await ask(program, args);
    if (output !== undefined) return /\btrue\b/.test(output);
  }
  return false;
}

/** Asking where there is none would start one, on some systems. */
function hasSessionBus(): boolean {
  const { DBUS_SESSION_BUS_ADDRESS, XDG_RUNTIME_DIR } = process.env;
  if (DBUS_SESSION_BUS_ADDRESS) return true;
  return XDG_RUNTIME_DIR !== undefined && existsSync(join(XDG_RUNTIME_DIR, 'bus'));
}

function run(program: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: PATIENCE }, (error, stdout) =>
      resolve(error === null ? stdout : undefined),
    );
  });
}
