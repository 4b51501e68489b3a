/**
 * The client's side of one subscription: the handshake with one server, its heartbeats, what is ordered from it
 * and how far that has been poured, and how fast it is asked to pour.
 */
import { writeControl } from '../wire/control.ts';
import {
  type Challenge,
  COOKIE_BYTES,
  type Extent,
  type Hello,
  MAX_EXTENTS,
  type RainHeader,
  type Sorry,
  type Token,
  TYPE_SUBSCRIBE,
  TYPE_UNSUBSCRIBE,
} from '../wire/datagram.ts';
import { Path } from './path.ts';
import { initialRate, RateControl } from './rate-control.ts';

export type SessionState = 'silent' | 'absent' | 'busy' | 'refused' | 'pouring' | 'idle' | 'banned';

/** A stretch of ids ordered from one server. */
export interface Order {
  readonly block: number;
  readonly from: number;
  readonly offset: number;
  count: number;
}

/** First and longest pause between questions to a server that does not answer, ms. */
const FIRST_RETRY = 150;
const LAST_RETRY = 1000;
/** Longest wait for a reordered datagram, ms. */
const MAX_REORDERING = 120;
/** A session whose order has grown this long is begun anew, since places in the order have 32 bits. */
const LONGEST_ORDER = 0xf000_0000;
const NO_COOKIE = new Uint8Array(COOKIE_BYTES);

export interface SessionConfig {
  readonly resource: string;
  readonly maxDatagram: number;
}

export class Session {
  readonly index: number;
  readonly address: string;
  readonly found: string;
  readonly path: Path;
  readonly config: SessionConfig;
  token: Token;
  state: SessionState = 'silent';
  reason = '';
  /** Droplets of it that were new, and all symbols and bytes that came. */
  useful = 0;
  droplets = 0;
  bytes = 0;
  hello: Hello | undefined;
  rate: RateControl | undefined;
  lastHeard = Number.NEGATIVE_INFINITY;
  /** Symbols per second that the host allows this server at most. */
  ceiling = Number.POSITIVE_INFINITY;
  #cookie: Uint8Array = NO_COOKIE;
  #sequence = 0;
  #askedAt = Number.NEGATIVE_INFINITY;
  /** First question of the present silence. */
  #silentTries = 0;
  #nextHeartbeat: number;
  #orders: Order[] = [];
  #ordered = 0;
  /** Places in the order up to which the server has poured, by the newest datagram. */
  #poured = 0;
  /** The same, but old enough that what is missing before it is lost and not late. */
  #settled = 0;
  #reordering = 0;
  readonly #marks: { at: number; poured: number }[] = [];

  constructor(
    now: number,
    index: number,
    address: string,
    found: string,
    token: Token,
    config: SessionConfig,
  ) {
    this.index = index;
    this.address = address;
    this.found = found;
    this.token = token;
    this.config = config;
    this.path = new Path(now);
    this.#nextHeartbeat = now;
  }

  get validated(): boolean {
    return this.#cookie !== NO_COOKIE;
  }

  /** True when it may be given orders. */
  get live(): boolean {
    return this.state === 'pouring' || this.state === 'idle';
  }

  get orders(): readonly Order[] {
    return this.#orders;
  }

  get poured(): number {
    return this.#poured;
  }

  get settled(): number {
    return this.#settled;
  }

  /** Measured loss of the path, 0..1. */
  get loss(): number {
    return this.path.expected === 0 ? 0 : Math.max(0, 1 - this.path.datagrams / this.path.expected);
  }

  /** Loss to reckon with when ordering, 0..0.9. */
  get expectedLoss(): number {
    return Math.min(0.9, this.rate === undefined ? 0 : Math.max(this.rate.recentLoss, 0));
  }

  /** Symbols per second that it is asked for. */
  get askedRate(): number {
    return Math.min(this.ceiling, this.rate?.rate ?? initialRate(this.path.smoothedRtt));
  }

  /** Pause between heartbeats, ms. */
  get interval(): number {
    return Math.min(40, Math.max(5, (this.path.rtt ?? 40) / 2));
  }

  /** Symbols that keep the pipe full: over a round trip, lost heartbeats, and timers that fire late. */
  get horizon(): number {
    return (this.askedRate * (this.path.smoothedRtt + 3 * this.interval + 15)) / 1000 + 2;
  }

