/** Rain in the laboratory: the command line as it is built, one `rain share` a server, and `rain get`. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RainProcess } from '../../cli/rain-process.ts';
import type { Command, Place, Running, Tool } from './tool.ts';

const BUILT = fileURLToPath(new URL('../../out/cli/index.js', import.meta.url));

interface Shared {
  readonly event: 'shared';
  readonly link: string;
  readonly port: number;
}

export const RAIN: Tool = { name: 'rain', start };

/** Where one `rain share` runs. */
export interface Site {
  /** Words that run a command there. */
  readonly enter: Command;
  readonly address: string;
}

export interface RainServers {
  readonly pids: readonly number[];
  /** Of the sites, in order. */
  readonly ports: readonly number[];
  /** Words for `rain get` that name the resource and all of them. */
  readonly words: readonly string[];
  stop(): Promise<void>;
}

/** Words that run Rain where `enter` leads. */
export function rainIn(enter: Command, accelerator = true): Command {
  if (!existsSync(BUILT)) throw new Error('the command line is not built: npm run build:cli');
  return [...enter, 'env', `RAIN_ACCELERATOR=${accelerator ? 'on' : 'off'}`, process.execPath, BUILT];
}

/** Shares `file` at each of the sites; resolves when all of them can be asked. What they keep is in `folder`. */
export async function shareAt(
  sites: readonly Site[],
  { file, folder, accelerator = true }: { file: string; folder: string; accelerator?: boolean },
): Promise<RainServers> {
  const servers = sites.map(({ enter, address }, index) => {
    const words = ['share', file, '--public', '--bind', address, '--no-lan'];
    return new RainProcess(rainIn(enter, accelerator), [...words, '--data', join(folder, `server${index}`)]);
  });
  const stop = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.stop()));
  };
  try {
    const { signal } = new AbortController();
    const shared = await Promise.all(servers.map((server) => server.until<Shared>('shared', signal)));
    const from = shared.flatMap(({ port }, index) => ['--from', `${sites[index].address}:${port}`]);
    return {
      pids: servers.flatMap(({ pid }) => pid ?? []),
      ports: shared.map(({ port }) => port),
      words: ['get', shared[0].link, ...from, '--no-lan'],
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start({ network, addresses, client, accelerator, ...place }: Place): Promise<Running> {
  const sites = addresses.map((address, index) => ({ enter: network.inServer(index), address }));
  const { pids, words, stop } = await shareAt(sites, { ...place, accelerator });
  const fetch = (to: string): Command => {
    const where = ['--out', dirname(to), '--data', `${to}.data`];
    return [...rainIn(client, accelerator), ...words, ...where, '--quiet'];
  };
  return { pids, fetch, stop };
}
