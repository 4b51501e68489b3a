/**
 * Starting at login. macOS and Windows keep a list of login items; on Linux it is a desktop entry in the autostart
 * folder (freedesktop.org, Desktop Application Autostart Specification).
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../../core/failure.ts';
import { HIDDEN } from '../start/arguments.ts';

export interface LoginItem {
  /** As the system has it: a person may have changed it there. */
  isSet(): Promise<boolean>;
  /** Rejects with Failure `no-permission`. */
  set(on: boolean): Promise<void>;
}

/** What starts this app: the program and its arguments. */
export type StartCommand = readonly [string, ...string[]];

const FILE = 'pouring-rain.desktop';

/** `config`: the folder of the person's configuration, by default as the XDG Base Directory Specification says. */
export function desktopEntryLoginItem(command: StartCommand, config: string = configFolder()): LoginItem {
  const folder = join(config, 'autostart');
  const file = join(folder, FILE);
  return {
    isSet: async () => {
      const entry = await readFile(file, 'utf8').catch(() => '');
      return entry !== '' && !/^\s*(Hidden\s*=\s*true|X-GNOME-Autostart-enabled\s*=\s*false)/m.test(entry);
    },
    set: async (on) => {
      try {
        if (!on) return await rm(file, { force: true });
        await mkdir(folder, { recursive: true });
        await writeFile(file, desktopEntry(command));
      } catch (error) {
        throw new Failure('no-permission', `${file} cannot be written.`, 'Check who may write there.', error);
      }
    },
  };
}

/** Relative paths in the variable are invalid and to be ignored. */
function configFolder(): string {
  const { XDG_CONFIG_HOME } = process.env;
  return XDG_CONFIG_HOME?.startsWith('/') ? XDG_CONFIG_HOME : join(homedir(), '.config');
}

/** The entry that starts `command` without a window. */
export function desktopEntry(command: StartCommand): string {
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Version=1.0',
    'Name=Pouring Rain',
    `Exec=${[...command, HIDDEN].map(quoted).join(' ')}`,
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');
}

/**
 * An argument of Exec: in quotes, in which four characters are escaped, and a percent sign doubled; then the escapes
 * of all strings of an entry, of which a backslash is one (Desktop Entry Specification, "The Exec key").
 */
function quoted(argument: string): string {
  const inQuotes = argument.replace(/["`$\\]/g, '\\$&').replaceAll('%', '%%');
  return `"${inQuotes.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}"`;
}
