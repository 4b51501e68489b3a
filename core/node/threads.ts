/** The worker threads of a node, and calls to them. */
import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { MessageChannel, Worker } from 'node:worker_threads';
import { createArena } from '../engine/arena.ts';
import type { CodecCommand, CodecStart, FromCodecToNode, ToCodecFromNode } from '../engine/codec-messages.ts';
import type { FromNet, NetStart, ToNet } from '../engine/messages.ts';
import { failureOf, problemOf } from '../engine/problem.ts';
import { Failure } from '../failure.ts';

/** Entry files of the worker threads; a host knows where its build has put them. */
export interface ThreadFiles {
  readonly net: URL | string;
  readonly codec: URL | string;
}

export interface ThreadsHost {
  /** What the network thread says on its own. */
  fromNet(message: FromNet): void;
  /** Bytes that a hashing job has read. */
  hashed(job: number, bytes: number): void;
  /** A thread ended that should not have. */
  crashed(error: Error): void;
}

const MAX_CODECS = 4;
/**
 * Young generation of a thread, megabytes. Every datagram leaves its buffer behind, which stays resident until the
 * generation is full; with the platform's default that is a hundred megabytes, and no faster.
 */
const YOUNG_MB = 6;

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

export class Threads {
  readonly codecCount: number;
  readonly #net: Worker;
  readonly #codecs = new Map<number, Worker>();
  readonly #startCodec: (index: number) => Worker;
  #host: ThreadsHost | undefined;
  #turn = 0;
  /** Each resolves when a thread has ended. */
  readonly #ends: Promise<void>[] = [];
  readonly #calls = new Map<number, Pending>();
  #lastCall = 0;
  #closing = false;
  /** Why nothing will be answered any more. */
  #ended: Failure | undefined;
  /** What ended a thread that should not have ended. */
  #crash: Error | undefined;

  /** Starts the network thread, which a transfer waits for first, and the first codec when that one is under way. */
  constructor(files: ThreadFiles) {
    // One core is left to the network thread.
    this.codecCount = Math.max(1, Math.min(MAX_CODECS, availableParallelism() - 1));
    const arena = createArena(this.codecCount);
    const channels = Array.from({ length: this.codecCount }, () => new MessageChannel());
    this.#startCodec = (index) => {
      const { port2 } = channels[index];
      const workerData: CodecStart = { arena, index, net: port2 };
      return this.#start(files.codec, 'codec', workerData, [port2], (message: FromCodecToNode) => {
        if (message.type === 'answer') this.#answered(message);
        else this.#host?.hashed(message.job, message.bytes);
      });
    };
    const ports = channels.map(({ port1 }) => port1);
    const workerData: NetStart = { arena, codecs: ports, cookieSecret: randomBytes(32) };
    this.#net = this.#start(files.net, 'network', workerData, ports, (message: FromNet) => {
      if (message.type === 'answer') this.#answered(message);
      else this.#host?.fromNet(message);
    });
    this.#net.once('online', () => {
      if (!this.#closing) this.#codec(0);
    });
  }

  /** From now on `host` hears what they say; before they are asked for something that is nothing worth hearing. */
  attach(host: ThreadsHost): void {
    this.#host = host;
    if (this.#crash !== undefined) host.crashed(this.#crash);
  }

  /** The codec thread for whatever comes next: each in its turn. */
  nextCodec(): number {
    const codec = this.#turn;
    this.#turn = (codec + 1) % this.codecCount;
    return codec;
  }

  tell(message: ToNet): void {
    this.#net.postMessage(message);
    // Blocks of the manifest go from there to the codec before the node has anything for it.
    if (message.type === 'start') this.#codec(message.transfer.codec);
  }

  /** A command to the network thread that is answered; rejects with Failure. */
  ask(make: (call: number) => ToNet): Promise<unknown> {
    return this.#call((call) => this.#net.postMessage(make(call)));
  }

  /** A command to a codec thread of which nobody needs to know how it ended. */
  tellCodec(codec: number, command: CodecCommand): void {
    this.command(codec, command).catch(() => undefined);
  }

  /** A command to a codec thread; rejects with Failure. */
  command(codec: number, command: CodecCommand): Promise<unknown> {
    return this.#call((call) => {
      const message: ToCodecFromNode = { call, command };
      this.#codec(codec).postMessage(message);
    });
  }

  /** Waits for the threads to end by themselves: V8 aborts the process when one is terminated while it starts. */
  async close(): Promise<void> {
    this.#closing = true;
    this.tell({ type: 'close' });
    await Promise.all(this.#ends);
    this.#end(new Failure('interrupted', 'The node was closed.'));
  }

  /** All but the first are started when they are first needed: an idle one takes some 15 MB. */
  #codec(index: number): Worker {
    const codec = this.#codecs.get(index) ?? this.#startCodec(index);
    this.#codecs.set(index, codec);
    return codec;
  }

  #start<M>(
    file: URL | string,
    name: string,
    workerData: unknown,
    transferList: NetStart['codecs'],
    receive: (message: M) => void,
  ): Worker {
    const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_MB };
    const worker = new Worker(file, { name, workerData, resourceLimits, transferList: [...transferList] });
    worker.on('message', receive);
    const crashed = (error: Error): void => {
      const isFirst = this.#ended === undefined;
      this.#end(failureOf(problemOf(error)));
      if (!isFirst) return;
      this.#crash = error;
      this.#host?.crashed(error);
    };
    worker.on('error', crashed);
    const end = new Promise<void>((resolve) => {
      worker.once('exit', (code) => {
        if (!this.#closing) crashed(new Error(`The ${name} thread ended with code ${code}.`));
        resolve();
      });
    });
    this.#ends.push(end);
    return worker;
  }

  #call(send: (call: number) => void): Promise<unknown> {
    const call = ++this.#lastCall;
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      this.#calls.set(call, { resolve, reject });
      send(call);
    });
  }

  #end(why: Failure): void {
    this.#ended ??= why;
    for (const { reject } of this.#calls.values()) reject(this.#ended);
    this.#calls.clear();
  }

  #answered(message: (FromNet | FromCodecToNode) & { type: 'answer' }): void {
    const pending = this.#calls.get(message.call);
    this.#calls.delete(message.call);
    if (message.problem !== undefined) pending?.reject(failureOf(message.problem));
    else pending?.resolve(message.result);
  }
}
