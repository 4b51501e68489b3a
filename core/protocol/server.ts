/**
 * The serving side, sans-IO: datagrams and the clock in, datagrams out. It answers an address it does not know
 * with less than it got, keeps nothing for it, and pours only what was ordered, as fast as was ordered.
 */
import { writeControl } from '../wire/control.ts';
import {
  type ControlDatagram,
  type Hello,
  type PeerAddress,
  RAIN_HEADER,
  type Subscribe,
  TYPE_HELLO,
  TYPE_SORRY,
  TYPE_SUBSCRIBE,
  TYPE_UNSUBSCRIBE,
  type Unsubscribe,
} from '../wire/datagram.ts';
import { emptyRainHeader, writeRain } from '../wire/rain.ts';
import { CookieJar } from './cookie.ts';
import { Ended } from './ended.ts';
import { PeerMemory } from './peer-memory.ts';
import { Pouring, type Stretch } from './pouring.ts';
import type { Lookup, ServerConfig, Spring, Transmission } from './spring.ts';

export type { Lookup, ServerConfig, Spring, Transmission } from './spring.ts';

const MAX_LEASE = 1000;
const MIN_LEASE = 50;
const MAX_RATE = 4_000_000;
/** Control answers waiting to be sent; more are dropped, the client asks again. */
const MAX_ANSWERS = 1024;
/** Clients that left are kept for whoever asks about them; nobody may. */
const MAX_LEFT = 4096;
/** Leases are looked at this often, ms. */
const EXPIRE_EVERY = 20;
/** Stretches of an order whose blocks are brought in advance. */
const AHEAD = 4;
const RETRY_ABSENT = 2000;
const RETRY_BUSY = 1000;

export class Server {
  readonly #config: ServerConfig;
  readonly #cookies: CookieJar;
  readonly #lookup: Lookup;
  readonly #pourings = new Map<string, Pouring>();
  readonly #perHost = new Map<string, number>();
  /** Round robin over the subscriptions, so that nobody waits behind a fast one. */
  #ring: Pouring[] = [];
  #turn = 0;
  readonly #answers: { address: string; bytes: Uint8Array }[] = [];
  /** Clients that have all of a resource now and serve it. */
  readonly #peers: PeerMemory;
  readonly #header = emptyRainHeader();
  readonly #stretch: Stretch = { block: 0, id: 0, count: 0 };
  readonly #out: Transmission = { address: '', bytes: new Uint8Array(0) };
  readonly #left: Pouring[] = [];
  readonly #ended = new Ended();
  readonly #peerOf: (address: string) => PeerAddress | undefined;
  #subscriptions = 0;
  #uploadLimit: number;
  #expireAt = 0;
  /** When the upload limit allows the next datagram, ms. */
  #allowedAt = 0;

  constructor(config: ServerConfig, lookup: Lookup, peerOf: (address: string) => PeerAddress | undefined) {
    this.#config = config;
    this.#cookies = new CookieJar(config.mac);
    this.#lookup = lookup;
    this.#peerOf = peerOf;
    this.#peers = new PeerMemory(peerOf);
    this.#uploadLimit = config.uploadLimit;
  }

  setUploadLimit(bytesPerSecond: number): void {
    this.#uploadLimit = bytesPerSecond;
    // A tiny limit may have put the next datagram hours away.
    this.#allowedAt = 0;
  }

  /** When the upload limit lets the next datagram leave, ms. */
  get allowedAt(): number {
    return this.#allowedAt;
  }

