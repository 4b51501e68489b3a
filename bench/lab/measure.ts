/** Measures one tool in one case. */
import { mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { warmMemory } from '../warm-memory.ts';
import { type Case, deathOf, idealOf } from './cases.ts';
import { timed } from './getter.ts';
import { CLIENT, Network } from './network.ts';
import { processorTime } from './processor-time.ts';
import { isSame } from './random-file.ts';
import type { Place, Running, Tool } from './tool.ts';

const LOOPBACK = '127.0.0.1';

export interface Run {
  readonly seconds: number;
  /** Processor time of the program that fetches, and of all servers, s. */
  readonly fetching: number;
  readonly serving: number;
}

/** Once, from nothing to the whole file, which is compared with what it should be afterwards. */
export async function measure(
  tool: Tool,
  { links, bytes, loopback = false, accelerator = true, ...one }: Case,
  file: string,
  options: { readonly link: string | undefined; readonly folder: string },
): Promise<Run> {
  const network = await Network.up(links, options.link);
  try {
    const folder = join(options.folder, 'servers');
    await mkdir(folder);
    const addresses = links.map((_, index) => (loopback ? LOOPBACK : Network.addressOf(index)));
    const client = loopback ? network.inServer(0) : network.inClient();
    const clientAddress = loopback ? LOOPBACK : CLIENT;
    const place: Place = { network, addresses, file, bytes, folder, client, clientAddress, accelerator };
    const running = await tool.start(place);
    const death = one.kill === true ? deathOf({ links, bytes, ...one }) : undefined;
    try {
      if (idealOf({ links, bytes, ...one }) === undefined) await warmMemory(options.folder, bytes);
      return await runOnce(running, file, join(options.folder, 'fetched'), death);
    } finally {
      await running.stop();
    }
  } finally {
    await network.down();
  }
}

async function runOnce(
  running: Running,
  file: string,
  folder: string,
  death: number | undefined,
): Promise<Run> {
  await mkdir(folder);
  const to = join(folder, basename(file));
  const before = spentBy(running);
  let killed = 0;
  const killing =
    death === undefined
      ? undefined
      : setTimeout(() => {
          const [first] = running.pids;
          killed = processorTime(first);
          process.kill(first, 'SIGKILL');
        }, death * 1000);
  const { seconds, cpu } = await timed(running.fetch(to));
  clearTimeout(killing);
  const after = killed > 0 ? before : spentBy(running);
  if (!(await isSame(file, to))) throw new Error(`what was fetched is not what was served: ${to}`);
  await rm(folder, { recursive: true });
  const [fetching, serving] = [cpu - killed, after - before];
  return running.pushes === true
    ? { seconds, fetching: serving, serving: fetching }
    : { seconds, fetching, serving };
}

function spentBy({ pids }: Running): number {
  return pids.reduce((sum, pid) => sum + processorTime(pid), 0);
}
