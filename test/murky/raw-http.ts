/** HTTP by hand, for what no client library would send. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** ms; many times what any limit is that a test sets. */
const PATIENCE = 10_000;

export class RawConnection {
  readonly socket: Socket;
  readonly #closed: Promise<void>;
  #received = '';

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      this.#received += text;
    });
    // A connection that is reset ends like any other here.
    socket.on('error', () => {});
    this.#closed = new Promise((resolve) => socket.once('close', () => resolve()));
  }

  static async open(port: number): Promise<RawConnection> {
    const socket = connect(port, '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    await once(socket, 'connect');
    return new RawConnection(socket);
  }

  /** All that came, one character for each byte. */
  get received(): string {
    return this.#received;
  }

  send(...lines: readonly string[]): this {
    this.socket.write(lines.join('\r\n'), 'latin1');
    return this;
  }

  /** Resolves when what came fits. */
  async until(pattern: RegExp): Promise<string> {
    while (!pattern.test(this.#received)) {
      if (this.socket.closed) throw new Error(`closed after: ${this.#received}`);
      await Promise.race([new Promise((go) => this.socket.once('data', go)), this.#closed]);
    }
    return this.#received;
  }

  /** Resolves with all that came when the other side has closed; rejects when it does not for ten seconds. */
  async end(): Promise<string> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new Error(`still open after: ${this.#received}`)), PATIENCE);
    await Promise.race([this.#closed, late]).finally(() => clearTimeout(timer));
    return this.#received;
  }
}

/** Sends one request on a connection of its own; resolves with the whole answer. */
export async function exchange(port: number, ...lines: readonly string[]): Promise<string> {
  const connection = await RawConnection.open(port);
  connection.send(...lines);
  return connection.end();
}

/** Resolves when `holds` does; asks it as often as the event loop turns. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 40_000;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
