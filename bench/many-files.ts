/** A folder of 100,000 small files, shared by one process and fetched by another. Linux, for its /proc. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { residentOf } from './memory/process.ts';
import { runRain, startRain } from './memory/rain.ts';
import { table } from './table.ts';

const FOLDERS = 100;
const FILES = 1000;
/** Bytes resident at most in the one that shares. */
const ALLOWED = 300e6;
const LOOPBACK = '127.0.0.1';

interface Step {
  readonly what: string;
  readonly seconds: number;
  /** Bytes resident at most. */
  readonly peak: number;
}

export async function benchManyFiles({ json }: { readonly json: boolean }): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'pouring-rain-many-files-'));
  try {
    await makeFiles(join(folder, 'many'));
    const steps = await measure(folder);
    console.log(json ? JSON.stringify(steps, undefined, 2) : report(steps));
    if (steps[0].peak > ALLOWED) process.exitCode = 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function makeFiles(root: string): Promise<void> {
  for (let outer = 0; outer < FOLDERS; outer++) {
    const folder = join(root, `folder ${outer}`);
    await mkdir(folder, { recursive: true });
    for (let inner = 0; inner < FILES; inner++)
      await writeFile(join(folder, `file ${inner}.txt`), `${outer} ${inner}`);
  }
}

async function measure(folder: string): Promise<Step[]> {
  const data = join(folder, 'sharing');
  const began = performance.now();
  const sharing = startRain('share', join(folder, 'many'), '--bind', LOOPBACK, '--no-lan', '--data', data);
  try {
    type Shared = { readonly event: 'shared'; readonly link: string; readonly port: number };
    const { link, port } = await sharing.until<Shared>('shared', new AbortController().signal);
    const seconds = (performance.now() - began) / 1000;
    const from = ['--from', `${LOOPBACK}:${port}`, '--no-lan', '--quiet'];
    const fetching = await runRain(
      ...['get', link, ...from, '--timeout', '600', '--data', join(folder, 'fetching'), '--out', folder],
    );
    const { peak } = residentOf(sharing.pid ?? 0);
    return [
      { what: 'rain share, until it is hashed; memory until it is fetched', seconds, peak },
      { what: 'rain get', ...fetching },
    ];
  } finally {
    await sharing.stop();
  }
}

function report(steps: readonly Step[]): string {
  const rows = steps.map(({ what, seconds, peak }) => [what, seconds.toFixed(1), (peak / 1e6).toFixed(0)]);
  const [minute] = loadavg();
  const heading = `${FOLDERS} x ${FILES} files; load of the last minute ${minute.toFixed(1)}`;
  return `${heading}\n\n${table(['', 's', 'MB at most'], rows)}`;
}
