import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { Decoder, decodeScratchBytes } from '../../core/fountain/decoder.ts';
import { Encoder, intermediateBytes, presolveScratchBytes } from '../../core/fountain/encoder.ts';
import { createSymbolMemory, Kernel } from '../../core/fountain/kernel.ts';
import { CODE_PROFILE, MIN_K } from '../../core/fountain/profile.ts';
import type { Terms } from '../../core/protocol/agreement.ts';
import type { Basin } from '../../core/protocol/basin.ts';
import { Client } from '../../core/protocol/client.ts';
import { type Random, seeded } from '../../core/protocol/random.ts';
import { Server } from '../../core/protocol/server.ts';
import type { Session } from '../../core/protocol/session.ts';
import { readControl } from '../../core/wire/control.ts';
import { MANIFEST_BLOCK, RAIN_HEADER, TYPE_HELLO, TYPE_SORRY } from '../../core/wire/datagram.ts';
import { emptyRainHeader, isRain, readRain } from '../../core/wire/rain.ts';
import { type Host, Link, Network } from './simulation/network.ts';

const SYMBOL = 128;
const BLOCK_SYMBOLS = 32;
const BLOCK_BYTES = SYMBOL * BLOCK_SYMBOLS;

function digest(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest();
}

function slices(bytes: Uint8Array): Uint8Array[] {
  const count = Math.ceil(bytes.length / BLOCK_BYTES);
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * BLOCK_BYTES, (i + 1) * BLOCK_BYTES));
}

/** A content, and a manifest that is nothing but the digests of its blocks. */
class Content {
  readonly bytes: Uint8Array;
  readonly manifest: Uint8Array;
  readonly id: string;
  readonly terms: Terms;

  constructor(random: Random, length: number) {
    this.bytes = Uint8Array.from({ length }, () => random.u32());
    this.manifest = Buffer.concat(slices(this.bytes).map(digest));
    this.id = Buffer.from(digest(this.manifest)).toString('hex').slice(0, 16);
    this.terms = {
      manifestBytes: this.manifest.length,
      symbolSize: SYMBOL,
      blockSymbols: BLOCK_SYMBOLS,
      profile: CODE_PROFILE,
    };
  }
}

/** One memory for all: blocks to encode and to decode lie in places of their own. */
class Code {
  readonly #at = { source: 0, intermediate: 0, repair: 0, droplet: 0, encode: 0, decode: 0 };
  readonly #memory: Uint8Array;
  readonly #encoder: Encoder;
  readonly #decoder: Decoder;
  #presolved: Uint8Array | undefined;

  constructor() {
    const k = BLOCK_SYMBOLS;
    const sizes = {
      source: k * SYMBOL,
      intermediate: intermediateBytes(k, SYMBOL),
      repair: 12 * k * SYMBOL,
      droplet: SYMBOL,
      encode: presolveScratchBytes(k, SYMBOL),
      decode: decodeScratchBytes(k, SYMBOL),
    };
    let end = 0;
    for (const [name, size] of Object.entries(sizes)) {
      this.#at[name as keyof typeof sizes] = end;
      end += Math.ceil(size / 64) * 64;
    }
    const memory = createSymbolMemory(end);
    this.#memory = new Uint8Array(memory.buffer);
    const kernel = new Kernel(memory);
    this.#encoder = new Encoder(kernel, { at: this.#at.encode, bytes: sizes.encode });
    this.#decoder = new Decoder(kernel, { at: this.#at.decode, bytes: sizes.decode });
  }

  droplet(block: Uint8Array, id: number): Uint8Array {
    const k = shapeOf(block.length);
    if (this.#presolved !== block) {
      this.#memory.fill(0, this.#at.source, this.#at.source + k * SYMBOL).set(block, this.#at.source);
      this.#encoder.presolve(k, SYMBOL, this.#at.source, this.#at.intermediate);
      this.#presolved = block;
    }
    this.#encoder.droplet(k, SYMBOL, this.#at.intermediate, id, this.#at.droplet);
    return this.#memory.slice(this.#at.droplet, this.#at.droplet + SYMBOL);
  }

  /** The block of `real` symbols, or how many droplets are missing. */
  decode(real: number, droplets: ReadonlyMap<number, Uint8Array>): Uint8Array | number {
    this.#presolved = undefined;
    const k = Math.max(MIN_K, real);
    const { source, repair } = this.#at;
    const present = new Uint8Array(k).fill(1, real);
    const repairIds: number[] = [];
    this.#memory.fill(0, source, source + k * SYMBOL);
    for (const [id, symbol] of droplets) {
      if (id < real) {
        present[id] = 1;
        this.#memory.set(symbol, source + id * SYMBOL);
      } else this.#memory.set(symbol, repair + repairIds.push(id) * SYMBOL - SYMBOL);
    }
    const deficit = this.#decoder.begin({
      k,
      symbolSize: SYMBOL,
      source,
      present,
      repairIds: Uint32Array.from(repairIds),
      repairAt: Uint32Array.from(repairIds, (_, i) => repair + i * SYMBOL),
      count: repairIds.length,
    });
    if (deficit > 0) return deficit;
    this.#decoder.finish();
    return this.#memory.slice(source, source + real * SYMBOL);
  }
}

