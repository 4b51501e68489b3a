/** The classic client and server of this program as hosts of the virtual network. */
import { ClassicClient } from '../../../core/protocol/classic-client.ts';
import {
  type ClassicContent,
  ClassicServer,
  type ClassicServerEvent,
} from '../../../core/protocol/classic-server.ts';
import { seeded } from '../../../core/protocol/random.ts';
import { readClassicDroplet, readClassicRequest } from '../../../core/wire/classic.ts';
import type { Host } from './network.ts';

type Send = (to: string, bytes: Uint8Array) => void;

export class ClassicServerHost implements Host {
  readonly server: ClassicServer;
  /** By resource id of 16 hex digits. */
  readonly contents = new Map<string, ClassicContent>();
  /** Lookups that are not answered yet; only filled while `isSlow`. */
  readonly lookups: string[] = [];
  isSlow = false;
  readonly events: ClassicServerEvent[] = [];
  readonly #buffer = new Uint8Array(65_536);

  constructor(seed = 1, allows: (address: string) => boolean = () => true) {
    this.server = new ClassicServer({ allows, random: seeded(seed) });
  }

  receive(now: number, from: string, bytes: Uint8Array): void {
    const request = readClassicRequest(bytes);
    if (request === undefined) return;
    this.server.handle(now, from, request);
    this.#drain(now);
  }

  pump(now: number, send: Send): number {
    for (;;) {
      const out = this.server.pollTransmit(now, this.#buffer);
      if (out === undefined) return this.server.pollTimeout();
      send(out.address, out.bytes);
    }
  }

  answer(now: number): void {
    for (const resource of this.lookups.splice(0)) {
      this.server.handleContent(now, resource, this.contents.get(resource) ?? 'absent');
    }
    this.#drain(now);
  }

  #drain(now: number): void {
    for (let event = this.server.pollEvent(); event !== undefined; event = this.server.pollEvent()) {
      this.events.push(event);
      if (event.type === 'lookup') this.lookups.push(event.resource);
    }
    if (!this.isSlow && this.lookups.length > 0) this.answer(now);
  }
}

export class ClassicClientHost implements Host {
  readonly client: ClassicClient;
  droplets = 0;

  constructor(
    now: number,
    resource: string,
    servers: readonly string[],
    accepts?: (bytes: Uint8Array) => boolean,
  ) {
    this.client = new ClassicClient(now, resource, servers, accepts);
  }

  receive(now: number, from: string, bytes: Uint8Array): void {
    const droplet = readClassicDroplet(bytes);
    if (droplet === undefined || droplet.resource !== this.client.resource) return;
    if (this.client.outcome === undefined) this.droplets++;
    this.client.handleDroplet(now, from, droplet);
  }

  pump(now: number, send: Send): number {
    for (;;) {
      const out = this.client.pollTransmit(now);
      if (out === undefined) return this.client.pollTimeout();
      send(out.address, out.bytes);
    }
  }
}
