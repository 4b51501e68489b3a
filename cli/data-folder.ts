import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

type Variable = 'RAIN_DATA' | 'XDG_DATA_HOME' | 'APPDATA' | 'HOME';

/** What decides where the data folder is, given so that every platform's rule can be tested on one. */
export interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Partial<Record<Variable, string | undefined>>>;
  readonly cwd: string;
}

/** `--data`, else RAIN_DATA, else where the platform keeps the data of applications; absolute. */
export function dataFolder(given: string | undefined, around: Surroundings): string {
  const chosen = given ?? nonEmpty(around.env.RAIN_DATA);
  return chosen === undefined ? platformFolder(around) : resolve(around.cwd, chosen);
}

function platformFolder({ platform, env }: Surroundings): string {
  if (platform === 'win32') {
    return join(nonEmpty(env.APPDATA) ?? join(homedir(), 'AppData', 'Roaming'), 'Pouring Rain');
  }
  if (platform === 'darwin') {
    return join(homeOf(env), 'Library', 'Application Support', 'Pouring Rain');
  }
  // XDG Base Directory Specification: relative paths in these variables are invalid and to be ignored.
  const base = nonEmpty(env.XDG_DATA_HOME);
  return join(base?.startsWith('/') ? base : join(homeOf(env), '.local', 'share'), 'pouring-rain');
}

function homeOf(env: Surroundings['env']): string {
  return nonEmpty(env.HOME) ?? homedir();
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
