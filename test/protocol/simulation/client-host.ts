/** A client on the virtual network: the real state machine over a model of the code that knows every droplet. */
import type { Basin } from '../../../core/protocol/basin.ts';
import { Client, type Terms } from '../../../core/protocol/client.ts';
import { FROM_STORE } from '../../../core/protocol/open-block.ts';
import { type Random, unit } from '../../../core/protocol/random.ts';
import type { Session } from '../../../core/protocol/session.ts';
import { readControl } from '../../../core/wire/control.ts';
import {
  MANIFEST_BLOCK,
  type PeerAddress,
  RAIN_HEADER,
  type RainHeader,
  TYPE_HELLO,
  TYPE_SORRY,
} from '../../../core/wire/datagram.ts';
import { emptyRainHeader, isRain, readRain } from '../../../core/wire/rain.ts';
import type { Host } from './network.ts';
import { extentsOf, symbolsOf, tagOf, termsOf, type VirtualResource } from './virtual-resource.ts';

/** What is on disk when a client stops: which blocks are done, and droplets of others: id and whether it is right. */
export interface Kept {
  readonly done: ReadonlySet<number>;
  readonly droplets: ReadonlyMap<number, Map<number, boolean>>;
}

export interface ClientOptions {
  readonly window?: number;
  /** Goes on from this, and knows the manifest. */
  readonly resume?: Kept;
  readonly maxDatagram?: number;
  /** Blocks there is memory for, evidence included. */
  readonly slots?: number;
  /** How long decoding takes, ms. */
  readonly decodeTime?: number;
  readonly background?: boolean;
  readonly serves?: boolean;
  /** Goes to the peers that servers tell it of, which are at these addresses; without it to none. */
  readonly addressOf?: (peer: PeerAddress) => string;
}

/** Ids from here on all say the same, as a thousand of the 2^32 do whom somebody has looked for. */
export const USELESS = 0x8000_0000;
/** Repair droplets that there is memory for, beyond as many as the block has symbols. */
const ROOM = 128;

interface Droplet {
  readonly from: number;
  readonly right: boolean;
}

interface Held {
  readonly real: number;
  /** Droplets beyond the source symbols that decoding will turn out to take, unless all source symbols are here. */
  readonly extra: number;
  readonly droplets: Map<number, Droplet>;
  source: number;
}

export class ClientHost implements Host {
  readonly client: Client;
  readonly done = new Set<number>();
  readonly banned: string[] = [];
  /** Blocks there is memory for, evidence included. */
  slots: number;
  doneAt: number | undefined;
  readonly #resource: VirtualResource;
  readonly #random: Random;
  readonly #decodeTime: number;
  readonly #held = new Map<number, Held>();
  /** Decoded blocks of the manifest. */
  readonly #manifest: [number, Held][] = [];
  readonly #evidence = new Map<number, Held>();
  readonly #decoding: { block: number; at: number; held: Held; droplets: ReadonlyMap<number, Droplet> }[] =
    [];
  readonly #sessions = new Map<string, Session>();
  readonly #header: RainHeader = emptyRainHeader();
  readonly #kept: Map<number, Map<number, boolean>>;
  readonly #addressOf: ((peer: PeerAddress) => string) | undefined;
  /** Of what is fetched at present, as a server says. */
  #symbolSize: number;
  #manifestBytes = 0;
  #now: number;

  constructor(now: number, resource: VirtualResource, random: Random, options: ClientOptions = {}) {
    this.#now = now;
    this.#resource = resource;
    this.#symbolSize = resource.symbolSize;
    this.#random = random;
    this.slots = options.slots ?? 64;
    this.#decodeTime = options.decodeTime ?? 1;
    this.#kept = new Map(options.resume?.droplets);
    this.#addressOf = options.addressOf;
    const { window = 24, maxDatagram = 1184, background = false, serves = false } = options;
    this.client = new Client(
      {
        resource: resource.id,
        window,
        random,
        maxDatagram: () => maxDatagram,
        profile: 1,
        background,
        serves,
      },
      this.#basin(),
    );
    if (options.resume === undefined) return;
    for (const block of options.resume.done) this.done.add(block);
    this.#startData(now);
  }

