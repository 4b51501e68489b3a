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
import { Fronts } from './fronts.ts';
import { Newcomers } from './newcomers.ts';
import { PeerMemory } from './peer-memory.ts';
import type { Pouring, Stretch } from './pouring.ts';
import type { Lookup, ServerConfig, Spring } from './spring.ts';
import { keyOf, Subscriptions } from './subscriptions.ts';
import { PlacedTransmission, type Transmission } from './transmission.ts';

export type { Lookup, ServerConfig, Spring } from './spring.ts';

const MAX_LEASE = 1000;
const MIN_LEASE = 50;
const MAX_RATE = 4_000_000;
/** Control answers waiting to be sent; more are dropped, the client asks again. */
const MAX_ANSWERS = 1024;
/** Stretches of an order whose blocks are brought in advance. */
const AHEAD = 4;
/** No datagram takes longer than this of the upload limit, ms: others would wait for it, and not catch up. */
const LONGEST_SEND = 4;
const RETRY_ABSENT = 2000;
const RETRY_BUSY = 1000;

export class Server {
  readonly #cookies: CookieJar;
  readonly #lookup: Lookup;
  readonly #subscriptions: Subscriptions;
  readonly #answers: Transmission[] = [];
  readonly #newcomers = new Newcomers();
  /** Clients that have all of a resource now and serve it. */
  readonly #peers: PeerMemory;
  readonly #fronts: Fronts;
  readonly #header = emptyRainHeader();
  readonly #stretch: Stretch = { block: 0, id: 0, count: 0 };
  readonly #out = new PlacedTransmission();
  #uploadLimit: number;
  /** When the upload limit allows the next datagram, ms. */
  #allowedAt = 0;

