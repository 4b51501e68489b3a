/** Both sides of the classic wire on the socket of a node. While it is closed no datagram is looked at. */
import { blake3 } from '../content/blake3.ts';
import { ClassicClient } from '../protocol/classic-client.ts';
import { ClassicServer } from '../protocol/classic-server.ts';
import type { Random } from '../protocol/random.ts';
import {
  CLASSIC_HEADER,
  classicResource,
  readClassicDroplet,
  readClassicRequest,
  writeClassicRequest,
} from '../wire/classic.ts';
import { AddressList } from './address-list.ts';
import type { FromClassic, ToClassic } from './classic-messages.ts';
import { FULL_RETRY, type Sender, type Udp } from './udp.ts';

export interface ClassicHost {
  readonly random: Random;
  post(message: FromClassic): void;
  answer(call: number, result: unknown): void;
  /** When the upload limit of the node lets the next datagram leave, ms. */
  allowedAt(): number;
  /** Counts what is poured against that limit. */
  charge(now: number, bytes: number): void;
}

interface Fetch {
  readonly client: ClassicClient;
  readonly call: number;
  isAnswered: boolean;
}

export class Classic {
  readonly #host: ClassicHost;
  #server: ClassicServer | undefined;
  /** By resource; those that are answered still say goodbye. */
  readonly #fetches = new Map<string, Fetch>();
  readonly #propagations: (ToClassic & { type: 'propagate' })[] = [];

  constructor(host: ClassicHost) {
    this.#host = host;
  }

  /** Whether any datagram is to be shown to it. */
  get isOpen(): boolean {
    return this.#server !== undefined;
  }

  handle(now: number, message: ToClassic): void {
    switch (message.type) {
      case 'open': {
        const list = new AddressList(message.allow);
        const { random } = this.#host;
        this.#server = new ClassicServer({ allows: (address) => list.allows(address), random });
        return;
      }
      case 'close':
        this.#server = undefined;
        for (const { client } of this.#fetches.values()) client.stop(now);
        return;
      case 'content':
        this.#server?.handleContent(now, message.resource, message.content);
        this.#tell();
        return;
      case 'fetch':
        this.#fetch(now, message);
        return;
      case 'propagate':
        this.#propagations.push(message);
        return;
    }
  }

  /** Whether the datagram was one of this wire; then it has been dealt with. */
  receive(now: number, bytes: Uint8Array, from: Sender): boolean {
    const request = readClassicRequest(bytes);
    if (request !== undefined) {
      this.#server?.handle(now, from.address, request);
      this.#tell();
      return true;
    }
    if (this.#fetches.size === 0 || bytes.length <= CLASSIC_HEADER) return false;
    const client = this.#fetches.get(classicResource(bytes))?.client;
    const { address } = from;
    if (client === undefined || !client.hears(address)) return false;
    // A copy, of which the client keeps the payload.
    const droplet = readClassicDroplet(new Uint8Array(bytes));
    if (droplet === undefined) return false;
    client.handleDroplet(now, address, droplet);
    return true;
  }

  /** Sends what is due; returns when there is more, ms. */
  pump(now: number, udp: Udp): number {
    for (const { resource, to } of this.#propagations.splice(0)) {
      const bytes = writeClassicRequest({ type: 'propagate', resource, port: udp.port });
      for (const address of to) udp.sendTo(address, bytes);
    }
    let next = this.#pour(now, udp);
    for (const [resource, fetch] of this.#fetches) {
      next = Math.min(next, pumpClient(now, fetch.client, udp));
      this.#settle(fetch);
      if (fetch.client.isOver) this.#fetches.delete(resource);
    }
    return next;
  }

  /** What is left of an earlier fetch of the same is dropped: its goodbyes would end this one. */
  #fetch(now: number, { call, resource, servers, digest }: ToClassic & { type: 'fetch' }): void {
    const accepts =
      digest === undefined
        ? undefined
        : (bytes: Uint8Array): boolean => Buffer.from(blake3.hash(bytes)).equals(digest);
    const client = new ClassicClient(now, resource, servers, accepts);
    this.#fetches.set(resource, { client, call, isAnswered: false });
  }

  #settle(fetch: Fetch): void {
    const { outcome } = fetch.client;
    if (outcome === undefined || fetch.isAnswered) return;
    fetch.isAnswered = true;
    this.#host.answer(fetch.call, outcome);
  }

  #pour(now: number, udp: Udp): number {
    const server = this.#server;
    if (server === undefined) return Number.POSITIVE_INFINITY;
    for (;;) {
      if (udp.isFull) return now + FULL_RETRY;
      const allowedAt = this.#host.allowedAt();
      if (allowedAt > now) return allowedAt;
      const out = server.pollTransmit(now, udp.memory.subarray(udp.place));
      if (out === undefined) return server.pollTimeout();
      udp.send(out.address, out.bytes.length);
      this.#host.charge(now, out.bytes.length);
    }
  }

  #tell(): void {
    for (let event = this.#server?.pollEvent(); event !== undefined; event = this.#server?.pollEvent()) {
      this.#host.post(event);
    }
  }
}

function pumpClient(now: number, client: ClassicClient, udp: Udp): number {
  for (;;) {
    const out = client.pollTransmit(now);
    if (out === undefined) return client.pollTimeout();
    udp.sendTo(out.address, out.bytes);
  }
}
