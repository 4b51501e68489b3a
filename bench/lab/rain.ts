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

async function start({ network, addresses, file, folder, client, accelerator }: Place): Promise<Running> {
  if (!existsSync(BUILT)) throw new Error('the command line is not built: npm run build:cli');
  const rain = ['env', `RAIN_ACCELERATOR=${accelerator ? 'on' : 'off'}`, process.execPath, BUILT];
  const servers = addresses.map((address, index) => {
    const self: Command = [...network.inServer(index), ...rain];
    const data = join(folder, `server${index}`);
    return new RainProcess(self, ['share', file, '--public', '--bind', address, '--no-lan', '--data', data]);
  });
  const stop = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.stop()));
  };
  try {
    const { signal } = new AbortController();
    const shared = await Promise.all(servers.map((server) => server.until<Shared>('shared', signal)));
    const from = shared.flatMap(({ port }, index) => ['--from', `${addresses[index]}:${port}`]);
    const { link } = shared[0];
    return {
      pids: servers.flatMap(({ pid }) => pid ?? []),
      fetch: (to) => {
        const where = ['--out', dirname(to), '--data', `${to}.data`];
        return [...client, ...rain, 'get', link, ...from, ...where, '--no-lan', '--quiet'];
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
