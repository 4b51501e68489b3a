import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** A running `child.ts`. */
export interface Child {
  readonly pid: number;
  /** Resolves with the first line, said already or to come, that `pattern` matches; rejects when it ends before. */
  line(pattern: RegExp): Promise<string>;
  /** SIGKILL; resolves when it is gone, with all that it said. */
  kill(): Promise<readonly string[]>;
}

export function startChild(mode: 'hold' | 'write', dataDir: string): Child {
  const script = fileURLToPath(new URL('child.ts', import.meta.url));
  const child = spawn(process.execPath, [script, mode, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: string[] = [];
  const reader = createInterface(child.stdout);
  const ended = once(reader, 'close');
  reader.on('line', (line) => lines.push(line));

  return {
    pid: pidOf(child),
    async line(pattern) {
      for (;;) {
        const match = lines.find((line) => pattern.test(line));
        if (match !== undefined) return match;
        const more = await Promise.race([once(reader, 'line'), ended.then(() => undefined)]);
        if (more === undefined)
          throw new Error(`the child ended without saying ${pattern}: ${lines.join('; ')}`);
      }
    },
    async kill() {
      const gone = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
      child.kill('SIGKILL');
      await gone;
      await ended;
      return lines;
    },
  };
}

function pidOf(child: ChildProcessByStdio<null, Readable, null>): number {
  if (child.pid === undefined) throw new Error('the child did not start');
  return child.pid;
}
