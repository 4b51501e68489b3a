/** The HTTP server of this folder, as a process. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Command } from './tool.ts';

const PROGRAM = fileURLToPath(new URL('http-server.ts', import.meta.url));
const PORT = 8080;

export class HttpServer {
  readonly port = PORT;
  readonly url: string;
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;

  private constructor(enter: Command, file: string, address: string) {
    this.url = `http://${address}:${PORT}/`;
    const [program, ...args] = [...enter, process.execPath, PROGRAM, file, address, String(PORT)];
    this.#child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  }

  /** `enter`: words that run a command where it is to be. Resolves when it can be asked. */
  static async start(enter: Command, file: string, address: string): Promise<HttpServer> {
    const server = new HttpServer(enter, file, address);
    await once(createInterface({ input: server.#child.stdout }), 'line');
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
