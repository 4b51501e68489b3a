/**
 * The store, as processes over the loopback: what one node puts and gets over HTTP, how soon a large entry is
 * everywhere, what that costs the disk, and what it costs to catch up. Content is random, so that nothing deflates.
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pass } from 'node:timers/promises';
import { promisify } from 'node:util';
import Database from 'better-sqlite3';
import { freePorts, StoreNode } from './murky/store-node.ts';
import { table } from './table.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
const SIZES = [
  { name: '1 KiB', bytes: KIB, count: 1000 },
  { name: '64 KiB', bytes: 64 * KIB, count: 500 },
  { name: '4 MiB', bytes: 4 * MIB, count: 40 },
] as const;
/** Requests at once. */
const AT_ONCE = 16;
const LARGE = 64 * MIB;
const PEERS = [1, 2, 4, 8] as const;
const ENTRIES = 10_000;
const MISSED = 10;
/** Within which a node says what it has poured, ms. */
const FIGURES_EVERY = 1000;

const run = promisify(execFile);

interface Http {
  readonly size: string;
  /** Per second. */
  readonly puts: number;
  readonly gets: number;
  readonly megabytes: number;
}

interface Spread {
  readonly peers: number;
  /** From the answer to the PUT until the last of them has it. */
  readonly seconds: number;
  /** Bytes that the node which has it read meanwhile, as many times the entry: by all reads, and from the medium. */
  readonly reads: number;
  readonly medium: number;
}

interface Readers {
  readonly clients: number;
  /** Of the bytes read, as many times the entry: by all reads, and from the medium. */
  readonly reads: number;
  readonly medium: number;
}

interface CatchUp {
  readonly entries: number;
  readonly missed: number;
  readonly seconds: number;
  /** Bytes said by both nodes to find out, and poured. */
  readonly said: number;
  readonly poured: number;
}

