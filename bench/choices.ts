/** What docs/decisions compares: hashes of a block, commits with and without a sync, a block posted or named. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { type Blake3, openNative, openWasm } from '../core/content/blake3-backend.ts';
import { fastestPass, megabytesPerSecond, quantile, timeOf } from './measure.ts';
import { table } from './table.ts';

const BLOCK = 1024 * 1152;
const PIECE = 64 * 1024;
const COMMITS = 200;
const POSTS = 500;

/** Milliseconds. */
interface Times {
  readonly p50: number;
  readonly p99: number;
}

interface Result {
  /** Bytes per second, times 10^6. */
  readonly hashes: Readonly<Record<string, number>>;
  readonly commits: Readonly<Record<string, Times>>;
  readonly posts: Readonly<Record<string, Times>>;
}

export async function benchChoices({ json }: { readonly json: boolean }): Promise<void> {
  const result: Result = { hashes: await hashes(), commits: await commits(), posts: await posts() };
  console.log(json ? JSON.stringify(result, undefined, 2) : report(result));
}

async function hashes(): Promise<Result['hashes']> {
  const block = randomBytes(BLOCK);
  const [native, wasm] = await Promise.all([openNative(), openWasm()]);
  const rate = (hash: (bytes: Uint8Array) => unknown) =>
    megabytesPerSecond(
      BLOCK,
      fastestPass(() => void hash(block)),
    );
  return {
    'BLAKE3, native': rate(native.hash),
    'BLAKE3, native, in pieces': rate(inPieces(native)),
    'BLAKE3, WebAssembly': rate(wasm.hash),
    'BLAKE3, WebAssembly, in pieces': rate(inPieces(wasm)),
    'SHA-256 of Node': rate((bytes) => createHash('sha256').update(bytes).digest()),
  };
}

/** As the store does while an entry goes by: the whole is hashed and its blocks are, in turns. */
function inPieces({ hasher }: Blake3) {
  return (bytes: Uint8Array): void => {
    const [whole, part] = [hasher(), hasher()];
    for (let at = 0; at < bytes.length; at += PIECE) {
      const stream = at % (2 * PIECE) === 0 ? whole : part;
      stream.update(bytes.subarray(at, at + PIECE));
    }
    whole.digest();
    part.digest();
  };
}

/** Of half a kilobyte each, in WAL mode. */
async function commits(): Promise<Result['commits']> {
  const folder = await mkdtemp(join(tmpdir(), 'pouring-rain-choices-'));
  const timesOf = (mode: string) => {
    const database = new Database(join(folder, `${mode}.db`));
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${mode}; CREATE TABLE t (a BLOB)`);
    const insert = database.prepare('INSERT INTO t VALUES (zeroblob(512))');
    const times = Array.from({ length: COMMITS }, () => timeOf(() => insert.run()));
    database.close();
    return spread(times);
  };
  try {
    return { 'synchronous = FULL': timesOf('FULL'), 'synchronous = NORMAL': timesOf('NORMAL') };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** To a worker thread and an answer back. */
async function posts(): Promise<Result['posts']> {
  const worker = new Worker(
    'process.getBuiltinModule("worker_threads").parentPort.on("message", function () { this.postMessage(0); })',
    {
      eval: true,
    },
  );
  const timesOf = async (message: unknown) => {
    const times: number[] = [];
    for (let i = 0; i < POSTS; i++) {
      const start = performance.now();
      const answered = new Promise((resolve) => worker.once('message', resolve));
      worker.postMessage(message);
      await answered;
      times.push(performance.now() - start);
    }
    return spread(times);
  };
  const places = {
    slot: 0,
    present: new Uint8Array(1024),
    ids: new Uint32Array(60),
    places: new Uint32Array(60),
  };
  try {
    return { 'a block': await timesOf(new Uint8Array(BLOCK)), 'its places': await timesOf(places) };
  } finally {
    await worker.terminate();
  }
}

function spread(times: readonly number[]): Times {
  return { p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
}

function report({ hashes, commits, posts }: Result): string {
  const ms = (times: Readonly<Record<string, Times>>) =>
    Object.entries(times).map(([name, { p50, p99 }]) => [name, p50.toFixed(3), p99.toFixed(3)]);
  return `Hashes of a block of ${BLOCK} bytes, MB/s, the fastest of many

${table(
  ['hash', 'MB/s'],
  Object.entries(hashes).map(([name, rate]) => [name, rate.toFixed(0)]),
)}

Commits of 512 bytes to SQLite in WAL mode, in the folder for temporary files, ms

${table(['mode', 'p50', 'p99'], ms(commits))}

A message to a worker thread and an answer back, ms

${table(['message', 'p50', 'p99'], ms(posts))}`;
}
