/** A server as a process that says a line when it can be asked, and ends when its standard input does. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Command } from './tool.ts';

export class ServedProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;

  private constructor([program, ...args]: Command) {
    this.#child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  }

  /** Resolves when it can be asked; rejects when it ends before. */
  static async start(command: Command): Promise<ServedProcess> {
    const server = new ServedProcess(command);
    const ended = once(server.#child, 'exit').then(() => {
      throw new Error(`${command.join(' ')} ended before it served`);
    });
    await Promise.race([once(createInterface({ input: server.#child.stdout }), 'line'), ended]);
    return server;
  }

  /** Undefined when it could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  async stop(): Promise<void> {
    const { exitCode, signalCode } = this.#child;
    const ended = exitCode === null && signalCode === null ? once(this.#child, 'exit') : undefined;
    this.#child.stdin.end();
    await ended;
  }
}
