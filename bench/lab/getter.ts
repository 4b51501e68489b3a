/** A program that fetches a file, run once and timed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { processorTimeOfChildren } from './processor-time.ts';

export interface Timed {
  /** From before the process was made until it had ended. */
  readonly seconds: number;
  /** Processor time that it took. */
  readonly cpu: number;
}

/** Ms after which nobody would wait for it any longer. */
const LIMIT = 300_000;

/** Rejects when it fails, with what it said. */
export async function timed(command: readonly [string, ...string[]]): Promise<Timed> {
  const [program, ...args] = command;
  const cpu = processorTimeOfChildren();
  const start = performance.now();
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], timeout: LIMIT });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2000);
  });
  const exited = once(child, 'exit');
  const closed = once(child, 'close');
  const [code] = await exited;
  const seconds = (performance.now() - start) / 1000;
  await closed;
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}: ${said}`);
  return { seconds, cpu: processorTimeOfChildren() - cpu };
}
