/** The built app on a display of its own, as the benchmarks drive it. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, type ElectronApplication, type Page } from 'playwright';
import { type Display, startDisplay } from '../../tools/display.ts';
import { electronRuntime, type Runtime } from '../../tools/electron-runtime/runtime.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const LOOPBACK = '127.0.0.1';

/** What all runs of a benchmark share. */
export interface Stage {
  readonly runtime: Runtime;
  readonly display: Display;
}

/** Rejects where there is no Xvfb, or no Electron. */
export async function openStage(): Promise<Stage> {
  const runtime = await electronRuntime();
  // Playwright asks Electron's package, which asks the environment of this process.
  Object.assign(process.env, runtime.env);
  return { runtime, display: await startDisplay() };
}

export interface RunningApp {
  readonly electron: ElectronApplication;
  readonly page: Page;
  /** From the start of the process to a window that takes a click, ms; what Playwright takes to attach included. */
  readonly startMs: number;
  close(): Promise<void>;
}

/** Where the app of the data folder `data` keeps its node's. */
export function nodeFolder(data: string): string {
  return join(data, 'node');
}

export async function runApp({ display }: Stage, data: string): Promise<RunningApp> {
  const downloads = join(data, 'downloads');
  await mkdir(downloads, { recursive: true });
  const settings = {
    downloadFolder: downloads,
    lan: false,
    bind: LOOPBACK,
    language: 'en',
    askBeforeDownload: false,
  };
  await writeFile(join(data, 'settings.json'), JSON.stringify(settings));
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const began = performance.now();
  const electron = await _electron.launch({
    args: [...asRoot, ROOT],
    cwd: ROOT,
    env: { ...(process.env as Record<string, string>), RAIN_USER_DATA: data, DISPLAY: display.name },
  });
  const page = await electron.firstWindow();
  // Disabled until the engine is open.
  await page.getByRole('button', { name: 'Share', exact: true }).click({ trial: true });
  const startMs = performance.now() - began;
  const ended = electron.waitForEvent('close', { timeout: 0 });
  const close = async (): Promise<void> => {
    await electron.evaluate(({ app }) => app.quit()).catch(() => undefined);
    await ended;
  };
  return { electron, page, startMs, close };
}

/** Memory of the app and of all its processes, pages that several share counted once, bytes. Linux alone tells it. */
export async function memoryOf({ electron }: RunningApp): Promise<number> {
  let total = 0;
  for (const pid of await familyOf(electron.process().pid ?? 0)) {
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
    total += 1024 * Number(/^Pss:\s*(\d+) kB$/m.exec(rollup)?.[1] ?? 0);
  }
  return total;
}

async function familyOf(root: number): Promise<number[]> {
  const parents = new Map<number, number>();
  for (const name of await readdir('/proc')) {
    const stat = /^\d+$/.test(name) ? await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '') : '';
    // After the name of the program, which may hold anything: state, parent.
    const parent = /.*\) \S (\d+)/s.exec(stat)?.[1];
    if (parent !== undefined) parents.set(Number(name), Number(parent));
  }
  const family = [root];
  for (const member of family) {
    for (const [pid, parent] of parents) if (parent === member) family.push(pid);
  }
  return family;
}
