/** `rain` processes that the app shares with and fetches from. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const INDEX = fileURLToPath(new URL('../../../out/cli/index.js', import.meta.url));

export interface RainEvent {
  readonly event: string;
  readonly [field: string]: unknown;
}

export class Peer {
  readonly #child: ChildProcess;
  readonly #events: RainEvent[] = [];
  readonly #closed: Promise<unknown>;
  #stderr = '';

  /** `rain ARGS --json`, with a data folder of its own and without the local network. */
  constructor(args: readonly string[], data: string) {
    const command = [INDEX, ...args, '--json', '--no-lan', '--data', data];
    this.#child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#closed = once(this.#child, 'close');
    const { stdout, stderr } = this.#child;
    if (stdout === null || stderr === null) throw new Error('no process was started');
    createInterface({ input: stdout }).on('line', (line) => this.#heard(JSON.parse(line) as RainEvent));
    stderr.on('data', (bytes: Buffer) => {
      this.#stderr += bytes.toString();
    });
  }

  /** The first event of that name, which may have been heard already; rejects when the process ends without it. */
  async event(name: string): Promise<RainEvent> {
    for (;;) {
      const found = this.#events.find(({ event }) => event === name);
      if (found !== undefined) return found;
      const ended = await Promise.race([once(this.#child, 'heard'), this.#closed.then(() => 'closed')]);
      if (ended === 'closed' && !this.#events.some(({ event }) => event === name)) {
        throw new Error(`rain ended without "${name}": ${JSON.stringify(this.#events)} ${this.#stderr}`);
      }
    }
  }

  /** The link of what `share` serves, with the address that it serves it at. */
  async link(): Promise<string> {
    const { link, addresses } = await this.event('shared');
    const address = (addresses as readonly string[]).find((each) => each.startsWith('127.'));
    if (address === undefined) throw new Error(`not on the loopback: ${addresses}`);
    return withServer(link as string, address);
  }

  /** Waits for the end of the process. */
  async ended(): Promise<number | null> {
    await this.#closed;
    return this.#child.exitCode;
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill('SIGKILL');
    await this.#closed;
  }

  #heard(event: RainEvent): void {
    this.#events.push(event);
    this.#child.emit('heard');
  }
}

/** A link that says where it is served, too. */
export function withServer(link: string, address: string): string {
  return `${link}${link.includes('?') ? '&' : '?'}s=${address}`;
}