function shapeOf(bytes: number): number {
  return Math.max(MIN_K, Math.ceil(bytes / SYMBOL));
}

function serve(content: Content, code: Code, random: Random, lies: boolean): Host {
  const blocks = slices(content.bytes);
  const manifest = slices(content.manifest);
  const find = (block: number) => (block < MANIFEST_BLOCK ? blocks[block] : manifest[block - MANIFEST_BLOCK]);
  const secret = random.u32();
  const spring = {
    ...content.terms,
    name: new Uint8Array(0),
    realSymbols: (block: number) => Math.ceil((find(block)?.length ?? 0) / SYMBOL),
    ready: () => true,
    write(block: number, id: number, count: number, into: Uint8Array, at: number) {
      for (let i = 0; i < count; i++) into.set(code.droplet(find(block), id + i), at + i * SYMBOL);
      if (lies && block < MANIFEST_BLOCK) into[at] ^= 1;
    },
  };
  const limits = { maxSubscriptions: 10, maxPerHost: 10, uploadLimit: Number.POSITIVE_INFINITY };
  const mac = (message: Uint8Array) => digest(Buffer.concat([Uint8Array.of(secret), message]));
  const server = new Server(
    { ...limits, mac },
    () => spring,
    () => undefined,
  );
  const buffer = new Uint8Array(2000);
  return {
    receive(now, from, bytes) {
      const datagram = readControl(bytes);
      if (typeof datagram !== 'string') server.handle(now, from, datagram);
    },
    pump(now, send) {
      for (let out = server.pollTransmit(now, buffer); out; out = server.pollTransmit(now, buffer)) {
        send(out.address, out.bytes);
      }
      return server.pollTimeout(now);
    },
  };
}

interface Held {
  readonly real: number;
  readonly droplets: Map<number, Uint8Array>;
  readonly from: Map<number, number>;
}

/** A client that decodes, hashes and keeps what is right. */
class Fetcher implements Host {
  readonly file: Uint8Array;
  readonly client: Client;
  readonly banned: string[] = [];
  finished = false;
  readonly #content: Content;
  readonly #code: Code;
  readonly #held = new Map<number, Held>();
  readonly #evidence = new Map<number, Held>();
  readonly #sessions: Session[] = [];
  readonly #toDecode: number[] = [];
  readonly #header = emptyRainHeader();
  #manifest = new Uint8Array(0);
  readonly #done = new Set<number>();