export async function benchMurky({ json }: { readonly json: boolean }): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'pouring-rain-murky-'));
  try {
    const http = await measureHttp(join(folder, 'http'));
    const spread: Spread[] = [];
    for (const peers of PEERS) spread.push(await measureSpread(join(folder, `spread-${peers}`), peers));
    const readers = await measureReaders(join(folder, 'readers'));
    const catchUp = await measureCatchUp(folder);
    const result = { http, spread, readers, catchUp };
    console.log(json ? JSON.stringify(result, undefined, 2) : report(result));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureHttp(folder: string): Promise<Http[]> {
  const node = await StoreNode.start(folder, await freePorts(1));
  try {
    const results: Http[] = [];
    let first = 0;
    for (const { name, bytes, count } of SIZES) {
      const bodies = Array.from({ length: count }, () => randomBytes(bytes));
      const from = first;
      first += count;
      const puts = count / (await secondsOf(count, (at) => node.put(from + at, bodies[at])));
      const gets = count / (await secondsOf(count, (at) => node.get(from + at)));
      results.push({ size: name, puts, gets, megabytes: (gets * bytes) / 1e6 });
    }
    return results;
  } finally {
    await node.stop();
  }
}

async function measureSpread(folder: string, peers: number): Promise<Spread> {
  const ports = await freePorts(peers + 1);
  const nodes = await Promise.all(
    ports.map((port, at) =>
      StoreNode.start(join(folder, String(at)), [port, ...ports.filter((other) => other !== port)]),
    ),
  );
  try {
    const [source, ...others] = nodes;
    await source.until((overview) => overview.peers.filter(({ state }) => state === 'here').length === peers);
    const before = await source.reads();
    await source.put(1, randomBytes(LARGE));
    const started = performance.now();
    // The body of the request was read, too, from its socket.
    const put = await source.reads();
    await Promise.all(others.map((node) => node.until(({ figures }) => figures.entries === 1)));
    const seconds = (performance.now() - started) / 1000;
    const after = await source.reads();
    const body = Math.min(LARGE, put.all - before.all);
    const reads = (after.all - before.all - body) / LARGE;
    return { peers, seconds, reads, medium: (after.medium - before.medium) / LARGE };
  } finally {
    await Promise.all(nodes.map((node) => node.stop()));
    await rm(folder, { recursive: true, force: true });
  }
}

/** Over HTTP, of one node; its files are out of the system's cache to begin with. */
async function measureReaders(folder: string): Promise<Readers[]> {
  const node = await StoreNode.start(folder, await freePorts(1));
  try {
    await node.put(1, randomBytes(LARGE));
    const results: Readers[] = [];
    for (const clients of PEERS) {
      await dropFromCache(join(folder, 'data', 'murky', 'casks'));
      const before = await node.reads();
      await Promise.all(Array.from({ length: clients }, () => node.get(1)));
      const after = await node.reads();
      const [reads, medium] = [after.all - before.all, after.medium - before.medium].map((n) => n / LARGE);
      results.push({ clients, reads, medium });
    }
    return results;
  } finally {
    await node.stop();
  }
}

/** A copy of a node, which then misses what is put on the first, and meets it. */
async function measureCatchUp(folder: string): Promise<CatchUp> {
  const [one, other] = [join(folder, 'one'), join(folder, 'other')];
  const ports = await freePorts(2);
  const alone = await StoreNode.start(one, ports.slice(0, 1));
  await secondsOf(ENTRIES - MISSED, (at) => alone.put(at, Buffer.from(`entry ${at}`)));
  await alone.stop();
  await cp(join(one, 'data'), join(other, 'data'), { recursive: true });
  const database = new Database(join(other, 'data', 'murky.db'));
  database.exec("DELETE FROM settings WHERE key = 'node'");
  database.close();

  const ahead = await StoreNode.start(one, ports);
  await secondsOf(MISSED, (at) => ahead.put(ENTRIES + at, randomBytes(KIB)));
  const behind = await StoreNode.start(other, [ports[1], ports[0]]);
  try {
    const started = performance.now();
    await behind.until(({ figures }) => figures.entries === ENTRIES);
    const seconds = (performance.now() - started) / 1000;
    await pass(FIGURES_EVERY);
    const [{ figures: a }, { figures: b }] = [await ahead.overview(), await behind.overview()];
    const [said, poured] = [a.said + b.said, a.poured + b.poured];
    return { entries: ENTRIES, missed: MISSED, seconds, said, poured };
  } finally {
    await Promise.all([ahead.stop(), behind.stop()]);
  }
}

/** Does something `count` times, some of it at once. */
async function secondsOf(count: number, work: (at: number) => Promise<unknown>): Promise<number> {
  const started = performance.now();
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return (performance.now() - started) / 1000;
}

/** By GNU dd, which asks the system to let go of what is clean. */
async function dropFromCache(folder: string): Promise<void> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const file of files.filter((entry) => entry.isFile()))
    await run('dd', [`if=${join(file.parentPath, file.name)}`, 'iflag=nocache', 'count=0', 'status=none']);
}

function report(result: {
  readonly http: readonly Http[];
  readonly spread: readonly Spread[];
  readonly readers: readonly Readers[];
  readonly catchUp: CatchUp;
}): string {
  const { http, spread, readers, catchUp } = result;
  const whole = (n: number): string => n.toFixed(0);
  return [
    table(
      ['entries over HTTP', 'puts/s', 'gets/s', 'MB/s'],
      http.map(({ size, puts, gets, megabytes }) => [size, whole(puts), whole(gets), whole(megabytes)]),
    ),
    table(
      ['64 MiB to peers', 'seconds', 'read, times the entry', 'from the medium'],
      spread.map(({ peers, seconds, reads, medium }) => [
        String(peers),
        seconds.toFixed(2),
        reads.toFixed(2),
        medium.toFixed(2),
      ]),
    ),
    table(
      ['64 MiB to HTTP clients', 'read, times the entry', 'from the medium'],
      readers.map(({ clients, reads, medium }) => [String(clients), reads.toFixed(2), medium.toFixed(2)]),
    ),
    `A node that missed ${catchUp.missed} of ${catchUp.entries} entries had them after ` +
      `${catchUp.seconds.toFixed(2)} s: ${catchUp.said} bytes said, ${catchUp.poured} poured.`,
  ].join('\n\n');
}
