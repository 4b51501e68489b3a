/** What a node listens with, from when it is first needed: threads, the port they are bound to, and their limits. */
import type { NodeChange, NodeOptions, Problem } from '../api.ts';
import { ownHosts } from '../discovery/interfaces.ts';
import { failureOf } from '../engine/problem.ts';
import { Failure } from '../failure.ts';
import { formatAddress } from '../wire/address.ts';
import { bindPort } from './bind-port.ts';
import { type ThreadFiles, Threads, type ThreadsHost } from './threads.ts';

export interface ListeningHost extends ThreadsHost {
  /** It has a port, or another one. */
  bound(port: number, addresses: string[]): void;
  /** It listens now, and did not before. */
  begun(): void;
}

export class Listening {
  readonly #host: ListeningHost;
  readonly #files: ThreadFiles;
  #options: NodeOptions;
  #threads: Threads | undefined;
  #begun: Promise<void> | undefined;
  #port = 0;
  #closed = false;

  /** With threads that are `started`, or with its own when they are needed. */
  constructor(host: ListeningHost, files: ThreadFiles, options: NodeOptions, started: Threads | undefined) {
    this.#host = host;
    this.#files = files;
    this.#options = options;
    this.#threads = started;
  }

  get options(): NodeOptions {
    return this.#options;
  }

  /** 0: none yet. */
  get port(): number {
    return this.#port;
  }

  /** `ip:port` of everywhere it can be reached; none before it has a port. */
  get addresses(): string[] {
    if (this.#port === 0) return [];
    const hosts = this.#options.bind === undefined ? ownHosts() : [this.#options.bind];
    return hosts.map((host) => formatAddress({ host, port: this.#port }));
  }

  /** It listens, or is about to. */
  get hasBegun(): boolean {
    return this.#begun !== undefined;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /** Threads that were started elsewhere are the node's from now on. */
  attach(): void {
    this.#threads?.attach(this.#host);
  }

  /** Once; after a failure it is tried again. Rejects with Failure: port-taken, bind-failed, interrupted. */
  begin(): Promise<void> {
    if (this.#closed) return Promise.reject(closedFailure());
    this.#begun ??= this.#begin().catch((error) => {
      this.#begun = undefined;
      throw error;
    });
    return this.#begun;
  }

  /** Throws Failure `interrupted` when the node was closed. */
  threads(): Threads {
    if (this.#closed && this.#threads === undefined) throw closedFailure();
    if (this.#threads === undefined) {
      this.#threads = new Threads(this.#files);
      this.attach();
    }
    return this.#threads;
  }

  /** Rejects with Failure: port-taken, bind-failed; then it is as before. */
  async configure(change: NodeChange): Promise<void> {
    const before = this.#options;
    const after = { ...before, ...change };
    const isElsewhere = after.port !== before.port || after.bind !== before.bind;
    if (this.hasBegun && isElsewhere) await this.#bind(after);
    this.#options = after;
    this.#limit();
  }

  /** The threads are gone: whoever needs them hears why. */
  crashed(problem: Problem): void {
    const never = Promise.reject(failureOf(problem));
    never.catch(() => undefined);
    this.#begun = never;
  }

  /** Begins for nobody any more; threads that run may still be used, for what is under way is to end well. */
  retire(): void {
    this.#closed = true;
  }

  async close(): Promise<void> {
    await this.#threads?.close();
    this.#threads = undefined;
  }

  async #begin(): Promise<void> {
    await this.#bind(this.#options);
    this.#limit();
    this.#host.begun();
  }

  async #bind({ port, bind }: NodeOptions): Promise<void> {
    this.#port = await bindPort(this.threads(), port, bind);
    this.#host.bound(this.#port, this.addresses);
  }

  #limit(): void {
    const { uploadLimit, downloadLimit } = this.#options;
    const unlimited = Number.POSITIVE_INFINITY;
    this.#threads?.tell({ type: 'limits', up: uploadLimit ?? unlimited, down: downloadLimit ?? unlimited });
  }
}

function closedFailure(): Failure {
  return new Failure('interrupted', 'The node was closed.');
}
