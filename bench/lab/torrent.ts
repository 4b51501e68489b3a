/** Programs of BitTorrent over TCP, as told where the seeds are: `torrent-libtorrent.py` and `torrent-webtorrent.ts`. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { timed } from './getter.ts';
import { ServedProcess } from './served-process.ts';
import type { Command, Place, Running, Tool } from './tool.ts';

const PORT = '6881';

/** Those of which the library is here: libtorrent's for Python, and a WebTorrent that npm installed for all. */
export function torrentTools(): readonly Tool[] {
  const python = ['python3', '/usr/bin/python3'].find(
    (program) => spawnSync(program, ['-c', 'import libtorrent']).status === 0,
  );
  const root = spawnSync('npm', ['root', '--global'], { encoding: 'utf8' }).stdout?.trim();
  const module = join(root, 'webtorrent', 'index.js');
  return [
    ...(python === undefined ? [] : [toolOf('libtorrent, TCP', [python, here('torrent-libtorrent.py')])]),
    ...(existsSync(module)
      ? [
          toolOf('WebTorrent, TCP', [
            process.execPath,
            here('torrent-webtorrent.ts'),
            pathToFileURL(module).href,
          ]),
        ]
      : []),
  ];
}

function here(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

function toolOf(name: string, peer: Command): Tool {
  return { name, start: (place) => start(peer, place) };
}

async function start(peer: Command, { network, addresses, file, folder, client }: Place): Promise<Running> {
  const torrent = join(folder, 'file.torrent');
  await timed([...peer, 'make', file, torrent]);
  const seeds = await Promise.all(
    addresses.map((address, index) => {
      const seed = [...peer, 'seed', torrent, dirname(file), address, PORT] as const;
      return ServedProcess.start([...network.inServer(index), ...seed]);
    }),
  );
  return {
    pids: seeds.flatMap(({ pid }) => pid ?? []),
    fetch: (to) => {
      const from = addresses.map((address) => `${address}:${PORT}`);
      return [...client, ...peer, 'get', torrent, dirname(to), ...from];
    },
    stop: async () => {
      await Promise.all(seeds.map((seed) => seed.stop()));
    },
  };
}
