/** Whole swarms on the virtual network: the real state machines, and a model of the code that knows every byte. */
import { type Basin, Client, type Extents } from '../../../core/protocol/client.ts';
import type { Random } from '../../../core/protocol/random.ts';
import { seeded, unit } from '../../../core/protocol/random.ts';
import { Server, type Spring } from '../../../core/protocol/server.ts';
import type { Session } from '../../../core/protocol/session.ts';
import { readControl } from '../../../core/wire/control.ts';
import { MANIFEST_BLOCK, RAIN_HEADER, TYPE_HELLO, TYPE_SORRY } from '../../../core/wire/datagram.ts';
import { emptyRainHeader, isRain, readRain } from '../../../core/wire/rain.ts';
import type { Host } from './network.ts';

/** A resource whose symbols say what they are, so that every droplet that arrives can be judged. */
export interface VirtualResource {
  readonly id: string;
  readonly blocks: number;
  readonly blockSymbols: number;
  readonly lastSymbols: number;
  readonly symbolSize: number;
  readonly manifestBytes: number;
}

export function resourceOf(
  id: string,
  symbols: number,
  { blockSymbols = 1024, symbolSize = 1152 } = {},
): VirtualResource {
  const blocks = Math.ceil(symbols / blockSymbols);
  const lastSymbols = symbols - (blocks - 1) * blockSymbols;
  return { id, blocks, blockSymbols, lastSymbols, symbolSize, manifestBytes: 80 + 32 * blocks };
}

export function symbolsOf(resource: VirtualResource, block: number): number {
  if (block >= MANIFEST_BLOCK) {
    const bytes = resource.blockSymbols * resource.symbolSize;
    const index = block - MANIFEST_BLOCK;
    const left = resource.manifestBytes - index * bytes;
    return left <= 0 ? 0 : Math.min(resource.blockSymbols, Math.ceil(left / resource.symbolSize));
  }
  if (block >= resource.blocks) return 0;
  return block === resource.blocks - 1 ? resource.lastSymbols : resource.blockSymbols;
}

