/**
 * A node of 2012 on sockets of the loopback: it listens at one port, streams from another, and fetches and propagates
 * from others again. What it says and how it behaves is in ../protocol/simulation/classic-2012.ts.
 */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { seeded } from '../../core/protocol/random.ts';
import { Client2012, numbers, PROPAGATE, Server2012 } from '../protocol/simulation/classic-2012.ts';
import type { Host } from '../protocol/simulation/network.ts';

const LOOPBACK = '127.0.0.1';
/** ms it takes to make a droplet: about what Python needs for parts of 4 kB. */
const MAKING = 20;

export class Node2012 implements AsyncDisposable {
  readonly server: Server2012;
  /** Nodes that it fetches from, as `ip:port`, besides who propagates. */
  readonly cluster: readonly string[];
  readonly #socket: HostSocket;
  readonly #streamer: HostSocket;
  readonly #fetches = new Set<HostSocket>();
  #kept = Promise.withResolvers<void>();
  #seen = 0;

  private constructor(
    server: Server2012,
    socket: HostSocket,
    streamer: HostSocket,
    cluster: readonly string[],
  ) {
    this.server = server;
    this.#socket = socket;
    this.#streamer = streamer;
    this.cluster = cluster;
    socket.received = () => void this.#fetchPropagated();
  }

  static async open({ making = MAKING, cluster = [] as readonly string[] } = {}): Promise<Node2012> {
    const server = new Server2012(seeded(2012), making);
    const [socket, streamer] = [await HostSocket.open(server), await HostSocket.open(server.streamer)];
    return new Node2012(server, socket, streamer, cluster);
  }

  get address(): string {
    return this.#socket.address;
  }

  /** Resolves with the bytes, or undefined when it gave up. */
  async fetch(id: bigint, servers: readonly string[]): Promise<Buffer | undefined> {
    return (await this.watch(id, servers)).content;
  }

  /** As {@link fetch}, resolves with the client at its end. */
  async watch(id: bigint, servers: readonly string[]): Promise<Client2012> {
    const client = new Client2012(id, servers);
    const socket = await HostSocket.open(client);
    this.#fetches.add(socket);
    await socket.until(() => client.isOver);
    this.#fetches.delete(socket);
    await socket[Symbol.asyncDispose]();
    return client;
  }

  /** Tells a node to fetch this from here and to keep it. */
  async propagate(id: bigint, to: string): Promise<void> {
    const socket = await HostSocket.open({ receive: () => undefined, pump: () => Number.POSITIVE_INFINITY });
    await socket.send(to, numbers(PROPAGATE, id, BigInt(this.#socket.port)));
    await socket[Symbol.asyncDispose]();
  }

  /** Resolves when it holds this. */
  async holding(id: bigint): Promise<Uint8Array> {
    for (;;) {
      const content = this.server.store.get(id);
      if (content !== undefined) return content;
      await this.#kept.promise;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const sockets = [this.#socket, this.#streamer, ...this.#fetches];
    await Promise.all(sockets.map((socket) => socket[Symbol.asyncDispose]()));
  }

  async #fetchPropagated(): Promise<void> {
    for (const { id, from, port } of this.server.propagated.slice(this.#seen)) {
      this.#seen++;
      const sender = `${from.slice(0, from.lastIndexOf(':'))}:${port}`;
      const content = await this.fetch(id, [...new Set([...this.cluster, sender])]);
      if (content === undefined) continue;
      this.server.store.set(id, content);
      this.#kept.resolve();
      this.#kept = Promise.withResolvers();
    }
  }
}

/** Runs a host of the virtual network over a socket and the clock. */
class HostSocket implements AsyncDisposable {
  received: () => void = () => undefined;
  readonly port: number;
  readonly #socket: Socket;
  readonly #host: Host;
  #timer: NodeJS.Timeout | undefined;
  #turned = Promise.withResolvers<void>();
  #closed = false;

  private constructor(socket: Socket, host: Host) {
    this.#socket = socket;
    this.#host = host;
    this.port = socket.address().port;
    socket.on('message', (bytes, { address, port }) => {
      host.receive(performance.now(), `${address}:${port}`, bytes);
      this.received();
      this.#pump();
    });
  }

  static async open(host: Host): Promise<HostSocket> {
    const socket = createSocket('udp4');
    socket.bind(0, LOOPBACK);
    await once(socket, 'listening');
    const running = new HostSocket(socket, host);
    running.#pump();
    return running;
  }

  get address(): string {
    return `${LOOPBACK}:${this.port}`;
  }

  /** Resolves when the system has it. */
  send(to: string, bytes: Uint8Array): Promise<void> {
    const colon = to.lastIndexOf(':');
    return new Promise((sent) => {
      this.#socket.send(bytes, Number(to.slice(colon + 1)), to.slice(0, colon), () => sent());
    });
  }

  async until(isTrue: () => boolean): Promise<void> {
    while (!isTrue() && !this.#closed) await this.#turned.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#turned.resolve();
    clearTimeout(this.#timer);
    this.#socket.close();
    await once(this.#socket, 'close');
  }

  #pump(): void {
    if (this.#closed) return;
    clearTimeout(this.#timer);
    const now = performance.now();
    const next = this.#host.pump(now, (to, bytes) => void this.send(to, bytes));
    if (next !== Number.POSITIVE_INFINITY)
      this.#timer = setTimeout(() => this.#pump(), Math.max(1, next - now));
    this.#turned.resolve();
    this.#turned = Promise.withResolvers();
  }
}
