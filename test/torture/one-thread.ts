/**
 * The threads of a node, all in the one that runs: quick to begin, and its disk and clock are the caller's. What they
 * say to each other goes through real message ports, and so is copied as between threads.
 */
import { randomBytes } from 'node:crypto';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { type FileSystem, realFileSystem } from '../../core/content/file-system.ts';
import { type Arena, createArena } from '../../core/engine/arena.ts';
import { Codec } from '../../core/engine/codec.ts';
import type {
  CodecCommand,
  FromCodecToNode,
  ToCodec,
  ToCodecFromNode,
} from '../../core/engine/codec-messages.ts';
import type { FromNet, ToNet } from '../../core/engine/messages.ts';
import { Net } from '../../core/engine/net.ts';
import { failureOf, problemOf } from '../../core/engine/problem.ts';
import { Failure } from '../../core/failure.ts';
import type { Threads, ThreadsHost } from '../../core/node/threads.ts';

/** Memory of nodes that are closed, for the next ones. */
const arenas: Arena[] = [];

class OneThread {
  readonly codecCount = 1;
  readonly #arena = arenas.pop() ?? createArena(1);
  readonly #codec: Codec;
  readonly #net: Net;
  /** Ends at the node. */
  readonly #toNet: MessagePort;
  readonly #toCodec: MessagePort;
  /** All ends, to be closed. */
  readonly #ports: readonly MessagePort[];
  readonly #calls = new Map<number, PromiseWithResolvers<unknown>>();
  #host: ThreadsHost | undefined;
  #lastCall = 0;
  #closed = false;

  constructor(fs: FileSystem) {
    const [blocks, net, codec] = [new MessageChannel(), new MessageChannel(), new MessageChannel()];
    this.#ports = [net.port1, net.port2, codec.port1, codec.port2];
    this.#toNet = net.port1;
    this.#toCodec = codec.port1;
    this.#codec = new Codec(
      { arena: this.#arena, index: 0, net: blocks.port2 },
      (job, bytes) => codec.port2.postMessage({ type: 'hashed', job, bytes } satisfies FromCodecToNode),
      fs,
    );
    blocks.port2.on('message', (message: ToCodec) => blocks.port2.postMessage(this.#codec.handle(message)));
    codec.port2.on('message', (message: ToCodecFromNode) => void this.#obey(codec.port2, message));
    codec.port1.on('message', (message: FromCodecToNode) => {
      if (message.type === 'answer') this.#answered(message);
      else this.#host?.hashed(message.job, message.bytes);
    });
    this.#net = new Net(
      { arena: this.#arena, codecs: [blocks.port1], cookieSecret: randomBytes(32) },
      (message) => net.port2.postMessage(message),
    );
    net.port2.on('message', (message: ToNet) => void this.#net.handle(message));
    net.port1.on('message', (message: FromNet) => {
      if (message.type === 'answer') this.#answered(message);
      else this.#host?.fromNet(message);
    });
  }

  attach(host: ThreadsHost): void {
    this.#host = host;
  }

  nextCodec(): number {
    return 0;
  }

  tell(message: ToNet): void {
    this.#toNet.postMessage(message);
  }

  ask(make: (call: number) => ToNet): Promise<unknown> {
    return this.#call((call) => this.#toNet.postMessage(make(call)));
  }

  tellCodec(codec: number, command: CodecCommand): void {
    this.command(codec, command).catch(() => undefined);
  }

  command(_codec: number, command: CodecCommand): Promise<unknown> {
    return this.#call((call) => this.#toCodec.postMessage({ call, command } satisfies ToCodecFromNode));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#net.handle({ type: 'close' });
    for (const port of this.#ports) port.close();
    try {
      this.#codec.close();
    } catch {
      // A disk that is broken refuses that too.
    }
    for (const { reject } of this.#calls.values()) reject(new Failure('interrupted', 'The node was closed.'));
    arenas.push(this.#arena);
  }

  async #obey(port: MessagePort, { call, command }: ToCodecFromNode): Promise<void> {
    const answer = await this.#codec.command(command).then(
      (result): FromCodecToNode => ({ type: 'answer', call, result }),
      (error): FromCodecToNode => ({ type: 'answer', call, problem: problemOf(error) }),
    );
    port.postMessage(answer);
  }

  #call(send: (call: number) => void): Promise<unknown> {
    if (this.#closed) return Promise.reject(new Failure('interrupted', 'The node was closed.'));
    const call = ++this.#lastCall;
    const pending = Promise.withResolvers<unknown>();
    this.#calls.set(call, pending);
    send(call);
    return pending.promise;
  }

  #answered({ call, problem, result }: (FromNet | FromCodecToNode) & { type: 'answer' }): void {
    const pending = this.#calls.get(call);
    this.#calls.delete(call);
    if (problem === undefined) pending?.resolve(result);
    else pending?.reject(failureOf(problem));
  }
}

/** Parts are written to `fs`. */
export function oneThread(fs: FileSystem = realFileSystem): Threads {
  return new OneThread(fs) as unknown as Threads;
}