  constructor(config: ServerConfig, lookup: Lookup, peerOf: (address: string) => PeerAddress | undefined) {
    this.#cookies = new CookieJar(config.mac);
    this.#lookup = lookup;
    this.#peers = new PeerMemory(peerOf);
    this.#subscriptions = new Subscriptions(config, peerOf);
    this.#fronts = new Fronts(() => this.#subscriptions.all());
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

  /** Whether a stranger without a cookie would be answered; if not, what it says need not be read. */
  answersStrangers(now: number): boolean {
    return this.#newcomers.hasRoom(now);
  }

  /** Takes a SUBSCRIBE or UNSUBSCRIBE that came from `address`. */
  handle(now: number, address: string, datagram: ControlDatagram): void {
    if (datagram.type === TYPE_SUBSCRIBE) this.#subscribe(now, address, datagram);
    else if (datagram.type === TYPE_UNSUBSCRIBE) this.#unsubscribe(now, address, datagram);
  }

  /** Ends all subscriptions to a resource that is no longer served. */
  drop(resource: string): void {
    for (const pouring of [...this.#subscriptions.all()]) {
      if (pouring.resource === resource) this.#subscriptions.end(pouring);
    }
  }

  /** Who is being poured to. */
  clients(): Iterable<Pouring> {
    return this.#subscriptions.all();
  }

  /** Who has left since the last call: for the totals, as one that stays for a moment only counts too. */
  takeLeft(): Pouring[] {
    return this.#subscriptions.takeLeft();
  }

  /**
   * Next datagram that may leave now; undefined: nothing before `pollTimeout`. RAIN is written into `buffer`, from
   * `at` on; all else lies in memory of its own.
   */
  pollTransmit(now: number, buffer: Uint8Array, at = 0): PlacedTransmission | undefined {
    const answer = this.#answers.shift();
    if (answer !== undefined) return this.#transmit(answer.address, answer.bytes, 0, answer.bytes.length);
    this.expire(now);
    if (now < this.#allowedAt) return undefined;
    const { turns } = this.#subscriptions;
    return turns.take(now, (pouring) => this.#pour(now, pouring, buffer, at)) ? this.#out : undefined;
  }

  /** Blocks of a resource have become ready: what waited for them can go on. */
  handleReady(resource: string): void {
    this.#subscriptions.turns.handleReady(resource);
  }

  /** When `pollTransmit` may have something again, ms; Infinity: not before a datagram or a block arrives. */
  pollTimeout(now: number): number {
    if (this.#answers.length > 0) return now;
    const { turns, expireAt } = this.#subscriptions;
    return Math.min(expireAt, Math.max(turns.soonest, this.#allowedAt));
  }

  /** Forgets subscriptions whose lease has ended. */
  expire(now: number): void {
    if (this.#subscriptions.expire(now)) this.#peers.expire(now);
  }

  #subscribe(now: number, address: string, subscribe: Subscribe): void {
    const key = keyOf(address, subscribe);
    const known = this.#subscriptions.find(key);
    const proof = this.#cookies.check(now, address, subjectOf(subscribe), subscribe.cookie, known?.cookie);
    if (proof === 'bad' && known === undefined) {
      if (this.#newcomers.take(now)) this.#challenge(now, address, subscribe);
      return;
    }
    if (known === undefined && this.#subscriptions.isOver(key, subscribe.sequence)) return;
    const spring = this.#lookup(subscribe.resource);
    if (spring === undefined) return;
    if (spring === null) {
      this.#sorry(address, subscribe, 'absent', RETRY_ABSENT);
      if (known !== undefined) this.#subscriptions.end(known);
      return;
    }
    if (subscribe.extents.length > 0 && subscribe.maxDatagram < RAIN_HEADER + spring.symbolSize) {
      // Not one droplet fits: it would wait for ever.
      this.#sorry(address, subscribe, 'refused', RETRY_ABSENT);
      if (known !== undefined) this.#subscriptions.end(known);
      return;
    }
    const pouring = known ?? this.#subscriptions.begin(now, key, address, subscribe);
    if (pouring === undefined) {
      this.#sorry(address, subscribe, 'busy', RETRY_BUSY);
      return;
    }
    const lease = Math.min(MAX_LEASE, Math.max(MIN_LEASE, subscribe.lease));
    const capped = subscribe.rate > MAX_RATE ? { ...subscribe, rate: MAX_RATE } : subscribe;
    if (proof === 'good') pouring.cookie = subscribe.cookie;
    if (!pouring.heartbeat(now, capped, lease)) return;
    this.#subscriptions.heard(pouring);
    this.#fronts.ordered(pouring, spring);
    announce(pouring, spring);
    if (subscribe.wantsHello) this.#hello(now, pouring, subscribe, spring);
    else if (proof !== 'good') this.#challenge(now, address, subscribe);
  }

  #unsubscribe(now: number, address: string, unsubscribe: Unsubscribe): void {
    const { resource, serves, cookie } = unsubscribe;
    const pouring = this.#subscriptions.find(keyOf(address, unsubscribe));
    if (pouring !== undefined) {
      if (serves) this.#peers.remember(now, address, resource);
      this.#subscriptions.end(pouring);
    } else if (!serves && this.#peers.knows(address, resource)) {
      // It served on, and does no more; nobody else may say so in its name.
      const proof = this.#cookies.check(now, address, subjectOf(unsubscribe), cookie);
      if (proof !== 'bad') this.#peers.forget(address, resource);
    }
  }

  /** Writes its next datagram; returns the symbols in it, 0: it has none now. */
  #pour(now: number, pouring: Pouring, buffer: Uint8Array, at: number): number {
    const spring = this.#lookup(pouring.resource);
    if (spring === null || spring === undefined || pouring.leaseEnds <= now) return 0;
    const symbolSize = spring.symbolSize;
    const room = Math.min(buffer.length - at, pouring.maxDatagram) - RAIN_HEADER;
    const share = Math.max(1, Math.floor((this.#uploadLimit * LONGEST_SEND) / 1000 / symbolSize));
    const most = Math.min(255, share, pouring.mostAtOnce, Math.floor(room / symbolSize));
    const stretch = this.#stretch;
    if (most < 1 || !nextThereIs(pouring, spring, most, stretch)) return 0;
    const repair = stretch.id >= spring.realSymbols(stretch.block);
    if (!spring.ready(stretch.block, repair)) {
      this.#subscriptions.turns.wait(pouring);
      return 0;
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
    spring.write(stretch.block, stretch.id, stretch.count, buffer, at + RAIN_HEADER);
    const length = RAIN_HEADER + header.count * symbolSize;
    pouring.sent(now, header.count, length);
    header.drained = !nextThereIs(pouring, spring, 1, stretch);
    writeRain(buffer, header, at);
    this.charge(now, length);
    this.#transmit(pouring.address, buffer, at, length);
    return header.count;
  }

  #transmit(address: string, memory: Uint8Array, at: number, length: number): PlacedTransmission {
    const out = this.#out;
    out.address = address;
    out.memory = memory;
    out.at = at;
    out.length = length;
    return out;
  }

  #challenge(now: number, address: string, subscribe: Subscribe): void {
    const cookie = this.#cookies.make(now, address, subjectOf(subscribe));
    this.#answer(address, { type: TYPE_HELLO, kind: 'challenge', token: subscribe.token, cookie });
  }

  #hello(now: number, pouring: Pouring, subscribe: Subscribe, spring: Spring): void {
    const { address } = pouring;
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
      front: this.#fronts.of(now, pouring),
      name: spring.name,
      peers: this.#peers.of(now, subscribe.resource, address),
    };
    this.#answer(address, hello);
  }

  #sorry(
    address: string,
    subscribe: Subscribe,
    reason: 'absent' | 'busy' | 'refused',
    retryAfter: number,
  ): void {
    const { token, resource } = subscribe;
    this.#answer(address, { type: TYPE_SORRY, reason, token, resource, retryAfter });
  }

  #answer(address: string, datagram: ControlDatagram): void {
    if (this.#answers.length < MAX_ANSWERS) this.#answers.push({ address, bytes: writeControl(datagram) });
  }
}

/** Puts the next droplets that there are into `into`, and leaves out what there is not; false: the order is poured. */
function nextThereIs(pouring: Pouring, spring: Spring, most: number, into: Stretch): boolean {
  while (pouring.next(most, into)) {
    const real = spring.realSymbols(into.block);
    const coded = Math.max(4, real);
    // Padding symbols (real .. coded - 1) are zero and known to both sides: never poured.
    const isThere = real > 0 && (into.id < real || into.id >= coded);
    if (isThere) {
      if (into.id < real) into.count = Math.min(into.count, real - into.id);
      return true;
    }
    pouring.skipExtent();
  }
  return false;
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

/** What a cookie is good for besides its address: who saw one in passing can begin no other subscription with it. */
function subjectOf({ resource, token }: Subscribe | Unsubscribe): string {
  return `${resource} ${token.high}.${token.low}`;
}
