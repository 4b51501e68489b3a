/** A single stream of TCP from a server in C that hands files to the kernel: the most that a program here can have. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Place, Running, Tool } from './tool.ts';

const PORT = 8081;
/** Between looks whether it listens, and how many, ms. */
const LOOK_EVERY = 50;
const LOOKS = 100;

export const NGINX: Tool = { name: 'curl from nginx', start };

export function isNginxHere(): boolean {
  return (
    spawnSync('nginx', ['-v']).error === undefined && spawnSync('curl', ['--version']).error === undefined
  );
}

/** From the first server alone. */
async function start({ network, addresses, file, folder, client }: Place): Promise<Running> {
  const [address] = addresses;
  const config = join(folder, 'nginx.conf');
  await writeFile(config, configOf(file, address, folder));
  const enter = network.inServer(0);
  const [program, ...args] = [...enter, 'nginx', '-p', folder, '-e', 'stderr', '-c', config];
  const server = spawn(program, args, { stdio: 'inherit' });
  const ended = once(server, 'exit');
  await listens([...enter, 'curl', '--silent', '--fail', '--head', `http://${address}:${PORT}/`]);
  return {
    pids: server.pid === undefined ? [] : [server.pid],
    fetch: (to) => {
      const url = `http://${address}:${PORT}/${basename(file)}`;
      return [...client, 'curl', '--silent', '--fail', '--output', to, url];
    },
    stop: async () => {
      server.kill('SIGQUIT');
      await ended;
    },
  };
}

async function listens([program, ...args]: readonly string[]): Promise<void> {
  for (let look = 0; look < LOOKS; look++) {
    // 22: it answers that there is no index.
    if ([0, 22].includes(spawnSync(program, args).status ?? -1)) return;
    await pause(LOOK_EVERY);
  }
  throw new Error('nginx does not listen');
}

function configOf(file: string, address: string, folder: string): string {
  return `user root; daemon off; master_process off; error_log stderr crit; pid ${folder}/nginx.pid;
events {}
http {
  access_log off; sendfile on; tcp_nopush on;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
  scgi_temp_path ${folder}/scgi; uwsgi_temp_path ${folder}/uwsgi;
  server { listen ${address}:${PORT}; root ${dirname(file)}; }
}
`;
}
