import { Worker } from 'node:worker_threads';
import type { NodeEvent, NodeOptions, NodeSnapshot, Problem } from '../../core/api.ts';
import { Failure } from '../../core/failure.ts';
import type { Store, StorePut } from '../../preload/contract.ts';
import type { Command, Commands, FromNodeThread, NodeThreadStart, ToNodeThread } from './node-messages.ts';

export interface RemoteNodeHost {
  /** Comes before the first event, in the same order as they do: a promise would be overtaken by them. */
  opened(snapshot: NodeSnapshot): void;
  event(event: NodeEvent): void;
  /** What became of the store. */
  store(store: Store): void;
  /** The files on their way into the store. */
  puts(puts: readonly StorePut[]): void;
  /** The thread ended without having been asked to; nothing more will come. */
  died(problem: Problem): void;
}

interface Call {
  resolve(result: unknown): void;
  reject(failure: Failure): void;
}

/** A node that lives in a thread of its own, as seen from the main thread. */
export class RemoteNode {
  readonly #worker: Worker;
  readonly #host: RemoteNodeHost;
  readonly #calls = new Map<number, Call>();
  readonly #opened = Promise.withResolvers<void>();
  readonly #ended: Promise<void>;
  #lastCall = 0;
  #end: Problem | undefined;
  #closing = false;

  /** Starts the thread and opens the node; rejects with the Failure of `openNode`. */
  static async open(file: URL, options: NodeOptions, host: RemoteNodeHost): Promise<RemoteNode> {
    const node = new RemoteNode(file, options, host);
    try {
      await node.#opened.promise;
    } catch (error) {
      // The thread of a node that did not open lets go of the data folder before somebody tries again.
      await node.#ended;
      throw error;
    }
    return node;
  }

  private constructor(file: URL, options: NodeOptions, host: RemoteNodeHost) {
    this.#host = host;
    const workerData: NodeThreadStart = { options };
    this.#worker = new Worker(file, { name: 'node', workerData });
    this.#worker.on('message', (message: FromNodeThread) => this.#heard(message));
    this.#worker.on('error', (error) =>
      this.#died({ code: 'internal', message: error.message, hint: 'Open the engine again.' }),
    );
    this.#ended = new Promise((resolve) => {
      this.#worker.once('exit', () => {
        this.#died({ code: 'interrupted', message: 'The engine stopped.', hint: 'Open the engine again.' });
        resolve();
      });
    });
  }

  /** Runs a command of the node; rejects with its Failure. */
  call<C extends Command>(
    command: C,
    ...args: Parameters<Commands[C]>
  ): Promise<Awaited<ReturnType<Commands[C]>>> {
    if (this.#end !== undefined) return Promise.reject(failureOf(this.#end));
    const call = ++this.#lastCall;
    const message: ToNodeThread = { call, command, args };
    return new Promise((resolve, reject) => {
      this.#calls.set(call, { resolve: resolve as Call['resolve'], reject });
      this.#worker.postMessage(message);
    });
  }

  /** Flushes, closes the node and waits for the thread to end. */
  async close(): Promise<void> {
    this.#closing = true;
    if (this.#end === undefined) await this.call('close').catch(() => undefined);
    await this.#ended;
  }

  #heard(message: FromNodeThread): void {
    if (message.type === 'open') {
      this.#host.opened(message.snapshot);
      this.#opened.resolve();
    } else if (message.type === 'failed') {
      this.#closing = true;
      this.#opened.reject(failureOf(message.problem));
      void this.#worker.terminate();
    } else if (message.type === 'event') this.#host.event(message.event);
    else if (message.type === 'store') this.#host.store(message.store);
    else if (message.type === 'puts') this.#host.puts(message.puts);
    else this.#answered(message);
  }

  #answered(message: FromNodeThread & { type: 'answer' | 'refusal' }): void {
    const call = this.#calls.get(message.call);
    this.#calls.delete(message.call);
    if (message.type === 'answer') call?.resolve(message.result);
    else call?.reject(failureOf(message.problem));
  }

  #died(problem: Problem): void {
    if (this.#end !== undefined) return;
    this.#end = problem;
    const failure = failureOf(problem);
    this.#opened.reject(failure);
    for (const { reject } of this.#calls.values()) reject(failure);
    this.#calls.clear();
    if (!this.#closing) this.#host.died(problem);
  }
}

function failureOf({ code, message, hint, refused }: Problem): Failure {
  return new Failure(code, message, hint, undefined, refused);
}
