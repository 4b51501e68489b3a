/** A link that is there as long as its process, a `link.c`: it can be changed, and says what it has carried. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** What a link does to packets, in each direction. */
export interface Link {
  /** Mbit/s, headers of IP included. */
  readonly rate: number;
  /** ms, one way. */
  readonly delay: number;
  /** Of all packets, %. */
  readonly loss?: number;
  /** Packets that are lost in a row, on average. */
  readonly burst?: number;
  /** Packets, %, that come up to `lateness` ms later still. */
  readonly late?: number;
  readonly lateness?: number;
  /** ms that a packet may wait for the rate. */
  readonly queue?: number;
}

/** What has come from the server so far. */
export interface Reading {
  /** ms; only its differences mean anything. */
  readonly at: number;
  /** ms that a packet had to wait for the rate since the reading before, at most. */
  readonly wait: number;
  /** By the port that they came from. */
  readonly flows: ReadonlyMap<number, Traffic>;
}

/** Bytes of IP, of which those that the link loses are sent and not carried. */
export interface Traffic {
  readonly sent: number;
  readonly carried: number;
}

/** As of a router at home. */
const QUEUE = 100;

export class LinkProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;

  private constructor(program: string, words: readonly string[]) {
    this.#child = spawn(program, words, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** `program`: link.c; `ends`: namespace and device of the client and of the server. Resolves when they are there. */
  static async start(
    program: string,
    ends: readonly [string, string, string, string],
    link: Link,
    seed: number,
  ): Promise<LinkProcess> {
    const { rate, delay, loss = 0, burst = 1, late = 0, lateness = 0, queue = QUEUE } = link;
    const numbers = [rate, delay, loss, burst, late, lateness, queue, seed];
    const started = new LinkProcess(program, [...ends, ...numbers.map(String)]);
    await started.#line();
    return started;
  }

  /** Takes a reading, after which the link has another rate, Mbit/s, when one is given. */
  async read(rate?: number): Promise<Reading> {
    const line = this.#line();
    this.#child.stdin.write(`${rate ?? ''}\n`);
    const [at, wait, ...counts] = (await line).split(' ').map(Number);
    const flows = new Map<number, Traffic>();
    for (let i = 0; i < counts.length; i += 3) {
      flows.set(counts[i], { sent: counts[i + 1], carried: counts[i + 2] });
    }
    return { at, wait, flows };
  }

  async stop(): Promise<void> {
    const ended = this.#child.exitCode === null ? once(this.#child, 'exit') : undefined;
    this.#child.stdin.end();
    await ended;
  }

  async #line(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error('the link program has ended');
    return value;
  }
}
