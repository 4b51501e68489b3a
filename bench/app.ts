/** The app on a display that nobody looks at: its start, its memory, and how free it stays. Linux with Xvfb. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pass } from 'node:timers/promises';
import { atFullSpeed, type FullSpeed } from './app/at-full-speed.ts';
import { type Frames, type ManyRows, manyRows } from './app/many-rows.ts';
import { memoryOf, openStage, runApp, type Stage } from './app/running-app.ts';
import { quantile } from './measure.ts';
import { table } from './table.ts';

const STARTS = 5;
/** After which an app counts as idle, ms. */
const SETTLE = 5000;

interface Idle {
  /** ms, each start with data of its own. */
  readonly startMedian: number;
  readonly startWorst: number;
  /** Bytes, all processes, with the window open. */
  readonly memory: number;
}

export async function benchApp({ json }: { readonly json: boolean }): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'pouring-rain-app-'));
  const stage = await openStage();
  try {
    const idle = await startAndIdle(stage, folder);
    const speed = await atFullSpeed(stage, folder);
    const rows = await manyRows(stage, folder);
    const { kind } = stage.runtime;
    console.log(
      json ? JSON.stringify({ kind, idle, speed, rows }, undefined, 2) : report(kind, idle, speed, rows),
    );
  } finally {
    stage.display.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function startAndIdle(stage: Stage, folder: string): Promise<Idle> {
  const starts: number[] = [];
  let memory = 0;
  for (let run = 0; run < STARTS; run++) {
    const app = await runApp(stage, join(folder, `start-${run}`));
    starts.push(app.startMs);
    if (run === 0) {
      await pass(SETTLE);
      memory = await memoryOf(app);
    }
    await app.close();
  }
  return { startMedian: quantile(starts, 0.5), startWorst: Math.max(...starts), memory };
}

function report(kind: Stage['runtime']['kind'], idle: Idle, speed: FullSpeed, rows: ManyRows): string {
  const ms = (value: number): string => `${value.toFixed(0)} ms`;
  const rate = ({ seconds }: { readonly seconds: number }): string =>
    `${(speed.bytes / seconds / 1e6).toFixed(0)} MB/s`;
  const lines = [
    ['start to a usable window, median', ms(idle.startMedian), '2000 ms'],
    ['start to a usable window, worst', ms(idle.startWorst), '2000 ms'],
    ['memory, idle, all processes', `${(idle.memory / 1e6).toFixed(0)} MB`, ''],
    ['2 GiB over the loopback, app', rate(speed.app), `${rate(speed.rain)} (rain get), within 10 %`],
    ['its overhead', percent(speed.app.overhead), `${percent(speed.rain.overhead)} (rain get)`],
    ['delay of main loop meanwhile, p99', `${speed.loopDelayP99.toFixed(1)} ms`, '20 ms'],
    ['click to picture meanwhile, median', ms(speed.clickMedian), ''],
    ['click to picture meanwhile, worst', ms(speed.clickWorst), '100 ms'],
    [`${rows.rows} rows, ${rows.running} run, wheel turned fast`, frames(rows.wheel), '60 frames/s'],
    ['the same, all of the list in 4 s', frames(rows.thumb), ''],
  ];
  return `Electron: ${kind}\n\n${table(['', 'measured', 'to compare'], lines)}`;
}

function frames({ rate, p99 }: Frames): string {
  return `${rate.toFixed(1)} frames/s, p99 ${p99.toFixed(0)} ms`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