  constructor(content: Content, code: Code, random: Random, servers: readonly string[]) {
    this.#content = content;
    this.#code = code;
    this.file = new Uint8Array(content.bytes.length);
    const config = {
      resource: content.id,
      window: 4,
      random,
      profile: CODE_PROFILE,
      maxDatagram: () => 1000,
    };
    this.client = new Client(config, this.#basin());
    for (const address of servers) {
      const session = this.client.addServer(0, address, 'asked');
      if (session !== undefined) this.#sessions.push(session);
    }
  }

  receive(now: number, _from: string, bytes: Uint8Array): void {
    const header = this.#header;
    if (isRain(bytes)) {
      if (readRain(bytes, header) !== undefined) return;
      const session = this.#sessions.find(({ token }) => token.high === header.tokenHigh);
      if (session !== undefined) this.client.handleRain(now, session, header, bytes, RAIN_HEADER);
      return;
    }
    const datagram = readControl(bytes);
    if (typeof datagram === 'string' || (datagram.type !== TYPE_HELLO && datagram.type !== TYPE_SORRY))
      return;
    const session = this.#sessions.find(({ token }) => token.high === datagram.token.high);
    if (session !== undefined) this.client.handleControl(now, session, datagram);
  }

  pump(now: number, send: (to: string, bytes: Uint8Array) => void): number {
    for (;;) {
      for (const block of this.#toDecode.splice(0)) this.#decode(now, block);
      for (let event = this.client.pollEvent(); event; event = this.client.pollEvent()) {
        if (event.type === 'manifest') this.#judgeManifest(now);
        if (event.type === 'banned') this.banned.push(event.address);
        if (event.type === 'done') this.finished = true;
      }
      const out = this.client.pollTransmit(now);
      if (out === undefined) return this.client.pollTimeout();
      send(out.address, out.bytes);
    }
  }

  #basin(): Basin {
    const open = (block: number): Held => {
      const held = this.#held.get(block);
      if (held === undefined) throw new Error(`block ${block} is not open`);
      return held;
    };
    return {
      begin: () => undefined,
      open: (block, real) => {
        this.#held.set(block, { real, droplets: new Map(), from: new Map() });
        return true;
      },
      put: (block, id, count, from, bytes, at) => {
        for (let i = 0; i < count; i++) {
          open(block).droplets.set(id + i, bytes.slice(at + i * SYMBOL, at + (i + 1) * SYMBOL));
          open(block).from.set(id + i, from);
        }
        return count;
      },
      decode: (block) => this.#toDecode.push(block),
      expel: (block, from) => {
        const held = open(block);
        for (const [id, by] of held.from) if (by === from) held.droplets.delete(id) && held.from.delete(id);
      },
      impound: (block) => {
        this.#evidence.set(block, open(block));
        this.#held.delete(block);
      },
      recall: (block, session) => {
        const { droplets, from } = open(block);
        const evidence = this.#evidence.get(block);
        const ids = [...(evidence?.from ?? [])].flatMap(([id, by]) => (by === session ? [id] : []));
        for (const id of ids) {
          droplets.set(id, evidence?.droplets.get(id) ?? new Uint8Array(SYMBOL));
          from.set(id, session);
        }
        return ids;
      },
      discard: (block) => this.#held.delete(block),
    };
  }

  #decode(now: number, block: number): void {
    const held = this.#held.get(block);
    if (held === undefined) return;
    const decoded = this.#code.decode(held.real, held.droplets);
    if (typeof decoded === 'number') this.client.handleShort(now, block, decoded, []);
    else if (block >= MANIFEST_BLOCK) {
      this.#manifest = Buffer.concat([this.#manifest, decoded]);
      this.client.handleDecoded(now, block);
    } else this.#verify(now, block, decoded);
  }

  #verify(now: number, block: number, decoded: Uint8Array): void {
    const right = decoded.subarray(0, this.file.length - block * BLOCK_BYTES);
    if (!Buffer.from(digest(right)).equals(this.#manifest.subarray(block * 32, block * 32 + 32))) {
      this.client.handleRotten(now, block);
      return;
    }
    this.file.set(right, block * BLOCK_BYTES);
    this.#done.add(block);
    this.client.handleDecoded(now, block);
    const evidence = this.#evidence.get(block);
    this.#evidence.delete(block);
    const liars = new Set<number>();
    for (const [id, symbol] of evidence?.droplets ?? []) {
      const by = evidence?.from.get(id);
      if (by !== undefined && !Buffer.from(this.#code.droplet(right, id)).equals(symbol)) liars.add(by);
    }
    this.client.handleLiars(now, liars);
  }

  #judgeManifest(now: number): void {
    this.#manifest = this.#manifest.subarray(0, this.#content.manifest.length);
    expect(Buffer.from(digest(this.#manifest)).toString('hex').slice(0, 16)).toBe(this.#content.id);
    const blocks = slices(this.file);
    this.client.handleManifest(
      now,
      {
        symbolSize: SYMBOL,
        count: blocks.length,
        realSymbols: (block) => Math.ceil((blocks[block]?.length ?? 0) / SYMBOL),
      },
      (block) => this.#done.has(block),
      new Map(),
    );
  }
}

test.each([1, 2, 3, 4])(
  'with the real code the bytes of the file are right, liar or not (seed %i)',
  (seed) => {
    const random = seeded(seed);
    const content = new Content(random, 100_000 + (random.u32() % 9000));
    const code = new Code();
    const network = new Network(random);
    network.timerJitter = 2;
    const servers = ['a:1', 'b:1', 'c:1'];
    const links = new Map(
      servers.map((address) => [
        address,
        new Link({ rate: 300_000, delay: 20, loss: 0.15, queue: 30_000 }, random),
      ]),
    );
    network.route = (from, to) => [links.get(from) ?? links.get(to)].filter((link) => link !== undefined);
    servers.forEach((address, i) => {
      network.attach(address, serve(content, code, random, seed > 2 && i === seed - 2));
    });
    const fetcher = new Fetcher(content, code, random, servers);
    network.attach('client:1', fetcher);
    expect(network.run(60_000, () => fetcher.finished)).toBe(true);
    expect(Buffer.from(fetcher.file).equals(content.bytes)).toBe(true);
    expect(fetcher.banned).toEqual(seed > 2 ? [servers[seed - 2]] : []);
  },
);