  /** Counts bytes against the upload limit, also those that somebody else has poured over the same line. */
  charge(now: number, bytes: number): void {
    if (this.#uploadLimit === Number.POSITIVE_INFINITY) return;
    this.#allowedAt = Math.max(this.#allowedAt, now - 4) + (bytes * 1000) / this.#uploadLimit;
  }

  /** Takes a SUBSCRIBE or UNSUBSCRIBE that came from `address`. */
  handle(now: number, address: string, datagram: ControlDatagram): void {
    if (datagram.type === TYPE_SUBSCRIBE) this.#subscribe(now, address, datagram);
    else if (datagram.type === TYPE_UNSUBSCRIBE) this.#unsubscribe(now, address, datagram);
  }

  /** Ends all subscriptions to a resource that is no longer served. */
  drop(resource: string): void {
    for (const pouring of [...this.#pourings.values()]) {
      if (pouring.resource === resource) this.#end(pouring);
    }
  }

  /** Who is being poured to. */
  clients(): Iterable<Pouring> {
    return this.#pourings.values();
  }

  /** Who has left since the last call: for the totals, as one that stays for a moment only counts too. */
  takeLeft(): Pouring[] {
    return this.#left.splice(0);
  }

  /** Next datagram that may leave now, written into `buffer`; undefined: nothing before `pollTimeout`. */
  pollTransmit(now: number, buffer: Uint8Array): Transmission | undefined {
    const answer = this.#answers.shift();
    if (answer !== undefined) return answer;
    if (now >= this.#expireAt) this.expire(now);
    if (now < this.#allowedAt) return undefined;
    for (let tried = 0; tried < this.#ring.length; tried++) {
      this.#turn = (this.#turn + 1) % this.#ring.length;
      const pouring = this.#ring[this.#turn];
      if (pouring.due > now || pouring.waiting || !pouring.hasWork() || pouring.leaseEnds <= now) continue;
      if (this.#pour(now, pouring, buffer)) return this.#out;
    }
    return undefined;
  }

  /** Blocks of a resource have become ready: what waited for them can go on. */
  handleReady(resource: string): void {
    for (const pouring of this.#ring) if (pouring.resource === resource) pouring.waiting = false;
  }

  /** When `pollTransmit` may have something again, ms; Infinity: not before a datagram or a block arrives. */
  pollTimeout(now: number): number {
    if (this.#answers.length > 0) return now;
    let due = Number.POSITIVE_INFINITY;
    let leaseEnds = Number.POSITIVE_INFINITY;
    for (const pouring of this.#ring) {
      if (pouring.hasWork() && !pouring.waiting) due = Math.min(due, pouring.due);
      leaseEnds = Math.min(leaseEnds, Math.max(pouring.leaseEnds, this.#expireAt));
    }
    return Math.min(leaseEnds, Math.max(due, this.#allowedAt));
  }

  /** Forgets subscriptions whose lease has ended. */
  expire(now: number): void {
    this.#expireAt = now + EXPIRE_EVERY;
    for (const pouring of [...this.#ring]) {
      if (pouring.leaseEnds <= now) this.#end(pouring);
    }
    this.#peers.expire(now);
  }

  #subscribe(now: number, address: string, subscribe: Subscribe): void {
    const key = keyOf(address, subscribe);
    const known = this.#pourings.get(key);
    const proof = this.#cookies.check(now, address, subjectOf(subscribe), subscribe.cookie);
    if (proof === 'bad' && known === undefined) {
      this.#challenge(now, address, subscribe);
      return;
    }
    if (known === undefined && this.#ended.isOver(key, subscribe.sequence)) return;
    const spring = this.#lookup(subscribe.resource);
    if (spring === undefined) return;
    if (spring === null) {
      this.#sorry(address, subscribe, 'absent', RETRY_ABSENT);
      if (known !== undefined) this.#end(known);
      return;
    }
    const pouring = known ?? this.#begin(now, address, key, subscribe);
    if (pouring === undefined) {
      this.#sorry(address, subscribe, 'busy', RETRY_BUSY);
      return;
    }
    const lease = Math.min(MAX_LEASE, Math.max(MIN_LEASE, subscribe.lease));
    const capped = subscribe.rate > MAX_RATE ? { ...subscribe, rate: MAX_RATE } : subscribe;
    if (!pouring.heartbeat(now, capped, lease)) return;
    announce(pouring, spring);
    if (subscribe.wantsHello) this.#hello(now, address, subscribe, spring);
    else if (proof !== 'good') this.#challenge(now, address, subscribe);
  }

  #unsubscribe(now: number, address: string, unsubscribe: Unsubscribe): void {
    const pouring = this.#pourings.get(keyOf(address, unsubscribe));
    if (pouring === undefined) return;
    if (unsubscribe.serves) this.#peers.remember(now, address, unsubscribe.resource);
    this.#end(pouring);
  }

  #begin(now: number, address: string, key: string, subscribe: Subscribe): Pouring | undefined {
    const host = this.#hostOf(address);
    const ofHost = this.#perHost.get(host) ?? 0;
    if (this.#pourings.size >= this.#config.maxSubscriptions || ofHost >= this.#config.maxPerHost) {
      return undefined;
    }
    const pouring = new Pouring(now, ++this.#subscriptions, address, subscribe);
    this.#pourings.set(key, pouring);
    this.#perHost.set(host, ofHost + 1);
    this.#ring.push(pouring);
    return pouring;
  }

  #end(pouring: Pouring): void {
    const key = keyOf(pouring.address, pouring);
    if (!this.#pourings.delete(key)) return;
    this.#ended.remember(key, pouring.heardSequence);
    if (pouring.bytes > 0 && this.#left.length < MAX_LEFT) this.#left.push(pouring);
    const host = this.#hostOf(pouring.address);
    const left = (this.#perHost.get(host) ?? 1) - 1;
    if (left > 0) this.#perHost.set(host, left);
    else this.#perHost.delete(host);
    this.#ring = this.#ring.filter((other) => other !== pouring);
    this.#turn = 0;
  }

  #pour(now: number, pouring: Pouring, buffer: Uint8Array): boolean {
    const spring = this.#lookup(pouring.resource);
    if (spring === null || spring === undefined) return false;
    const symbolSize = spring.symbolSize;
    const room = Math.min(buffer.length, pouring.maxDatagram) - RAIN_HEADER;
    const most = Math.min(255, Math.floor(room / symbolSize));
    const stretch = this.#stretch;
    if (most < 1) return false;
    for (;;) {
      if (!pouring.next(most, stretch)) return false;
      const real = spring.realSymbols(stretch.block);
      const coded = Math.max(4, real);
      // Padding symbols (real .. coded - 1) are zero and known to both sides: never poured.
      if (real === 0 || (stretch.id >= real && stretch.id < coded)) pouring.skipExtent();
      else {
        if (stretch.id < real) stretch.count = Math.min(stretch.count, real - stretch.id);
        break;
      }
    }
    const repair = stretch.id >= spring.realSymbols(stretch.block);
    if (!spring.ready(stretch.block, repair)) {
      pouring.waiting = true;
      return false;
    }
    const header = this.#header;
    header.count = stretch.count;
    header.tokenHigh = pouring.token.high;
    header.tokenLow = pouring.token.low;
    header.sequence = pouring.sequence;
    header.timestamp = Math.floor(now * 1000) >>> 0;
    header.echo = pouring.heardSequence & 0xffff;
    header.echoDelay = now - pouring.heardAt;
    header.block = stretch.block;
    header.id = stretch.id;
    spring.write(stretch.block, stretch.id, stretch.count, buffer, RAIN_HEADER);
    const length = RAIN_HEADER + stretch.count * symbolSize;
    pouring.sent(now, stretch.count, length);
    header.drained = !pouring.hasWork();
    writeRain(buffer, header);
    this.charge(now, length);
    this.#out.address = pouring.address;
    this.#out.bytes = buffer.subarray(0, length);
    return true;
  }

  /** Who counts as one: an address, of IPv6 the network that it is in, as all of its 2^64 may be one machine's. */
  #hostOf(address: string): string {
    const ip = this.#peerOf(address)?.ip;
    return ip?.length === 16 ? ip.subarray(0, 8).join() : address.slice(0, address.lastIndexOf(':'));
  }

  #challenge(now: number, address: string, subscribe: Subscribe): void {
    const cookie = this.#cookies.make(now, address, subjectOf(subscribe));
    this.#answer(address, { type: TYPE_HELLO, kind: 'challenge', token: subscribe.token, cookie });
  }

  #hello(now: number, address: string, subscribe: Subscribe, spring: Spring): void {
    const hello: Hello = {
      type: TYPE_HELLO,
      kind: 'resource',
      token: subscribe.token,
      cookie: this.#cookies.make(now, address, subjectOf(subscribe)),
      echo: subscribe.sequence,
      manifestBytes: spring.manifestBytes,
      symbolSize: spring.symbolSize,
      blockSymbols: spring.blockSymbols,
      profile: spring.profile,
      name: spring.name,
      peers: this.#peers.of(now, subscribe.resource, address),
    };
    this.#answer(address, hello);
  }

  #sorry(address: string, subscribe: Subscribe, reason: 'absent' | 'busy', retryAfter: number): void {
    const { token, resource } = subscribe;
    this.#answer(address, { type: TYPE_SORRY, reason, token, resource, retryAfter });
  }

  #answer(address: string, datagram: ControlDatagram): void {
    if (this.#answers.length < MAX_ANSWERS) this.#answers.push({ address, bytes: writeControl(datagram) });
  }
}

/** Lets the host bring the blocks that are to be poured soon. */
function announce(pouring: Pouring, spring: Spring): void {
  let ahead = 0;
  for (const { block, to } of pouring.upcoming()) {
    const real = spring.realSymbols(block);
    if (real > 0) spring.ready(block, to > real);
    if (++ahead === AHEAD) return;
  }
}

/** A subscription is a resource and a token at an address; where one of them differs it is another one. */
function keyOf(address: string, of: { token: { high: number; low: number }; resource: string }): string {
  return `${of.resource} ${of.token.high}.${of.token.low} ${address}`;
}

/** What a cookie is good for besides its address: who saw one in passing can begin no other subscription with it. */
function subjectOf({ resource, token }: Subscribe): string {
  return `${resource} ${token.high}.${token.low}`;
}
