/**
 * What more clients cost a server: 1, 4, 16 and 64 at once fetch the same file from one node over the loopback. What
 * the node reads and encodes should not grow with them. Linux, since reads and processor time are taken from /proc;
 * as root the page cache is emptied before each run, so that what is read from the disk is counted.
 */
import { type ChildProcess, execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SpringsFigures } from '../core/engine/messages.ts';
import { answer, start, stop } from './clients/child.ts';
import type { Order } from './clients/fetchers.ts';
import type { Serving } from './clients/server.ts';
import { processorTime } from './lab/processor-time.ts';
import { makeRandomFile } from './lab/random-file.ts';
import { table } from './table.ts';

const MEBIBYTES = 256;
const BYTES = MEBIBYTES * 2 ** 20;

interface Scene {
  readonly clients: number;
  /** ms between the starts of two of them. */
  readonly apart: number;
  /** Mbit/s of symbols that each asks for at most. */
  readonly megabits?: number;
}

const SCENES: readonly Scene[] = [
  { clients: 1, apart: 0 },
  { clients: 4, apart: 0 },
  { clients: 16, apart: 0 },
  { clients: 64, apart: 0 },
  // On links that are the bottleneck.
  { clients: 4, apart: 0, megabits: 400 },
  // Apart, and long enough at it to meet.
  { clients: 16, apart: 250, megabits: 100 },
];
const SYMBOL = 1152;

interface Run extends SpringsFigures, Scene {
  /** Until the last has everything. */
  readonly seconds: number;
  /** Bytes that the server has read: by all reads, and from the disk. */
  readonly reads: number;
  readonly fromDisk: number;
  /** Seconds of processor time of the server for each client. */
  readonly cpu: number;
  /** Jain's index of the clients' rates: 1 when all are as fast. */
  readonly fairness: number;
}

export async function benchClients({
  json,
  only = '',
}: {
  readonly json: boolean;
  /** Runs whose names begin with this; all without it. */
  readonly only?: string;
}): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'pouring-rain-clients-'));
  try {
    const file = join(folder, 'file.bin');
    await makeRandomFile(file, BYTES);
    const runs: Run[] = [];
    for (const scene of SCENES.filter((one) => nameOf(one).startsWith(only))) {
      const run = await measure(file, join(folder, `data${runs.length}`), scene);
      runs.push(run);
      // It takes minutes in all: whoever stops it has seen what there was.
      console.error(`${nameOf(run)}: ${run.seconds.toFixed(1)} s`);
    }
    console.log(json ? JSON.stringify(runs, undefined, 2) : report(runs));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(file: string, data: string, scene: Scene): Promise<Run> {
  const server = start('server', file, data);
  try {
    const serving = await answer<Serving>(server);
    await dropPageCache();
    const before = await spentBy(server);
    const began = performance.now();
    const times = await fetchAll(scene, serving);
    const seconds = (performance.now() - began) / 1000;
    const after = await spentBy(server);
    const { read, presolved, made } = after.springs;
    return {
      ...scene,
      seconds,
      read,
      presolved,
      made,
      reads: after.reads - before.reads,
      fromDisk: after.fromDisk - before.fromDisk,
      cpu: (after.cpu - before.cpu) / scene.clients,
      fairness: jain(times.map((time) => 1 / time)),
    };
  } finally {
    await stop(server);
  }
}

/** Seconds that each client took. */
function fetchAll({ clients, apart, megabits }: Scene, { id, port }: Serving): Promise<number[]> {
  const order: Order = {
    clients,
    apart,
    resource: id,
    port,
    length: BYTES,
    ...(megabits !== undefined && { ceiling: Math.round((megabits * 1e6) / (8 * SYMBOL)) }),
  };
  return answer<number[]>(start('fetchers', JSON.stringify(order)));
}

async function spentBy(server: ChildProcess) {
  const pid = server.pid ?? 0;
  // The figures are told four times a second.
  await new Promise((resolve) => setTimeout(resolve, 400));
  const asked = answer<SpringsFigures>(server);
  server.send('figures');
  const springs = await asked;
  const io = await readFile(`/proc/${pid}/io`, 'utf8');
  const of = (name: string): number => Number(new RegExp(`^${name}: (\\d+)$`, 'm').exec(io)?.[1]);
  return { springs, reads: of('rchar'), fromDisk: of('read_bytes'), cpu: processorTime(pid) };
}

/** What is read again comes from the disk; without the right to do that, from memory. */
async function dropPageCache(): Promise<void> {
  execFileSync('sync');
  await writeFile('/proc/sys/vm/drop_caches', '3').catch(() => undefined);
}

/** 1 when all have as much, 1/n when one has all. */
function jain(shares: readonly number[]): number {
  const sum = shares.reduce((a, b) => a + b);
  return sum ** 2 / (shares.length * shares.reduce((a, b) => a + b * b, 0));
}

function nameOf({ clients, apart, megabits }: Scene): string {
  const start = apart > 0 ? `one every ${apart} ms` : 'at once';
  const rate = megabits === undefined ? '' : `, ${megabits} Mbit/s each`;
  return clients === 1 ? 'one client' : `${clients} clients, ${start}${rate}`;
}

function report(runs: readonly Run[]): string {
  const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);
  const rows = runs.map((run) => [
    nameOf(run),
    run.seconds.toFixed(1),
    ((8 * BYTES * run.clients) / run.seconds / 1e6).toFixed(0),
    mebibytes(run.reads),
    mebibytes(run.fromDisk),
    String(run.presolved),
    String(run.made),
    ((run.reads / SYMBOL + run.made) / (BYTES / SYMBOL)).toFixed(2),
    run.cpu.toFixed(2),
    run.fairness.toFixed(3),
  ]);
  const headings = [
    '',
    's',
    'Mbit/s in all',
    'MiB read',
    'of them disk',
    'blocks presolved',
    'repair droplets made',
    'symbols read or made, of the file',
    'CPU s of server a client',
    'Jain',
  ];
  const [minute] = loadavg();
  return `${MEBIBYTES} MiB each; load of the last minute ${minute.toFixed(1)}\n\n${table(headings, rows)}`;
}
