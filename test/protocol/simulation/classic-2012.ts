/**
 * A client and a server of 2012 as hosts of the virtual network. They are written from what is known of that wire and
 * use nothing of core/wire/classic.ts, so that both can be wrong only in different ways.
 */
import { type Random, unit } from '../../../core/protocol/random.ts';
import type { Host } from './network.ts';

export const SUBSCRIBE = 1n;
export const UNSUBSCRIBE = 2n;
export const PROPAGATE = 3n;
const PARTS = 64;
const LEASE = 5000;
const SILENCE = 1000;
const HEARTBEAT = 4000;

type Send = (to: string, bytes: Uint8Array) => void;

/** All that this wire knows: numbers of eight bytes, the lowest first. */
export function numbers(...values: readonly bigint[]): Buffer {
  const bytes = Buffer.alloc(8 * values.length);
  for (const [i, value] of values.entries()) bytes.writeBigUInt64LE(value, 8 * i);
  return bytes;
}

export function numbersOf(bytes: Uint8Array, count: number): bigint[] {
  const whole = Buffer.from(bytes);
  return Array.from({ length: count }, (_, i) => whole.readBigUInt64LE(8 * i));
}

/** The parts of a resource, padded with zeros. */
export function partsOf(content: Uint8Array): Buffer[] {
  const length = (content.length - (content.length % PARTS)) / PARTS + 1;
  const padded = Buffer.alloc(length * PARTS);
  padded.set(content);
  return Array.from({ length: PARTS }, (_, i) => padded.subarray(i * length, (i + 1) * length));
}

/** The droplet that is the XOR of these parts. */
export function dropletOf(id: bigint, content: Uint8Array, chosen: readonly number[]): Buffer {
  const parts = partsOf(content);
  const payload = chosen.map((part) => parts[part]).reduce(xor);
  const mask = chosen.reduce((sum, part) => sum + (1n << BigInt(part)), 0n);
  return Buffer.concat([numbers(id, mask, BigInt(content.length), BigInt(payload.length)), payload]);
}

/** Fetches one resource: peels, says SUBSCRIBE again only when a droplet comes, and gives up in a second of silence. */
export class Client2012 implements Host {
  content: Buffer | undefined;
  gaveUp = false;
  /** Received of this resource. */
  droplets = 0;
  readonly #id: bigint;
  readonly #servers: readonly string[];
  readonly #parts = new Map<number, Buffer>();
  #waiting: { mask: Set<number>; payload: Buffer }[] = [];
  #saidAt: number | undefined;
  #heardAt = 0;
  #toSay: bigint | undefined = SUBSCRIBE;

  constructor(id: bigint, servers: readonly string[]) {
    this.#id = id;
    this.#servers = servers;
  }

  get isOver(): boolean {
    return this.content !== undefined || this.gaveUp;
  }

