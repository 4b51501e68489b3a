/** The subscriptions of a server: who has one, until when, and whose turn it is. Soft state alone. */
import type { PeerAddress, Subscribe } from '../wire/datagram.ts';
import { Ended } from './ended.ts';
import { Pouring } from './pouring.ts';
import { Turns } from './turns.ts';

/** Leases are looked at this often, ms. */
const EXPIRE_EVERY = 20;
/** Clients that left are kept for whoever asks about them; nobody may. */
const MAX_LEFT = 4096;

export interface SubscriptionLimits {
  /** Subscriptions at once; about 1 kB of memory each. */
  readonly maxSubscriptions: number;
  /** Subscriptions at once of one address without its port. */
  readonly maxPerHost: number;
}

export class Subscriptions {
  readonly turns = new Turns();
  readonly #limits: SubscriptionLimits;
  readonly #peerOf: (address: string) => PeerAddress | undefined;
  readonly #all = new Map<string, Pouring>();
  readonly #ended = new Ended();
  readonly #left: Pouring[] = [];
  #count = 0;
  /** No lease ends before, ms. */
  #expireAt = Number.POSITIVE_INFINITY;

  constructor(limits: SubscriptionLimits, peerOf: (address: string) => PeerAddress | undefined) {
    this.#limits = limits;
    this.#peerOf = peerOf;
  }

  find(key: string): Pouring | undefined {
    return this.#all.get(key);
  }

  all(): Iterable<Pouring> {
    return this.#all.values();
  }

  /** Whether what this heartbeat would begin has ended since it was said. */
  isOver(key: string, sequence: number): boolean {
    return this.#ended.isOver(key, sequence);
  }

  /** Undefined: there is no place left, for anybody or for this host. */
  begin(now: number, key: string, address: string, subscribe: Subscribe): Pouring | undefined {
    const host = this.#hostOf(address);
    const { maxSubscriptions, maxPerHost } = this.#limits;
    if (this.#all.size >= maxSubscriptions || this.turns.of(host) >= maxPerHost) return undefined;
    const pouring = new Pouring(now, ++this.#count, address, host, subscribe);
    this.#all.set(key, pouring);
    this.turns.subscribed(pouring);
    return pouring;
  }

  /** It has taken a heartbeat. */
  heard(pouring: Pouring): void {
    this.#expireAt = Math.min(this.#expireAt, pouring.keptUntil);
    if (pouring.hasWork()) this.turns.enter(pouring);
    else this.turns.rest(pouring);
  }

  end(pouring: Pouring): void {
    const key = keyOf(pouring.address, pouring);
    if (!this.#all.delete(key)) return;
    this.#ended.remember(key, pouring.heardSequence);
    this.turns.ended(pouring);
    if (pouring.bytes > 0 && this.#left.length < MAX_LEFT) this.#left.push(pouring);
  }

  /** Forgets those whose leases have ended; returns whether it was time to look. */
  expire(now: number): boolean {
    if (now < this.#expireAt) return false;
    let soonest = Number.POSITIVE_INFINITY;
    for (const pouring of [...this.#all.values()]) {
      if (pouring.keptUntil <= now) this.end(pouring);
      else soonest = Math.min(soonest, pouring.keptUntil);
    }
    this.#expireAt = Math.max(soonest, now + EXPIRE_EVERY);
    return true;
  }

  /** When `expire` may have something to do again, ms. */
  get expireAt(): number {
    return this.#all.size === 0 ? Number.POSITIVE_INFINITY : this.#expireAt;
  }

  /** Who has left since the last call. */
  takeLeft(): Pouring[] {
    return this.#left.splice(0);
  }

  /** Who counts as one: an address, of IPv6 the network that it is in, as all of its 2^64 may be one machine's. */
  #hostOf(address: string): string {
    const ip = this.#peerOf(address)?.ip;
    return ip?.length === 16 ? ip.subarray(0, 8).join() : address.slice(0, address.lastIndexOf(':'));
  }
}

/** A subscription is a resource and a token at an address; where one of them differs it is another one. */
export function keyOf(
  address: string,
  of: { token: { high: number; low: number }; resource: string },
): string {
  return `${of.resource} ${of.token.high}.${of.token.low} ${address}`;
}
