/** The programs that Rain is compared with, those of them that are installed. */
import { spawnSync } from 'node:child_process';
import { basename, dirname } from 'node:path';
import { serveOverHttp, urlAt } from './http.ts';
import { isNginxHere, NGINX } from './nginx.ts';
import type { Command, Place, Running, Tool } from './tool.ts';
import { torrentTools } from './torrent.ts';
import { isUftpHere, UFTP } from './uftp.ts';

const CURL: Tool = {
  name: 'curl, from the first',
  start: (place) =>
    overHttp(place, ([url], to) => ['curl', '--silent', '--fail', '--output', to, url] as const),
};

/** Each server is asked for a piece of its own, of the same size; the pieces are put together as a person would. */
const RANGES: Tool = {
  name: 'curl, a range from each',
  start: (place) =>
    overHttp(place, (urls, to) => {
      const size = Math.ceil(place.bytes / urls.length);
      const parts = urls.map((url, i) => {
        const range = `${i * size}-${Math.min(place.bytes, (i + 1) * size) - 1}`;
        return `curl --silent --fail --range ${range} --output '${to}.${i}' '${url}' &`;
      });
      const all = urls.map((_, i) => `'${to}.${i}'`).join(' ');
      return ['sh', '-c', `${parts.join(' ')} wait; cat ${all} > '${to}'`] as const;
    }),
};

const ARIA2: Tool = {
  name: 'aria2c -x1',
  start: (place) =>
    overHttp(place, (urls, to) => {
      const options = ['--quiet', '--no-conf', '-x1', `-s${urls.length}`, '-k1M', '--file-allocation=none'];
      return ['aria2c', ...options, '-d', dirname(to), '-o', basename(to), ...urls] as const;
    }),
};

/** Those of which the program is here. */
export function peersHere(): readonly Tool[] {
  const here = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;
  return [
    ...(here('curl') ? [CURL, RANGES] : []),
    ...(here('aria2c') ? [ARIA2] : []),
    ...(isNginxHere() ? [NGINX] : []),
    ...(isUftpHere() ? [UFTP] : []),
    ...torrentTools(),
  ];
}

async function overHttp(
  { network, addresses, file, client }: Place,
  fetch: (urls: readonly string[], to: string) => Command,
): Promise<Running> {
  const starting = addresses.map((address, index) => serveOverHttp(network.inServer(index), file, address));
  const servers = await Promise.all(starting);
  const urls = addresses.map(urlAt);
  return {
    pids: servers.flatMap(({ pid }) => pid ?? []),
    fetch: (to) => [...client, ...fetch(urls, to)],
    stop: async () => {
      await Promise.all(servers.map((server) => server.stop()));
    },
  };
}
