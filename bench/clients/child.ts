/** Processes of the benchmarks of many clients. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** One of the programs beside this file. */
export function start(name: 'server' | 'fetchers' | 'idlers', ...args: readonly string[]): ChildProcess {
  const file = fileURLToPath(new URL(`./${name}.ts`, import.meta.url));
  return fork(file, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
}

/** The next message; rejects when the process ends without one. */
export async function answer<T>(child: ChildProcess): Promise<T> {
  const ended = new AbortController();
  const exited = once(child, 'exit', { signal: ended.signal }).then(([code]) => {
    throw new Error(`${child.spawnargs.at(-1)} ended with ${code}`);
  });
  try {
    const [message] = await Promise.race([once(child, 'message'), exited]);
    return message;
  } finally {
    exited.catch(() => undefined);
    ended.abort();
  }
}

/** Has it end by itself, as it does when it is left alone. */
export async function stop(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.disconnect();
  await ended;
}
