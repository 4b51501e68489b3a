/**
 * The serving side of the classic wire, sans-IO. That wire has no cookies, so whoever forges the address of a
 * subscriber has it flooded: only listed addresses are heard at all, each is sent no more than it can take, and
 * everything that is refused is refused with silence and a notice for the log.
 */
import { type ClassicRequest, MAX_CLASSIC_LENGTH } from '../wire/classic.ts';
import { ClassicFountain } from './classic-fountain.ts';
import { ClassicNotices } from './classic-notices.ts';
import type { Random } from './random.ts';
import type { Transmission } from './transmission.ts';

export interface ClassicServerConfig {
  /** Whether `ip:port` is listed. */
  allows(address: string): boolean;
  readonly random: Random;
}

/** Why a request gets no answer. */
export type ClassicSilence = 'unlisted' | 'absent' | 'too-large' | 'private' | 'busy';

/** What a host has of a resource: its bytes, which must not change any more, or why it cannot be poured here. */
export type ClassicContent = Uint8Array | Exclude<ClassicSilence, 'unlisted'>;

export type ClassicServerEvent =
  /** To be answered by `handleContent`. */
  | { readonly type: 'lookup'; readonly resource: string }
  /** A listed node asks to fetch and keep this; it listens at `from`, an `ip:port`. Comes at any rate. */
  | { readonly type: 'propagated'; readonly resource: string; readonly from: string }
  | {
      readonly type: 'silence';
      readonly why: ClassicSilence;
      readonly resource: string;
      readonly address: string;
    };

/** The server of 2012 forgets whom it has not heard of for so long, ms. Its client says so every 4 s. */
const LEASE = 5000;
/** About 300 bytes each, besides contents. */
const MAX_SUBSCRIBERS = 64;
const MAX_PER_HOST = 16;
/** Bytes of contents that are held at once. */
const MAX_HELD = 64 * 1024 * 1024;
/** A content is looked up anew for who comes so much later, ms: it may have been overwritten. */
const FRESH = 1000;
/**
 * What a client of 2012 takes from one subscription: its receive buffer of 208 kB holds three of the largest
 * datagrams. Halved with every 64 droplets, for who is not done by then loses them.
 */
const BYTES_PER_SECOND = 500_000;
const DROPLETS_PER_SECOND = 200;
/** How fast it adds parts, in Python. */
const ADDED_BYTES_PER_SECOND = 3_000_000;
/** The client of 2012 gives up after a second without a droplet, so it is never left waiting for longer, ms. */
const LONGEST_GAP = 200;
/** All subscriptions together. */
const ALL_BYTES_PER_SECOND = 8_000_000;

interface Subscriber {
  readonly address: string;
  readonly resource: string;
  leaseEnds: number;
  /** When its next droplet may leave, ms. */
  due: number;
  /** Undefined while the content is looked up. */
  fountain: ClassicFountain | undefined;
}

export class ClassicServer {
  readonly #config: ClassicServerConfig;
  readonly #subscribers = new Map<string, Subscriber>();
  readonly #contents = new Map<string, { readonly bytes: Uint8Array; readonly at: number }>();
  readonly #asked = new Set<string>();
  readonly #notices = new ClassicNotices();
  readonly #events: ClassicServerEvent[] = [];
  readonly #out: Transmission = { address: '', bytes: new Uint8Array(0) };
  #allowedAt = 0;

  constructor(config: ClassicServerConfig) {
    this.#config = config;
  }

  get subscribers(): number {
    return this.#subscribers.size;
  }

  /** Takes a request that came from `address`, an `ip:port`. */
  handle(now: number, address: string, request: ClassicRequest): void {
    const { type, resource } = request;
    if (!this.#config.allows(address)) {
      this.#stayMute(now, 'unlisted', resource, address);
      return;
    }
    this.#expire(now);
    if (type === 'subscribe') this.#subscribe(now, address, resource);
    else if (type === 'unsubscribe') this.#subscribers.delete(keyOf(address, resource));
    else this.#events.push({ type: 'propagated', resource, from: `${hostOf(address)}:${request.port}` });
  }

