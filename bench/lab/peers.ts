/** The programs that Rain is compared with, those of them that are installed. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { basename, dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { isNginxHere, NGINX } from './nginx.ts';
import type { Command, Place, Running, Tool } from './tool.ts';

const HTTP_SERVER = fileURLToPath(new URL('http-server.ts', import.meta.url));
const PORT = 8080;

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
  ];
}

async function overHttp(
  { network, addresses, file, client }: Place,
  fetch: (urls: readonly string[], to: string) => Command,
): Promise<Running> {
  const servers = addresses.map((address, index) => {
    const [program, ...args] = [...network.inServer(index), process.execPath, HTTP_SERVER];
    return spawn(program, [...args, file, address, String(PORT)], { stdio: ['pipe', 'pipe', 'inherit'] });
  });
  await Promise.all(servers.map(({ stdout }) => once(createInterface({ input: stdout }), 'line')));
  const urls = addresses.map((address) => `http://${address}:${PORT}/`);
  return {
    pids: servers.flatMap(({ pid }) => pid ?? []),
    fetch: (to) => [...client, ...fetch(urls, to)],
    stop: async () => {
      await Promise.all(servers.map(ended));
    },
  };
}

async function ended(server: ChildProcess): Promise<void> {
  const exit = server.exitCode === null && server.signalCode === null ? once(server, 'exit') : undefined;
  server.stdin?.end();
  await exit;
}