function tag(resource: string, block: number, id: number): number {
  let h =
    Number.parseInt(resource.slice(8), 16) ^ Math.imul(block + 1, 0x9e3779b1) ^ Math.imul(id + 7, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  return (h ^ (h >>> 13)) >>> 0;
}

export type Lie = (block: number, id: number) => boolean;

export class ServerHost implements Host {
  readonly server: Server;
  poured = 0;
  readonly #buffer = new Uint8Array(65_507);

  constructor(
    resources: readonly VirtualResource[],
    random: Random,
    options: { uploadLimit?: number; lie?: Lie; maxSubscriptions?: number } = {},
  ) {
    const secret = random.u32();
    const springs = new Map(resources.map((resource) => [resource.id, springOf(resource, options.lie)]));
    this.server = new Server(
      {
        mac: (message) => toyMac(message, secret),
        maxSubscriptions: options.maxSubscriptions ?? 100,
        maxPerHost: 100,
        uploadLimit: options.uploadLimit ?? Number.POSITIVE_INFINITY,
      },
      (id) => springs.get(id) ?? null,
      () => undefined,
    );
  }

  receive(now: number, from: string, bytes: Uint8Array): void {
    const datagram = readControl(bytes);
    if (typeof datagram !== 'string') this.server.handle(now, from, datagram);
  }

  pump(now: number, send: (to: string, bytes: Uint8Array) => void): number {
    for (;;) {
      const out = this.server.pollTransmit(now, this.#buffer);
      if (out === undefined) break;
      this.poured += out.bytes.length;
      send(out.address, out.bytes);
    }
    return this.server.pollTimeout(now);
  }
}

function springOf(resource: VirtualResource, lie: Lie = () => false): Spring {
  return {
    manifestBytes: resource.manifestBytes,
    symbolSize: resource.symbolSize,
    blockSymbols: resource.blockSymbols,
    profile: 1,
    name: new Uint8Array(0),
    realSymbols: (block) => symbolsOf(resource, block),
    ready: () => true,
    write(block, id, count, into, at) {
      const view = new DataView(into.buffer, into.byteOffset);
      for (let i = 0; i < count; i++) {
        const right = tag(resource.id, block, id + i);
        view.setUint32(at + i * resource.symbolSize, lie(block, id + i) ? right ^ 1 : right);
      }
    },
  };
}

/** Not a MAC; good enough for hosts that do not attack. */
function toyMac(message: Uint8Array, secret: number): Uint8Array {
  const out = new Uint8Array(16);
  let h = secret;
  for (const byte of message) h = Math.imul(h ^ byte, 0x01000193);
  new DataView(out.buffer).setUint32(0, h);
  return out;
}

interface Held {
  readonly ids: Set<number>;
  readonly liars: Set<number>;
  readonly real: number;
  source: number;
}

/** Decodes by the odds of profile 1 and sees every false droplet, as the hash of a block would. */
export class ClientHost implements Host {
  readonly client: Client;
  readonly done = new Set<number>();
  wrongBlocks = 0;
  doneAt: number | undefined;
  /** Verified symbols at the times they were verified. */
  verified = 0;
  decodeTime = 1;
  readonly #resource: VirtualResource;
  readonly #random: Random;
  readonly #held = new Map<number, Held>();
  readonly #impounded = new Map<number, Held>();
  readonly #decoding: { block: number; at: number; tried: number }[] = [];
  readonly #sessions = new Map<string, Session>();
  readonly #header = emptyRainHeader();
  readonly #stored: ReadonlyMap<number, Uint32Array>;
  #now = 0;

  constructor(
    resource: VirtualResource,
    random: Random,
    options: {
      window?: number;
      resume?: { done: ReadonlySet<number>; stored: ReadonlyMap<number, Uint32Array> };
      maxDatagram?: number;
    } = {},
  ) {
    this.#resource = resource;
    this.#random = random;
    this.#stored = options.resume?.stored ?? new Map();
    this.client = new Client(
      {
        resource: resource.id,
        window: options.window ?? 24,
        random,
        maxDatagram: () => options.maxDatagram ?? 1184,
        profile: 1,
      },
      this.#basin(),
    );
    if (options.resume !== undefined) {
      for (const block of options.resume.done) this.done.add(block);
      this.#startData(0);
    }
  }

  add(now: number, address: string): void {
    const session = this.client.addServer(now, address, 'asked');
    if (session !== undefined) this.#sessions.set(`${session.token.high}.${session.token.low}`, session);
  }

  receive(now: number, _from: string, bytes: Uint8Array): void {
    this.#now = now;
    if (isRain(bytes)) {
      const header = this.#header;
      if (readRain(bytes, header) !== undefined) return;
      const session = this.#sessions.get(`${header.tokenHigh}.${header.tokenLow}`);
      if (session !== undefined) this.client.handleRain(now, session, header, bytes, RAIN_HEADER);
      return;
    }
    const datagram = readControl(bytes);
    if (typeof datagram === 'string') return;
    if (datagram.type !== TYPE_HELLO && datagram.type !== TYPE_SORRY) return;
    const session = this.#sessions.get(`${datagram.token.high}.${datagram.token.low}`);
    if (session !== undefined) this.client.handleControl(now, session, datagram);
  }

  pump(now: number, send: (to: string, bytes: Uint8Array) => void): number {
    this.#now = now;
    for (;;) {
      this.#finishDecoding(now);
      for (let event = this.client.pollEvent(); event !== undefined; event = this.client.pollEvent()) {
        if (event.type === 'manifest') this.#manifestIsHere(now);
        if (event.type === 'done') this.doneAt = now;
      }
      const out = this.client.pollTransmit(now);
      if (out === undefined) break;
      send(out.address, out.bytes);
    }
    return Math.min(this.client.pollTimeout(), this.#decoding[0]?.at ?? Number.POSITIVE_INFINITY);
  }

  /** What a restart would find on disk. */
  stored(): { done: Set<number>; stored: Map<number, Uint32Array> } {
    const stored = new Map<number, Uint32Array>();
    for (const [block, held] of this.#held) {
      if (block < MANIFEST_BLOCK) stored.set(block, Uint32Array.from(held.ids));
    }
    return { done: new Set(this.done), stored };
  }

  #basin(): Basin {
    return {
      open: (block, real) => {
        const held = { ids: new Set<number>(), liars: new Set<number>(), real, source: 0 };
        for (const id of this.#stored.get(block) ?? []) {
          held.ids.add(id);
          if (id < real) held.source++;
        }
        this.#held.set(block, held);
        return true;
      },
      put: (block, id, from, bytes, at) => {
        const held = this.#held.get(block);
        if (held === undefined) throw new Error(`put into block ${block}, which is not open`);
        if (held.ids.has(id)) throw new Error(`droplet ${block}/${id} was put twice`);
        held.ids.add(id);
        if (id < held.real) held.source++;
        const value = new DataView(bytes.buffer, bytes.byteOffset).getUint32(at);
        if (value !== tag(this.#resource.id, block, id)) held.liars.add(from);
      },
      decode: (block) => {
        const tried = this.#held.get(block)?.ids.size ?? 0;
        this.#decoding.push({ block, at: this.#now + this.decodeTime, tried });
      },
      impound: (block) => {
        const held = this.#held.get(block);
        if (held !== undefined) this.#impounded.set(block, held);
        this.#held.delete(block);
      },
      discard: (block) => {
        this.#held.delete(block);
      },
    };
  }

  #finishDecoding(now: number): void {
    while (this.#decoding[0] !== undefined && this.#decoding[0].at <= now) {
      const { block, tried } = this.#decoding.shift() ?? { block: 0, tried: 0 };
      const held = this.#held.get(block);
      if (held === undefined) continue;
      const deficit = this.#deficit(held, tried);
      if (deficit > 0) this.client.handleShort(block, deficit, tried);
      else if (held.liars.size > 0 && block < MANIFEST_BLOCK) this.client.handleRotten(now, block);
      else this.#verified(now, block, held);
    }
  }

  #verified(now: number, block: number, held: Held): void {
    if (block < MANIFEST_BLOCK) {
      if (this.done.has(block)) this.wrongBlocks++;
      this.done.add(block);
      this.verified += held.real;
    }
    const evidence = this.#impounded.get(block);
    this.#impounded.delete(block);
    this.client.handleDecoded(now, block);
    if (evidence !== undefined) this.client.handleLiars(now, evidence.liars);
  }

  /** Rank deficit at k + e droplets: geometric, as of a random matrix over GF(2). */
  #deficit(held: Held, tried: number): number {
    if (held.source === held.real) return 0;
    if (tried < held.real) return held.real - tried;
    const extra = tried - held.real;
    return unit(this.#random) < 0.7 * 0.5 ** extra ? 1 : 0;
  }

  #manifestIsHere(now: number): void {
    const poisoned = [...this.#held].some(([block, held]) => block >= MANIFEST_BLOCK && held.liars.size > 0);
    if (poisoned) this.client.handleWrongManifest(now);
    else this.#startData(now);
  }

  #startData(now: number): void {
    const resource = this.#resource;
    const extents: Extents = {
      symbolSize: resource.symbolSize,
      count: resource.blocks,
      realSymbols: (block) => symbolsOf(resource, block),
    };
    this.client.handleManifest(now, extents, (block) => this.done.has(block), this.#stored);
  }
}

export { seeded };
