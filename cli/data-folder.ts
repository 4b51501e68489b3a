import { userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { Failure } from '../core/failure.ts';
import { type Standpoint, standing } from './standpoint.ts';

type Variable = 'RAIN_DATA' | 'XDG_DATA_HOME' | 'APPDATA' | 'HOME' | 'TERM';

/** What decides where the data folder is, given so that every platform's rule can be tested on one. */
export interface Surroundings extends Standpoint {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Partial<Record<Variable, string | undefined>>>;
}

/** `--data`, else RAIN_DATA, else where the platform keeps the data of applications; absolute. */
export function dataFolder(given: string | undefined, around: Surroundings): string {
  const chosen = given ?? nonEmpty(around.env.RAIN_DATA);
  return chosen === undefined ? platformFolder(around) : standing(around, chosen);
}

function platformFolder({ platform, env }: Surroundings): string {
  if (platform === 'win32') {
    return join(nonEmpty(env.APPDATA) ?? join(homeOf({}), 'AppData', 'Roaming'), 'Pouring Rain');
  }
  if (platform === 'darwin') {
    return join(homeOf(env), 'Library', 'Application Support', 'Pouring Rain');
  }
  // XDG Base Directory Specification: relative paths in these variables are invalid and to be ignored.
  const base = nonEmpty(env.XDG_DATA_HOME);
  return join(base?.startsWith('/') ? base : join(homeOf(env), '.local', 'share'), 'pouring-rain');
}

function homeOf(env: Surroundings['env']): string {
  // Node takes an empty HOME at its word, and what is kept would lie wherever one is.
  if (env.HOME !== undefined && isAbsolute(env.HOME)) return env.HOME;
  const home = homeOfUser();
  if (home !== undefined) return home;
  throw new Failure('usage', 'This user has no home folder.', 'Set HOME, or name a data folder with --data.');
}

/** As the system has it in its list of users, who need not be there in a container. */
function homeOfUser(): string | undefined {
  try {
    const { homedir } = userInfo();
    return isAbsolute(homedir) ? homedir : undefined;
  } catch {
    return undefined;
  }
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