  /** Symbols ordered that the server has not come to yet. */
  get outstanding(): number {
    let sum = 0;
    for (const order of this.#orders) {
      sum += order.count - Math.min(order.count, Math.max(0, this.#poured - order.offset));
    }
    return sum;
  }

  get canOrder(): boolean {
    return this.live && this.#orders.length < MAX_EXTENTS - 2 && this.#ordered < LONGEST_ORDER;
  }

  /** Adds a stretch to what this server is to pour. */
  order(block: number, from: number, count: number): void {
    const last = this.#orders.at(-1);
    if (last !== undefined && last.block === block && last.from + last.count === from) last.count += count;
    else this.#orders.push({ block, from, offset: this.#ordered, count });
    this.#ordered += count;
  }

  /** Drops what is ordered of a block; 'all' when the server is given up. */
  cancel(block: number | 'all'): void {
    this.#orders = block === 'all' ? [] : this.#orders.filter((order) => order.block !== block);
  }

  /** Takes the header of a datagram of this session, before its droplets are looked at. */
  arrived(now: number, header: RainHeader, bytes: number): void {
    if (this.state === 'banned') return;
    const wasLive = this.live;
    this.lastHeard = now;
    this.#silentTries = 0;
    this.droplets += header.count;
    this.bytes += bytes;
    this.#startRate(now);
    if (!wasLive) this.path.skipEpoch(now);
    this.state = 'pouring';
    this.reason = '';
    const inOrder = this.path.arrived(now, header);
    if (this.#awaited !== undefined && ((header.echo - this.#awaited) << 16) >> 16 >= 0) {
      // From here on the rate last asked for is in force: a clean epoch begins.
      this.#awaited = undefined;
      this.path.skipEpoch(now);
    }
    this.#progress(now, header, inOrder);
    if (header.drained && this.#orders.length > 0)
      this.#nextHeartbeat = Math.min(this.#nextHeartbeat, now + 1);
  }

  challenged(now: number, challenge: Challenge): void {
    this.#heardControl(now);
    // A server that asks a known client again has forgotten it: its memory is empty.
    if (this.validated && this.state === 'pouring' && now - this.lastHeard > this.interval * 4) {
      this.path.reset();
    }
    this.#cookie = challenge.cookie;
    if (this.state === 'silent') this.reason = '';
    if (!this.live) this.#nextHeartbeat = now;
  }

  greeted(now: number, hello: Hello): void {
    this.#heardControl(now);
    this.#cookie = hello.cookie;
    this.hello = hello;
    if (this.state !== 'banned' && this.state !== 'refused') {
      this.#startRate(now);
      if (this.state !== 'pouring') this.state = 'idle';
      this.reason = '';
      this.#nextHeartbeat = now;
    }
  }

  refused(now: number, sorry: Sorry): void {
    if (this.state === 'banned') return;
    this.state = sorry.reason === 'absent' ? 'absent' : sorry.reason === 'busy' ? 'busy' : 'refused';
    this.reason =
      sorry.reason === 'absent'
        ? 'has not got this resource'
        : sorry.reason === 'busy'
          ? 'has no room for more clients'
          : sorry.reason === 'version'
            ? 'speaks another version'
            : 'refuses this client';
    this.cancel('all');
    this.#nextHeartbeat = now + Math.max(250, Math.min(sorry.retryAfter, 2000));
  }

  ban(reason: string): void {
    this.state = 'banned';
    this.reason = reason;
    this.cancel('all');
    this.#nextHeartbeat = Number.POSITIVE_INFINITY;
  }

  /** When this session next wants the clock, ms. */
  get timeout(): number {
    return this.#nextHeartbeat;
  }

  /** Advances what depends on time alone. Returns true when the server has just fallen silent. */
  tick(now: number): boolean {
    this.#settle(now);
    this.#learn(now);
    if (!this.live || this.#orders.length === 0) return false;
    const patience = Math.max(400, 3 * this.path.smoothedRtt + 6 * this.interval);
    const since = Math.max(this.lastHeard, this.#heartbeatsSince);
    if (now - since < patience) return false;
    this.state = 'silent';
    this.reason = 'stopped answering';
    this.#silentTries = 0;
    this.cancel('all');
    this.rate?.restart(now, this.path.smoothedRtt);
    return true;
  }

  /** The heartbeat that is due, or undefined. */
  pollSubscribe(now: number): Uint8Array | undefined {
    if (now < this.#nextHeartbeat || this.state === 'banned') return undefined;
    if (this.live && this.#orders.length > 0 && !this.#ordering) this.#heartbeatsSince = now;
    this.#ordering = this.#orders.length > 0;
    this.#sequence = (this.#sequence + 1) >>> 0;
    this.path.subscribed(now, this.#sequence);
    this.#askedAt = now;
    this.#nextHeartbeat = now + this.#pause();
    const interval = this.interval;
    const lease = Math.min(1000, Math.max(200, 8 * interval + this.path.smoothedRtt));
    return writeControl({
      type: TYPE_SUBSCRIBE,
      wantsHello: this.hello === undefined || !this.live,
      token: this.token,
      resource: this.config.resource,
      cookie: this.#cookie,
      sequence: this.#sequence,
      lease: Math.round(lease),
      maxDatagram: this.config.maxDatagram,
      rate: Math.max(1, Math.round(this.askedRate)),
      extents: this.#extents(),
    });
  }

  unsubscribe(serves: boolean): Uint8Array {
    return writeControl({
      type: TYPE_UNSUBSCRIBE,
      serves,
      token: this.token,
      resource: this.config.resource,
      cookie: this.#cookie,
    });
  }

  /** Asks at the next opportunity: something to order has turned up. */
  hurry(now: number): void {
    if (this.state === 'banned') return;
    this.#nextHeartbeat = Math.min(this.#nextHeartbeat, Math.max(now, this.#askedAt + 4));
  }

  /** SUBSCRIBE sequence (16 bits) that carries the newest rate, until the server is seen to obey it. */
  #awaited: number | undefined;
  #awaitedSince = 0;
  /** Since when it has had orders and been asked for them. */
  #heartbeatsSince = Number.NEGATIVE_INFINITY;
  #ordering = false;

  #extents(): Extent[] {
    const extents: Extent[] = [];
    for (const order of this.#orders) {
      const done = Math.min(order.count, Math.max(0, this.#poured - order.offset));
      if (done === order.count) continue;
      extents.push({
        offset: order.offset + done,
        block: order.block,
        from: order.from + done,
        count: order.count - done,
      });
      if (extents.length === MAX_EXTENTS) break;
    }
    return extents;
  }

  #pause(): number {
    if (this.live) return this.#orders.length > 0 ? this.interval : Math.min(200, 5 * this.interval);
    if (this.state === 'absent' || this.state === 'busy' || this.state === 'refused') return 1500;
    const pause = Math.min(LAST_RETRY, FIRST_RETRY * 2 ** Math.min(8, this.#silentTries));
    this.#silentTries++;
    if (this.#silentTries > 2 && this.reason === '') this.reason = 'does not answer';
    return pause;
  }

  #heardControl(now: number): void {
    this.lastHeard = now;
    this.#silentTries = 0;
    if (this.path.rtt === undefined) this.path.answered(now, this.#askedAt);
  }

  #startRate(now: number): void {
    if (this.rate !== undefined) return;
    this.rate = new RateControl(now, this.path.smoothedRtt);
    this.path.skipEpoch(now);
  }

  /** Moves the mark up to which the server has poured. */
  #progress(now: number, header: RainHeader, inOrder: boolean): void {
    const place = this.#placeOf(header.block, header.id);
    if (place === undefined) return;
    const end = place + header.count;
    if (inOrder && end > this.#poured) {
      this.#poured = end;
      const last = this.#marks.at(-1);
      if (last === undefined || now - last.at >= 1) this.#marks.push({ at: now, poured: end });
      else last.poured = end;
    } else if (!inOrder) {
      const passed = this.#marks.find((mark) => mark.poured >= end);
      const lateness = passed === undefined ? this.#reordering * 1.5 + 1 : now - passed.at;
      this.#reordering = Math.min(MAX_REORDERING, Math.max(this.#reordering, lateness * 1.25));
    }
  }

  #placeOf(block: number, id: number): number | undefined {
    for (const order of this.#orders) {
      if (order.block === block && id >= order.from && id < order.from + order.count) {
        return order.offset + (id - order.from);
      }
    }
    return undefined;
  }

  #settle(now: number): void {
    let settled = 0;
    while (settled < this.#marks.length && this.#marks[settled].at <= now - this.#reordering) settled++;
    if (settled === 0) return;
    this.#settled = this.#marks[settled - 1].poured;
    this.#marks.splice(0, settled);
    while (this.#orders.length > 0) {
      const first = this.#orders[0];
      if (first.offset + first.count > this.#settled) break;
      // The last order stays while it may still grow in place.
      this.#orders.shift();
    }
  }

  /** Closes an epoch of about a round trip and lets the rate control judge it. */
  #learn(now: number): void {
    if (this.rate === undefined || !this.live) return;
    const rtt = this.path.smoothedRtt;
    if (this.#awaited !== undefined && now - this.#awaitedSince < 3 * rtt + 4 * this.interval) return;
    const shortest = this.rate.inStartup ? Math.max(10, rtt / 2) : Math.max(25, rtt);
    const age = now - this.path.epochStarted;
    if (age < shortest) return;
    if (this.path.epochDatagrams < 12 && age < 4 * shortest) return;
    if (this.path.epochDatagrams === 0) {
      this.path.skipEpoch(now);
      return;
    }
    this.rate.learn(now, this.path.rtt ?? rtt, this.path.epoch(now));
    this.#awaited = (this.#sequence + 1) & 0xffff;
    this.#awaitedSince = now;
  }
}
