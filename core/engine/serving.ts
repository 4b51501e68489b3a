/** The serving side of the network thread: the protocol's server, over the springs of what this node has. */
import { createHmac } from 'node:crypto';
import { Encoder } from '../fountain/encoder.ts';
import { Kernel } from '../fountain/kernel.ts';
import type { Pouring } from '../protocol/pouring.ts';
import { Server } from '../protocol/server.ts';
import type { FromCodec } from './codec-messages.ts';
import { type Asker, FirstAskers } from './first-askers.ts';
import { parseIp } from './ip.ts';
import type { ClientStats, FromNet, NetStart, SourceInfo, SpringsFigures } from './messages.ts';
import { Springs } from './springs.ts';
import { FULL_RETRY, type Udp } from './udp.ts';

/** When a client whose block found no slot is tried again, ms. */
const SLOT_RETRY = 20;
const MAX_SUBSCRIPTIONS = 2048;
const MAX_PER_HOST = 256;

export interface ServingHost {
  now(): number;
  post(message: FromNet): void;
  /** There is something to pour that was not there when `pump` looked. */
  wake(): void;
}

export class Serving {
  readonly #host: ServingHost;
  readonly #springs: Springs;
  readonly #server: Server;
  readonly #firstAskers = new FirstAskers();
  /** Whose datagram the server is looking at. */
  #asker: Asker | undefined;
  #poured = 0;

  constructor({ arena, codecs, cookieSecret }: NetStart, host: ServingHost) {
    this.#host = host;
    this.#springs = new Springs({
      memory: new Uint8Array(arena.memory.buffer),
      encoder: new Encoder(new Kernel(arena.memory), arena.droplets),
      slots: arena.serveSlots,
      intermediates: arena.intermediates,
      room: arena.run,
      codecs,
      now: () => host.now(),
      find: (resource) => host.post({ type: 'find', resource }),
      unknown: (resource) => {
        if (this.#asker !== undefined) this.#firstAskers.wait(resource, this.#asker);
      },
      ready: (resource) => {
        this.#server.handleReady(resource);
        host.wake();
      },
      later: (retry) => setTimeout(retry, SLOT_RETRY),
      failed: (resource, source, problem) => host.post({ type: 'source-failed', resource, source, problem }),
    });
    this.#server = new Server(
      {
        mac: (message) => createHmac('sha256', cookieSecret).update(message).digest(),
        maxSubscriptions: MAX_SUBSCRIPTIONS,
        maxPerHost: MAX_PER_HOST,
        uploadLimit: Number.POSITIVE_INFINITY,
      },
      this.#springs.lookup,
      parseIp,
    );
  }

  /** Whether a stranger without a cookie would be answered; if not, what it says need not be read. */
  answersStrangers(now: number): boolean {
    return this.#server.answersStrangers(now);
  }

  /** Takes what a client says. */
  handle(asker: Asker): void {
    this.#asker = asker;
    this.#server.handle(asker.askedAt, asker.address, asker.datagram);
    this.#asker = undefined;
  }

  /** The node says what it has of a resource. */
  found(resource: string, info: SourceInfo | null): void {
    this.#springs.found(resource, info);
    for (const asker of this.#firstAskers.take(resource)) this.handle(asker);
  }

  /** A codec has read or presolved a block. */
  loaded(message: FromCodec & { type: 'loaded' }): void {
    this.#springs.loaded(message);
  }

  /** Pours a resource no more. */
  drop(resource: string): void {
    this.#springs.drop(resource);
    this.#server.drop(resource);
  }

  /** Wire bytes per second. */
  setUploadLimit(up: number): void {
    this.#server.setUploadLimit(up);
  }

  /** When the upload limit lets the next datagram leave, ms. */
  get allowedAt(): number {
    return this.#server.allowedAt;
  }

  /** Counts what somebody else has poured, against the upload limit as well. */
  charge(now: number, bytes: number): void {
    this.#poured += bytes;
    this.#server.charge(now, bytes);
  }

  /** Pours what is due, for a turn of the event loop; returns when there is more, ms. */
  pump(udp: Udp): number {
    for (let sent = 0; sent < udp.turn; sent++) {
      if (udp.isFull) return this.#host.now() + FULL_RETRY;
      const { memory } = udp;
      const out = this.#server.pollTransmit(this.#host.now(), memory, udp.place);
      if (out === undefined) return this.#server.pollTimeout(this.#host.now());
      this.#poured += out.length;
      if (out.memory === memory) udp.send(out.address, out.length);
      else udp.sendTo(out.address, out.bytes);
    }
    return 0;
  }

  /** UDP payload bytes, of all clients, since the thread began. */
  get poured(): number {
    return this.#poured;
  }

  get figures(): SpringsFigures {
    return this.#springs.figures;
  }

  /** Who is poured to, and for the last time who has left since the call before. */
  takeClients(): ClientStats[] {
    return [
      ...Array.from(this.#server.clients(), (client) => statsOf(client, false)),
      ...this.#server.takeLeft().map((client) => statsOf(client, true)),
    ];
  }
}

function statsOf({ number, resource, address, bytes }: Pouring, hasLeft: boolean): ClientStats {
  return { number, resource, address, poured: bytes, hasLeft };
}