  receive(now: number, _from: string, bytes: Uint8Array): void {
    if (this.isOver || bytes.length < 32) return;
    const [id, mask, dataLength, packetLength] = numbersOf(bytes, 4);
    if (id !== this.#id) return;
    this.#heardAt = now;
    this.droplets++;
    if (this.#saidAt !== undefined && now - this.#saidAt >= HEARTBEAT) this.#toSay = SUBSCRIBE;
    const payload = Buffer.from(bytes.subarray(32, 32 + Number(packetLength)));
    const parts = Array.from({ length: PARTS }, (_, i) => i).filter((i) => (mask >> BigInt(i)) & 1n);
    this.#waiting.push({ mask: new Set(parts), payload });
    this.#peel();
    if (this.#parts.size < PARTS) return;
    const whole = Buffer.concat(
      Array.from({ length: PARTS }, (_, i) => this.#parts.get(i) ?? Buffer.alloc(0)),
    );
    this.content = whole.subarray(0, Number(dataLength));
    this.#toSay = UNSUBSCRIBE;
  }

  pump(now: number, send: Send): number {
    if (this.#toSay !== undefined) {
      for (const server of this.#servers) send(server, numbers(this.#toSay, this.#id));
      if (this.#saidAt === undefined) this.#heardAt = now;
      this.#saidAt = now;
      this.#toSay = undefined;
    }
    if (!this.isOver && now - this.#heardAt >= SILENCE) this.gaveUp = true;
    return this.isOver ? Number.POSITIVE_INFINITY : this.#heardAt + SILENCE;
  }

  #peel(): void {
    for (let goesOn = true; goesOn; ) {
      goesOn = false;
      for (const droplet of this.#waiting) {
        for (const part of [...droplet.mask]) {
          const known = this.#parts.get(part);
          if (known === undefined) continue;
          droplet.mask.delete(part);
          droplet.payload = xor(droplet.payload, known);
        }
        if (droplet.mask.size !== 1) continue;
        for (const part of droplet.mask) this.#parts.set(part, droplet.payload);
        droplet.mask.clear();
        goesOn = true;
      }
      this.#waiting = this.#waiting.filter(({ mask }) => mask.size > 0);
    }
  }
}

interface Stream {
  readonly to: string;
  readonly id: bigint;
  readonly ends: number;
}

/** Serves what it has to whoever asks, and believes every PROPAGATE. */
export class Server2012 implements Host {
  readonly store = new Map<bigint, Uint8Array>();
  readonly propagated: { readonly id: bigint; readonly from: string; readonly port: number }[] = [];
  /** Droplets come from a port of their own: this is to be attached to another address of the same host. */
  readonly streamer: Host;
  readonly #streams = new Map<string, Stream>();
  readonly #random: Random;
  readonly #cumulative = cumulativeDegrees();

  /** `gap`: how long it takes to make a droplet, ms; it paces nothing. */
  constructor(random: Random, gap: number) {
    this.#random = random;
    this.streamer = {
      receive: () => undefined,
      pump: (now, send) => {
        this.#stream(now, send);
        return now + gap;
      },
    };
  }

  /** Who is being streamed to. */
  get streams(): number {
    return this.#streams.size;
  }

  receive(now: number, from: string, bytes: Uint8Array): void {
    if (bytes.length < 16) return;
    const [type, id] = numbersOf(bytes, 2);
    const key = `${id} ${from}`;
    if (type === UNSUBSCRIBE) this.#streams.delete(key);
    if (type === SUBSCRIBE && this.store.has(id)) this.#streams.set(key, { to: from, id, ends: now + LEASE });
    if (type === PROPAGATE && bytes.length === 24)
      this.propagated.push({ id, from, port: Number(numbersOf(bytes, 3)[2]) });
  }

  pump(): number {
    return Number.POSITIVE_INFINITY;
  }

  /** One droplet of each resource, to everybody who wants it. */
  #stream(now: number, send: Send): void {
    const made = new Map<bigint, Buffer>();
    for (const [key, stream] of this.#streams) {
      if (stream.ends <= now) this.#streams.delete(key);
      else {
        const droplet = made.get(stream.id) ?? this.droplet(stream.id);
        made.set(stream.id, droplet);
        send(stream.to, droplet);
      }
    }
  }

  /** One droplet by the degrees of 2012. */
  droplet(id: bigint): Buffer {
    const content = this.store.get(id);
    if (content === undefined) throw new Error(`nothing is stored as ${id}`);
    const at = unit(this.#random);
    const degree = this.#cumulative.findIndex((upTo) => at < upTo) + 1;
    const chosen = new Set<number>();
    while (chosen.size < (degree === 0 ? PARTS : degree)) chosen.add(Math.floor(unit(this.#random) * PARTS));
    return dropletOf(id, content, [...chosen]);
  }
}

/** Probabilities that a droplet has 1, 2, ... 64 parts or fewer. */
function cumulativeDegrees(): number[] {
  const spike = Math.floor(PARTS / 5);
  const weights = Array.from({ length: PARTS }, (_, i) => {
    const degree = i + 1;
    const soliton = degree === 1 ? 1 / PARTS : 1 / (degree * (degree - 1));
    return soliton + (degree <= spike ? 1 / degree : degree === spike + 1 ? 0.5 : 0);
  });
  const total = weights.reduce((sum, weight) => sum + weight);
  let sum = 0;
  return weights.map((weight) => {
    sum += weight / total;
    return sum;
  });
}

function xor(a: Buffer, b: Buffer): Buffer {
  return Buffer.from(a.map((byte, i) => byte ^ b[i]));
}
