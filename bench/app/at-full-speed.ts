/** What a transfer at full speed leaves of the main thread and of the window, and what it loses by being in an app. */
import { mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RainProcess } from '../../cli/rain-process.ts';
import { quantile } from '../measure.ts';
import { warmMemory } from '../warm-memory.ts';
import { LOOPBACK, type RunningApp, runApp, type Stage } from './running-app.ts';

const BYTES = 2 * 2 ** 30;
/** Each; the two take turns, and turns at being first: speed differs more from minute to minute than between them. */
const RUNS = 5;
/** In runs of their own: whoever clicks eight times a second wants a picture for each, and not the file. */
const CLICKS = 20;
const CLICKED_RUNS = 3;
/** How long a run may take, ms, before what it says of itself is printed instead. */
const LONGEST = 60_000;
const RAIN = fileURLToPath(new URL('../../out/cli/index.js', import.meta.url));

/** One run of one of the two. */
interface Fetched {
  readonly seconds: number;
  readonly overhead: number;
}

export interface FullSpeed {
  readonly bytes: number;
  /** Medians. */
  readonly app: Fetched;
  readonly rain: Fetched;
  /** Delay of main's event loop while it ran, ms: 99th percentile, worst run of all. */
  readonly loopDelayP99: number;
  /** From a click to the picture that answers it, ms, over the runs with clicks. */
  readonly clickMedian: number;
  readonly clickWorst: number;
}

export async function atFullSpeed(stage: Stage, folder: string): Promise<FullSpeed> {
  const file = join(folder, 'sparse.bin');
  const handle = await open(file, 'w');
  await handle.truncate(BYTES);
  await handle.close();
  const seed = ['share', file, '--public', '--bind', LOOPBACK, '--no-lan', '--data', join(folder, 'seed')];
  const server = new RainProcess([process.execPath, RAIN], seed);
  try {
    const { signal } = new AbortController();
    const { link, port } = await server.until<Shared>('shared', signal);
    const from = `${link}${link.includes('?') ? '&' : '?'}s=${LOOPBACK}:${port}`;
    const clicked: AppRun[] = [];
    for (let run = 0; run < CLICKED_RUNS; run++) {
      clicked.push(await inFolder(folder, (data) => fetchInApp(stage, data, from, CLICKS)));
    }
    const inApp: AppRun[] = [];
    const inRain: Fetched[] = [];
    for (let run = 0; run < RUNS; run++) {
      const turns = [
        async () => inApp.push(await inFolder(folder, (data) => fetchInApp(stage, data, from, 0))),
        async () => inRain.push(await inFolder(folder, (data) => fetchInRain(data, from))),
      ];
      if (run % 2 === 1) turns.reverse();
      for (const turn of turns) await turn();
    }
    const clicks = clicked.flatMap((run) => run.clicks);
    return {
      bytes: BYTES,
      app: median(inApp),
      rain: median(inRain),
      loopDelayP99: Math.max(...[...clicked, ...inApp].map((run) => run.loopDelayP99)),
      clickMedian: quantile(clicks, 0.5),
      clickWorst: Math.max(...clicks),
    };
  } finally {
    await server.stop();
  }
}

interface Shared {
  readonly event: 'shared';
  readonly link: string;
  readonly port: number;
}

interface Done extends Fetched {
  readonly event: 'done';
}

interface AppRun extends Fetched {
  readonly loopDelayP99: number;
  readonly clicks: readonly number[];
}

async function inFolder<T>(parent: string, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(parent, 'run-'));
  const result = await work(folder);
  await rm(folder, { recursive: true });
  return result;
}

function median(runs: readonly Fetched[]): Fetched {
  const of = (field: keyof Fetched): number =>
    quantile(
      runs.map((run) => run[field]),
      0.5,
    );
  return { seconds: of('seconds'), overhead: of('overhead') };
}

async function fetchInRain(data: string, link: string): Promise<Fetched> {
  const out = join(data, 'out');
  await mkdir(out);
  await warmMemory(data, BYTES);
  const args = ['get', link, '--out', out, '--no-lan', '--data', join(data, 'node')];
  const client = new RainProcess([process.execPath, RAIN], args);
  try {
    return await client.until<Done>('done', new AbortController().signal);
  } finally {
    await client.stop();
  }
}

async function fetchInApp(stage: Stage, data: string, link: string, clicks: number): Promise<AppRun> {
  const app = await runApp(stage, data);
  try {
    await app.page.evaluate(WATCH_CLICKS);
    await warmMemory(data, BYTES);
    await app.electron.evaluate(watchLoop);
    await app.page.evaluate(`window.rain.fetch({ link: ${JSON.stringify(link)} })`);
    await app.page.locator('[data-row]').waitFor();
    await clickAround(app, clicks);
    const done = (await app.page.evaluate(UNTIL_DONE)) as Fetched;
    const loopDelayP99 = await app.electron.evaluate(loopDelay);
    const answered = (await app.page.evaluate('window.clicks')) as number[];
    return { ...done, loopDelayP99, clicks: answered };
  } finally {
    await app.close();
  }
}

/** Opens and closes the row, while the transfer runs. */
async function clickAround({ page }: RunningApp, clicks: number): Promise<void> {
  const toggle = page.locator('[data-row] button').first();
  for (let click = 0; click < clicks; click++) await toggle.click();
}

/** Event timing: from the hardware's time stamp to the next frame after all handlers, in steps of 8 ms. */
const WATCH_CLICKS = `
  window.clicks = [];
  new PerformanceObserver((list) => {
    for (const { name, duration } of list.getEntries()) if (name === 'click') window.clicks.push(duration);
  }).observe({ type: 'event', durationThreshold: 16 });
`;

const UNTIL_DONE = `(async () => {
  const end = performance.now() + ${LONGEST};
  for (;;) {
    const answer = await window.rain.state();
    const transfer = answer.value?.node.transfers[0];
    if (transfer?.state === 'done') return { seconds: transfer.seconds, overhead: transfer.overhead };
    if (performance.now() > end) throw new Error('not done: ' + JSON.stringify(transfer ?? answer));
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
})()`;

/** Both run inside the app's main process. */
function watchLoop(): void {
  const { monitorEventLoopDelay } = process.getBuiltinModule('node:perf_hooks');
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  histogram.enable();
  Object.assign(globalThis, { loopHistogram: histogram });
}

function loopDelay(): number {
  const { loopHistogram } = globalThis as unknown as { loopHistogram: { percentile(p: number): number } };
  return loopHistogram.percentile(99) / 1e6;
}
