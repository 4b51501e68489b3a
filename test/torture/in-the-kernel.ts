/**
 * What happens to a client at its system calls, those of the database included: strace has the kernel refuse one, or
 * kills the process there. Linux with strace only.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { KilledJob } from './on-the-disk.ts';
import { type End, type Happening, oneTo } from './ordeal.ts';

const KILLED_CLIENT = join(import.meta.dirname, 'killed-client.ts');
/** Those that change files; `write` goes to pipes too. */
const CALLS = 'pwrite64,fdatasync,fsync,ftruncate,link,rename,unlink,mkdir';
/** More than a transfer makes. */
const MOST_CALLS = 150;
const NO_FAULT = { fault: 'none', at: 1, times: 1 } as const;

export function hasStrace(): boolean {
  return process.platform === 'linux' && spawnSync('strace', ['-V'], { stdio: 'ignore' }).status === 0;
}

/** `what`: `signal=KILL`, or an error of the kernel. */
export function inTheKernel(what: 'signal=KILL' | 'error=EIO' | 'error=ENOSPC'): Happening {
  return async ({ place, resource, from, random }) => {
    const job: KilledJob = { place, link: resource.link, from, plan: NO_FAULT, seed: 0 };
    const when = oneTo(MOST_CALLS, random);
    // From there on, or once.
    const times = what !== 'signal=KILL' && random.u32() % 2 === 0 ? `${when}+` : `${when}`;
    const child = spawn(
      'strace',
      [
        '-f',
        '-qq',
        '-o',
        '/dev/null',
        '-e',
        `trace=${CALLS}`,
        '-e',
        `inject=${CALLS}:${what}:when=${times}`,
      ].concat([process.execPath, KILLED_CLIENT, JSON.stringify(job)]),
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const said = text(child.stdout);
    const [code, signal] = await once(child, 'close');
    if (signal === 'SIGKILL') return undefined;
    if (code !== 0) throw new Error(`the client ended with ${code ?? signal}`);
    return JSON.parse(await said) as End;
  };
}
