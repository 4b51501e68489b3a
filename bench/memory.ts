/**
 * Memory of nodes that share and of one that fetches a file far larger than memory is to be: sparse, over the loopback,
 * each in a process of its own, from one server and from eight. Resident sets are as Linux counts them.
 */
import { cp, mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RainProcess } from '../cli/rain-process.ts';
import { residentOf } from './memory/process.ts';
import { startRain } from './memory/rain.ts';
import { table } from './table.ts';

const GIBIBYTES = 16;
const SERVERS = [1, 8];
/** Most that any of them may take, bytes. */
const ALLOWED = 250e6;
const LOOPBACK = '127.0.0.1';
/** ms between two looks. */
const LOOK_EVERY = 500;
/** Stretches of the transfer of which each is told by itself: what grows would show. */
const STRETCHES = 4;

interface Shared {
  readonly event: 'shared';
  readonly link: string;
  readonly port: number;
}

interface Done {
  readonly event: 'done';
  readonly bytes: number;
  readonly seconds: number;
  readonly overhead: number;
}

interface Result extends Omit<Done, 'event'> {
  readonly servers: number;
  /** Bits of content per second, times 10^9. */
  readonly gigabits: number;
  /** Bytes resident at most in any server: hashing, then pouring. */
  readonly hashingPeak: number;
  readonly sharingPeak: number;
  readonly fetchingPeak: number;
  /** Bytes resident at most in each quarter of the transfer. */
  readonly sharing: readonly number[];
  readonly fetching: readonly number[];
  readonly allowed: number;
}

/** `only`: GiB, for a shorter run. */
export async function benchMemory({
  json,
  only,
}: {
  readonly json: boolean;
  readonly only?: string;
}): Promise<void> {
  const bytes = Number(only ?? GIBIBYTES) * 2 ** 30;
  const folder = await mkdtemp(join(tmpdir(), 'pouring-rain-memory-'));
  try {
    const results: Result[] = [];
    for (const servers of SERVERS) {
      const result = await measure(join(folder, `${servers}`), servers, bytes);
      console.error(`${servers} servers: ${result.seconds.toFixed(1)} s`);
      results.push(result);
    }
    console.log(json ? JSON.stringify(results, undefined, 2) : report(results));
    const peaks = results.flatMap(({ sharingPeak, fetchingPeak }) => [sharingPeak, fetchingPeak]);
    if (Math.max(...peaks) > ALLOWED) process.exitCode = 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(folder: string, count: number, length: number): Promise<Result> {
  await mkdir(folder);
  const file = join(folder, 'sparse.bin');
  await makeSparse(file, length);
  const { signal } = new AbortController();
  const start = (data: string, ...args: readonly string[]): RainProcess =>
    startRain(...args, '--no-lan', '--data', join(folder, data));

  const servers: RainProcess[] = [];
  let client: RainProcess | undefined;
  try {
    const share = ['share', file, '--public', '--bind', LOOPBACK] as const;
    const first = start('server0', ...share);
    servers.push(first);
    const links = [await first.until<Shared>('shared', signal)];
    const hashingPeak = mostOf(servers, 'peak');
    if (count > 1) {
      // What one has hashed the others need not hash again.
      await servers.pop()?.stop();
      links.length = 0;
      for (let i = 1; i <= count; i++) {
        await cp(join(folder, 'server0'), join(folder, `server${i}`), { recursive: true });
        const server = start(`server${i}`, ...share);
        servers.push(server);
        links.push(await server.until<Shared>('shared', signal));
      }
    }
    const from = links.flatMap(({ port }) => ['--from', `${LOOPBACK}:${port}`]);
    // It seeds, and so is still there to be asked when it is done.
    const fetching = start('client', 'get', links[0].link, ...from, '--out', folder, '--seed');
    client = fetching;
    const looks: { sharing: number; fetching: number }[] = [];
    const looking = setInterval(
      () => looks.push({ sharing: mostOf(servers, 'now'), fetching: mostOf([fetching], 'now') }),
      LOOK_EVERY,
    );
    const done = await fetching.until<Done>('done', signal).finally(() => clearInterval(looking));
    const { bytes, seconds, overhead } = done;
    return {
      servers: count,
      bytes,
      seconds,
      overhead,
      gigabits: (8 * bytes) / seconds / 1e9,
      hashingPeak,
      sharingPeak: mostOf(servers, 'peak'),
      fetchingPeak: mostOf([fetching], 'peak'),
      sharing: stretches(looks.map((look) => look.sharing)),
      fetching: stretches(looks.map((look) => look.fetching)),
      allowed: ALLOWED,
    };
  } finally {
    await Promise.all([...servers, client].map((process) => process?.stop()));
    await rm(folder, { recursive: true, force: true });
  }
}

async function makeSparse(path: string, bytes: number): Promise<void> {
  const file = await open(path, 'wx');
  await file.truncate(bytes);
  await file.close();
}

/** Bytes resident in the largest of them. */
function mostOf(processes: readonly RainProcess[], which: 'now' | 'peak'): number {
  return Math.max(...processes.map(({ pid }) => (pid === undefined ? 0 : residentOf(pid)[which])));
}

/** The most in each of a few equal stretches. */
function stretches(values: readonly number[]): number[] {
  return Array.from({ length: STRETCHES }, (_, i) => {
    const [from, to] = [i, i + 1].map((edge) => Math.floor((edge * values.length) / STRETCHES));
    return Math.max(0, ...values.slice(from, to));
  });
}

function report(results: readonly Result[]): string {
  const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);
  const rows = results.flatMap((result) => {
    const { servers, seconds, gigabits, hashingPeak, sharingPeak, fetchingPeak } = result;
    const speed = `${servers} x share, ${seconds.toFixed(1)} s, ${gigabits.toFixed(2)} Gbit/s`;
    return [
      [`${speed}: sharing`, megabytes(hashingPeak), ...result.sharing.map(megabytes), megabytes(sharingPeak)],
      ['fetching', '', ...result.fetching.map(megabytes), megabytes(fetchingPeak)],
    ];
  });
  const quarters = ['1st quarter', '2nd', '3rd', '4th'];
  const [minute] = loadavg();
  const heading = `${results[0]?.bytes ?? 0} bytes; MB resident, at most ${megabytes(ALLOWED)}; load of the last minute ${minute.toFixed(1)}`;
  return `${heading}\n\n${table(['', 'hashed', ...quarters, 'peak'], rows)}`;
}
