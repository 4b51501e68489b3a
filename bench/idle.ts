/** What clients that are subscribed and order nothing cost a server: its processor time with 500 of them, and without. */
import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { answer, start, stop } from './clients/child.ts';
import type { IdleOrder } from './clients/idlers.ts';
import type { Serving } from './clients/server.ts';
import { processorTime } from './lab/processor-time.ts';
import { makeRandomFile } from './lab/random-file.ts';

const CLIENTS = 500;
/** ms that they are given to subscribe and to come to rest, and ms that are looked at. */
const SETTLE = 20_000;
const SPAN = 20_000;
/** Most of one core that they may take, 0..1. */
const ALLOWED = 0.01;

interface Result {
  readonly clients: number;
  /** Of one core, 0..1. */
  readonly without: number;
  readonly with: number;
}

export async function benchIdle({ json }: { readonly json: boolean }): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'pouring-rain-idle-'));
  try {
    const file = join(folder, 'file.bin');
    await makeRandomFile(file, 2 ** 20);
    const result = await measure(file, join(folder, 'data'));
    console.log(json ? JSON.stringify(result, undefined, 2) : report(result));
    if (result.with - result.without > ALLOWED) process.exitCode = 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(file: string, data: string): Promise<Result> {
  const server = start('server', file, data);
  try {
    const { id, port } = await answer<Serving>(server);
    const { pid = 0 } = server;
    await sleep(SETTLE);
    const without = await loadOf(pid);
    const order: IdleOrder = { clients: CLIENTS, resource: id, port };
    const idlers = start('idlers', JSON.stringify(order));
    try {
      await sleep(SETTLE);
      const busy = await loadOf(pid);
      const subscribed = answer<number>(idlers);
      idlers.send('live');
      const clients = await subscribed;
      if (clients !== CLIENTS) throw new Error(`${clients} of ${CLIENTS} clients are subscribed`);
      return { clients, without, with: busy };
    } finally {
      await stop(idlers);
    }
  } finally {
    await stop(server);
  }
}

/** What part of a core a process takes. */
async function loadOf(pid: number): Promise<number> {
  const [began, before] = [performance.now(), processorTime(pid)];
  await sleep(SPAN);
  return (processorTime(pid) - before) / ((performance.now() - began) / 1000);
}

function report({ clients, without, with: busy }: Result): string {
  const percent = (part: number): string => `${(100 * part).toFixed(2)} %`;
  const [minute] = loadavg();
  return `${clients} idle subscriptions cost ${percent(busy - without)} of a core (with them ${percent(busy)}, without ${percent(without)}; at most ${percent(ALLOWED)}); load of the last minute ${minute.toFixed(1)}`;
}