  /** The answer to a `lookup`. */
  handleContent(now: number, resource: string, answer: ClassicContent): void {
    this.#asked.delete(resource);
    const waiting = [...this.#subscribers.values()].filter(
      (subscriber) => subscriber.resource === resource && subscriber.fountain === undefined,
    );
    if (waiting.length === 0) return;
    const content = this.#accept(answer);
    if (typeof content === 'string') {
      for (const { address } of waiting) {
        this.#subscribers.delete(keyOf(address, resource));
        this.#stayMute(now, content, resource, address);
      }
      return;
    }
    this.#contents.set(resource, { bytes: content, at: now });
    for (const subscriber of waiting) {
      subscriber.fountain = new ClassicFountain(resource, content, this.#config.random);
      subscriber.due = now;
    }
  }

  /** Next droplet that may leave now, written into `buffer`; undefined: nothing before `pollTimeout`. */
  pollTransmit(now: number, buffer: Uint8Array): Transmission | undefined {
    this.#expire(now);
    if (now < this.#allowedAt) return undefined;
    let next: Subscriber | undefined;
    for (const subscriber of this.#subscribers.values()) {
      if (subscriber.due <= now && (next === undefined || subscriber.due < next.due)) next = subscriber;
    }
    const fountain = next?.fountain;
    if (next === undefined || fountain === undefined) return undefined;
    const bytes = fountain.datagramBytes;
    const { round } = fountain;
    next.due = now + gapOf(bytes, round, fountain.write(buffer));
    this.#allowedAt = now + (bytes * 1000) / ALL_BYTES_PER_SECOND;
    this.#out.address = next.address;
    this.#out.bytes = buffer.subarray(0, bytes);
    return this.#out;
  }

  /** When `pollTransmit` may have something again, ms; Infinity: not before something is handled. */
  pollTimeout(): number {
    let due = Number.POSITIVE_INFINITY;
    let ends = Number.POSITIVE_INFINITY;
    for (const subscriber of this.#subscribers.values()) {
      due = Math.min(due, subscriber.due);
      ends = Math.min(ends, subscriber.leaseEnds);
    }
    for (const { at } of this.#contents.values()) ends = Math.min(ends, at + FRESH);
    return Math.min(ends, Math.max(due, this.#allowedAt));
  }

  pollEvent(): ClassicServerEvent | undefined {
    return this.#events.shift();
  }

  #subscribe(now: number, address: string, resource: string): void {
    const key = keyOf(address, resource);
    const known = this.#subscribers.get(key);
    if (known !== undefined) {
      known.leaseEnds = now + LEASE;
      return;
    }
    const hasRoom = Math.max(this.#subscribers.size, this.#asked.size) < MAX_SUBSCRIBERS;
    if (!hasRoom || this.#ofHost(hostOf(address)) >= MAX_PER_HOST) {
      this.#stayMute(now, 'busy', resource, address);
      return;
    }
    const fresh = this.#contents.get(resource)?.bytes;
    this.#subscribers.set(key, {
      address,
      resource,
      leaseEnds: now + LEASE,
      due: fresh === undefined ? Number.POSITIVE_INFINITY : now,
      fountain: fresh === undefined ? undefined : new ClassicFountain(resource, fresh, this.#config.random),
    });
    if (fresh === undefined) this.#lookUp(resource);
  }

  #lookUp(resource: string): void {
    if (this.#asked.has(resource)) return;
    this.#asked.add(resource);
    this.#events.push({ type: 'lookup', resource });
  }

  #accept(answer: ClassicContent): ClassicContent {
    if (typeof answer === 'string') return answer;
    if (answer.length > MAX_CLASSIC_LENGTH) return 'too-large';
    return this.#held() + answer.length > MAX_HELD ? 'busy' : answer;
  }

  /** Bytes of all contents; of one resource there may be several, where it was overwritten meanwhile. */
  #held(): number {
    const contents = new Set<Uint8Array>();
    for (const { bytes } of this.#contents.values()) contents.add(bytes);
    for (const { fountain } of this.#subscribers.values()) {
      if (fountain !== undefined) contents.add(fountain.content);
    }
    return [...contents].reduce((sum, { length }) => sum + length, 0);
  }

  #ofHost(host: string): number {
    return [...this.#subscribers.values()].filter(({ address }) => hostOf(address) === host).length;
  }

  #expire(now: number): void {
    for (const [key, { leaseEnds }] of this.#subscribers) {
      if (leaseEnds <= now) this.#subscribers.delete(key);
    }
    for (const [resource, { at }] of this.#contents) {
      if (at + FRESH <= now) this.#contents.delete(resource);
    }
  }

  #stayMute(now: number, why: ClassicSilence, resource: string, address: string): void {
    // One line for each unlisted host: what it asks for is its own choice, and could be something new each time.
    const notice = why === 'unlisted' ? hostOf(address) : `${why} ${resource}`;
    if (this.#notices.mayBeSaid(now, notice)) this.#events.push({ type: 'silence', why, resource, address });
  }
}

/** ms until the next droplet after one of `bytes`, which its receiver adds up from `added` bytes. */
function gapOf(bytes: number, round: number, added: number): number {
  const gap = Math.max(1000 / DROPLETS_PER_SECOND, (bytes * 1000) / BYTES_PER_SECOND) * 2 ** round;
  return Math.min(LONGEST_GAP, Math.max(gap, (added * 1000) / ADDED_BYTES_PER_SECOND));
}

function keyOf(address: string, resource: string): string {
  return `${resource} ${address}`;
}

function hostOf(address: string): string {
  return address.slice(0, address.lastIndexOf(':'));
}