  add(now: number, address: string, found = 'asked'): void {
    const session = this.client.addServer(now, address, found);
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
        if (event.type === 'manifest') this.#judgeManifest(now);
        if (event.type === 'banned') this.banned.push(event.address);
        if (event.type === 'peers' && this.#addressOf !== undefined) {
          for (const address of event.peers.map(this.#addressOf)) this.add(now, address, 'server');
        }
        if (event.type === 'done') this.doneAt = now;
      }
      const out = this.client.pollTransmit(now);
      if (out === undefined) break;
      send(out.address, out.bytes);
    }
    return Math.min(this.client.pollTimeout(), this.#decoding[0]?.at ?? Number.POSITIVE_INFINITY);
  }

  /** True when every block is there. Blocks that are not right never get into `done`. */
  get complete(): boolean {
    return this.done.size === this.#resource.blocks;
  }

  /** What a restart finds on disk. */
  kept(): Kept {
    const droplets = new Map(this.#kept);
    for (const [block, held] of this.#held) {
      if (block >= MANIFEST_BLOCK || this.done.has(block)) continue;
      droplets.set(block, new Map([...held.droplets].map(([id, { right }]) => [id, right])));
    }
    return { done: new Set(this.done), droplets };
  }

  #basin(): Basin {
    return {
      begin: (terms) => this.#takeTerms(terms),
      open: (block, real) => {
        if (this.#held.has(block)) throw new Error(`block ${block} is open already`);
        if (this.#held.size + this.#evidence.size >= this.slots) return false;
        const held: Held = { real, extra: drawExtra(this.#random), droplets: new Map(), source: 0 };
        this.#held.set(block, held);
        for (const [id, right] of this.#kept.get(block) ?? []) put(held, id, { from: FROM_STORE, right });
        this.#kept.delete(block);
        return true;
      },
      put: (block, first, count, from, bytes, at) => {
        const held = this.#open(block);
        for (let i = 0; i < count; i++) {
          const id = first + i;
          if (held.droplets.has(id)) throw new Error(`droplet ${block}/${id} was put twice`);
          const place = at + i * this.#symbolSize;
          const tag = new DataView(bytes.buffer, bytes.byteOffset).getUint32(place);
          if (!hasRoom(held, id)) return i;
          put(held, id, { from, right: tag === tagOf(this.#resource, block, id) });
        }
        return count;
      },
      decode: (block) => {
        const held = this.#open(block);
        const at = this.#now + this.#decodeTime;
        this.#decoding.push({ block, at, held, droplets: new Map(held.droplets) });
      },
      expel: (block, from) => {
        const held = this.#open(block);
        for (const [id, droplet] of held.droplets) {
          if (droplet.from !== from) continue;
          held.droplets.delete(id);
          if (id < held.real) held.source--;
        }
      },
      impound: (block) => {
        if (this.#evidence.size > 0) throw new Error('two blocks are evidence at once');
        this.#evidence.set(block, this.#open(block));
        this.#held.delete(block);
      },
      recall: (block, from) => {
        const held = this.#open(block);
        const ids = [...(this.#evidence.get(block)?.droplets ?? [])].filter(
          ([, droplet]) => droplet.from === from,
        );
        for (const [id, droplet] of ids) put(held, id, droplet);
        return ids.map(([id]) => id);
      },
      discard: (block) => {
        this.#open(block);
        this.#held.delete(block);
        this.client.handleRoom(this.#now);
      },
    };
  }

  #takeTerms({ symbolSize, manifestBytes }: Terms): void {
    this.#symbolSize = symbolSize;
    this.#manifestBytes = manifestBytes;
    this.#manifest.length = 0;
  }

  #open(block: number): Held {
    const held = this.#held.get(block);
    if (held === undefined) throw new Error(`block ${block} is not open`);
    return held;
  }

  #finishDecoding(now: number): void {
    while (this.#decoding[0] !== undefined && this.#decoding[0].at <= now) {
      const attempt = this.#decoding.shift();
      if (attempt === undefined || this.#held.get(attempt.block) !== attempt.held) continue;
      const { block, held, droplets } = attempt;
      const deficit = deficitOf(held, droplets);
      const wrong = [...droplets.values()].some(({ right }) => !right);
      if (deficit > 0) this.#short(now, block, held, deficit);
      else if (wrong && block < MANIFEST_BLOCK) this.client.handleRotten(now, block);
      else this.#verified(now, block);
    }
  }

  #short(now: number, block: number, held: Held, deficit: number): void {
    const useless = hasRoom(held, USELESS) ? [] : uselessOf(held.droplets);
    for (const id of useless) held.droplets.delete(id);
    this.client.handleShort(now, block, deficit, useless);
  }

  #verified(now: number, block: number): void {
    const held = this.#held.get(block);
    if (block >= MANIFEST_BLOCK && held !== undefined) this.#manifest.push([block, held]);
    if (block < MANIFEST_BLOCK) {
      if (this.done.has(block)) throw new Error(`block ${block} was fetched twice`);
      this.done.add(block);
    }
    const evidence = this.#evidence.get(block);
    this.#evidence.delete(block);
    this.client.handleDecoded(now, block);
    if (evidence === undefined) return;
    const falseOnes = [...evidence.droplets.values()].filter(({ right }) => !right);
    this.client.handleLiars(now, new Set(falseOnes.map(({ from }) => from)));
  }

  /** Does what is here belong to the id? */
  #judgeManifest(now: number): void {
    const blocks = this.#manifest.splice(0);
    const { manifestBytes } = termsOf(this.#resource);
    const right = blocks.every(
      ([block, held]) =>
        held.real === symbolsOf(this.#resource, block, manifestBytes) &&
        [...held.droplets.values()].every((droplet) => droplet.right),
    );
    // The hash is that of so many bytes.
    if (right && this.#manifestBytes === manifestBytes) this.#startData(now);
    else this.client.handleWrongManifest(now);
  }

  #startData(now: number): void {
    const stored = new Map([...this.#kept].map(([block, ids]) => [block, Uint32Array.from(ids.keys())]));
    this.client.handleManifest(now, extentsOf(this.#resource), (block) => this.done.has(block), stored);
  }
}

function put(held: Held, id: number, droplet: Droplet): void {
  held.droplets.set(id, droplet);
  if (id < held.real) held.source++;
}

/** How often a random code over GF(2), which profile 1 is as good as, is solved by k + 0, 1, 2 ... droplets. */
const SOLVED = [0.2888, 0.5776, 0.7701, 0.8801, 0.9388, 0.9691, 0.9845, 0.9922, 0.9961, 0.998, 0.999];

function drawExtra(random: Random): number {
  const u = unit(random);
  const extra = SOLVED.findIndex((odds) => u < odds);
  return extra < 0 ? SOLVED.length : extra;
}

function deficitOf(held: Held, droplets: ReadonlyMap<number, Droplet>): number {
  let source = 0;
  for (const id of droplets.keys()) if (id < held.real) source++;
  if (source === held.real) return 0;
  const size = droplets.size - uselessOf(droplets).length;
  if (size < held.real) return held.real - size;
  return size < held.real + held.extra ? 1 : 0;
}

function uselessOf(droplets: ReadonlyMap<number, Droplet>): number[] {
  return [...droplets.keys()].filter((id) => id >= USELESS).slice(1);
}

/** As in the memory of a real client, repair droplets have a room of their own. */
function hasRoom(held: Held, id: number): boolean {
  return id < held.real || held.droplets.size - held.source < held.real + ROOM;
}
