/**
 * Memory of a node that shares and of one that fetches a file far larger than memory is to be: sparse, over the
 * loopback, each in a process of its own. Peaks are resident sets as Linux counts them.
 */
import { mkdir, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RainProcess } from '../cli/rain-process.ts';
import { table } from './table.ts';

const BYTES = 8 * 2 ** 30;
/** Most that either may take, bytes. */
const ALLOWED = 300e6;
const SELF = [process.execPath, fileURLToPath(new URL('../cli/index.ts', import.meta.url))] as const;
const LOOPBACK = '127.0.0.1';

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
  /** Bits of content per second, times 10^9. */
  readonly gigabits: number;
  /** Bytes resident at most: hashing, then pouring; and fetching. */
  readonly hashingPeak: number;
  readonly sharingPeak: number;
  readonly fetchingPeak: number;
  readonly allowed: number;
}

export async function benchMemory({ json }: { readonly json: boolean }): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'pouring-rain-memory-'));
  try {
    const result = await measure(folder);
    console.log(json ? JSON.stringify(result, undefined, 2) : report(result));
    if (Math.max(result.sharingPeak, result.fetchingPeak) > ALLOWED) process.exitCode = 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(folder: string): Promise<Result> {
  const file = join(folder, 'sparse.bin');
  await makeSparse(file);
  const out = join(folder, 'out');
  await mkdir(out);
  const { signal } = new AbortController();
  const start = (data: string, ...args: readonly string[]): RainProcess =>
    new RainProcess(SELF, [...args, '--no-lan', '--data', join(folder, data)]);

  const server = start('server', 'share', file, '--public', '--bind', LOOPBACK);
  try {
    const { link, port } = await server.until<Shared>('shared', signal);
    const hashingPeak = await peakOf(server);
    // It seeds, and so is still there to be asked when it is done.
    const from = ['--from', `${LOOPBACK}:${port}`, '--out', out];
    const client = start('client', 'get', link, ...from, '--seed');
    try {
      const { bytes, seconds, overhead } = await client.until<Done>('done', signal);
      const sharingPeak = await peakOf(server);
      const fetchingPeak = await peakOf(client);
      const gigabits = (8 * bytes) / seconds / 1e9;
      return { bytes, seconds, overhead, gigabits, hashingPeak, sharingPeak, fetchingPeak, allowed: ALLOWED };
    } finally {
      await client.stop();
    }
  } finally {
    await server.stop();
  }
}

async function makeSparse(path: string): Promise<void> {
  const file = await open(path, 'wx');
  await file.truncate(BYTES);
  await file.close();
}

/** Most bytes that a process has had resident so far. */
async function peakOf({ pid }: RainProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch((cause) => {
    throw new Error('peaks of memory are read from /proc, which only Linux has', { cause });
  });
  return 1024 * Number(/^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1]);
}

function report(result: Result): string {
  const { bytes, seconds, gigabits, overhead, hashingPeak, sharingPeak, fetchingPeak, allowed } = result;
  const megabytes = (peak: number): string => (peak / 1e6).toFixed(0);
  const rows = [
    ['hashing', megabytes(hashingPeak)],
    ['sharing', megabytes(sharingPeak)],
    ['fetching', megabytes(fetchingPeak)],
    ['allowed', megabytes(allowed)],
  ];
  const speed = `${bytes} bytes in ${seconds.toFixed(1)} s: ${gigabits.toFixed(2)} Gbit/s, overhead ${(100 * overhead).toFixed(2)} %`;
  return `${speed}\n\n${table(['peak of memory', 'MB'], rows)}`;
}
