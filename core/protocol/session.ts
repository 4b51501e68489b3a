/**
 * The client's side of one subscription: the handshake with one server, its heartbeats, what is ordered from it,
 * and how fast it is asked to pour.
 */
import { writeControl } from '../wire/control.ts';
import {
  type Challenge,
  COOKIE_BYTES,
  type Hello,
  type RainHeader,
  type Sorry,
  type Token,
  TYPE_SUBSCRIBE,
  TYPE_UNSUBSCRIBE,
} from '../wire/datagram.ts';
import { FrontQuestions } from './front-questions.ts';
import { ASIDE_RETRY, Heartbeats, type Standing } from './heartbeats.ts';
import { Orders } from './orders.ts';
import { Pace } from './pace.ts';
import { Path } from './path.ts';
import type { Company } from './rivalry.ts';
import type { Offence, SessionReason, SessionState } from './session-state.ts';
import { Vigil } from './vigil.ts';

/** A server that pours nothing for a round trip, this, ms, and so many droplets' time has nothing left to pour. */
const SHORTEST_STALL = 60;
const STALL_DROPLETS = 16;
/** Droplets to order from a server of which it is not known whether it still pours. */
const PROBE = 2;
/** Who was heard of within so many ms is there. */
const RECENTLY = 3000;
/** Where it is said to have been found when only another server has told of it, or it announced itself nearby. */
export const TOLD = 'server';
export const NEAR = 'lan';
const NO_COOKIE = new Uint8Array(COOKIE_BYTES);

/** Whether who was found there is named by the person, the link or the list. */
export function isNamed(found: string): boolean {
  return found !== TOLD && found !== NEAR;
}

export type { SessionState } from './session-state.ts';

export interface SessionConfig {
  readonly resource: string;
  readonly maxDatagram: number;
  /** How many servers are asked at present. */
  servers(): number;
  /** The other paths of this transfer; undefined: it gives way to all other traffic. */
  readonly company: Company | undefined;
}

export class Session {
  readonly index: number;
  readonly address: string;
  /** Where it was found: what speaks most for it. */
  found: string;
  readonly token: Token;
  readonly path: Path;
  readonly config: SessionConfig;
  readonly pace: Pace;
  readonly orders = new Orders();
  state: SessionState = 'silent';
  /** Why it is in this state; undefined when there is nothing to say. */
  reason: SessionReason | undefined;
  /** Blocks it had a part in that were right. */
  useful = 0;
  /** All symbols and bytes that came, wanted or not. */
  droplets = 0;
  bytes = 0;
  /** Symbols that came and cannot have been ordered of it. */
  unordered = 0;
  hello: Hello | undefined;
  /** It answers, and for seconds nothing that was ordered has come of it. */
  barren = false;
  lastHeard = Number.NEGATIVE_INFINITY;
  /** Symbols per second that the host allows this server at most. */
  ceiling = Number.POSITIVE_INFINITY;
  #cookie: Uint8Array = NO_COOKIE;
  #sequence = 0;
  readonly #heartbeats: Heartbeats;
  readonly #frontQuestions = new FrontQuestions();
  readonly #vigil = new Vigil();

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
    this.pace = new Pace(this.path, config.servers, config.company);
    this.#heartbeats = new Heartbeats(now, this.path, this.pace, () => this.isTold);
  }

  /** Only another server has told of it. */
  get isTold(): boolean {
    return this.found === TOLD;
  }

  /** The person, the link or the list names it. */
  get isNamed(): boolean {
    return isNamed(this.found);
  }

  get validated(): boolean {
    return this.#cookie !== NO_COOKIE;
  }

  /** True when it pours, or would. */
  get live(): boolean {
    return this.state === 'pouring' || this.state === 'idle';
  }

  get canOrder(): boolean {
    return this.live && !this.orders.full;
  }

  /** Measured loss of the path, 0..1. */
  get loss(): number {
    return this.path.expected === 0 ? 0 : Math.max(0, 1 - this.path.datagrams / this.path.expected);
  }

  /** Loss to reckon with when ordering, 0..0.9. */
  get expectedLoss(): number {
    return Math.min(0.9, this.pace.recentLoss);
  }

  /** Symbols per second that it is asked for. */
  get askedRate(): number {
    return Math.min(this.ceiling, this.pace.rate);
  }

  /** Pause between heartbeats, ms. */
  get interval(): number {
    return this.#heartbeats.interval;
  }

  /** Symbols that keep the pipe full: over a round trip, lost heartbeats, and timers that fire late. */
  get horizon(): number {
    if (this.isOnProbation) return PROBE;
    const heartbeats = this.pace.inStartup ? 2 : 3;
    return (this.#likelyRate * (this.path.smoothedRtt + heartbeats * this.interval + 15)) / 1000 + 2;
  }

  /** Symbols that the server pours until the next heartbeat takes effect. */
  get #pipe(): number {
    return (this.#likelyRate * (this.path.smoothedRtt + this.interval)) / 1000;
  }

  /** Symbols per second that the server may pour: no more than it is asked for, and not far more than of late. */
  get #likelyRate(): number {
    return Math.min(this.askedRate, this.pace.most);
  }

  /** True while it is not to be relied on: it has not poured what was ordered, and nothing since. */
  get isOnProbation(): boolean {
    return this.#vigil.onProbation;
  }

  order(block: number, from: number, count: number): void {
    this.orders.add(block, from, count);
  }

  /** Drops what is ordered of a block. */
  cancel(block: number): void {
    this.orders.cancel(block);
  }

  cancelAll(): void {
    this.orders.cancelAll();
    this.#vigil.resting();
  }

  /**
   * Takes the header of a datagram of this session; `fresh` of its droplets were of use. What counts as delivered is
   * what was ordered and comes for the first time: with all else a server could pretend to be fast, and have all orders.
   */
  arrived(now: number, header: RainHeader, fresh: number): void {
    this.path.look(now);
    this.#heard(now);
    if (!this.#mayPour()) return;
    this.pace.start(now);
    if (!this.live) this.path.skipEpoch(now);
    this.state = 'pouring';
    this.reason = undefined;
    const inOrder = this.path.arrived(now, header);
    const advance = this.orders.arrived(now, header.block, header.id, header.count, inOrder);
    const known = advance === undefined ? this.orders.takeOwed(header.count) : advance;
    this.path.deliver(Math.max(fresh, Math.min(header.count, known)));
    this.pace.echoed(now, header.echo);
    if (advance !== undefined && advance > 0) this.#vigil.progressed(now);
    if (header.drained && !this.orders.empty) this.#heartbeats.drained(now);
  }

  challenged(now: number, challenge: Challenge): void {
    this.path.look(now);
    // A challenge does not say which question it answers (Karn's rule).
    if (this.#sequence === 1) this.path.answered(now, this.#sequence);
    this.#heard(now);
    // A server that asks again has forgotten what it poured, however long ago: it counts anew, maybe by another clock.
    this.path.reset();
    this.#cookie = challenge.cookie;
    if (this.state === 'silent') this.reason = undefined;
    this.#heartbeats.hurry(now);
  }

  greeted(now: number, hello: Hello): void {
    this.path.look(now);
    this.path.answered(now, hello.echo);
    this.#heard(now);
    // An answer to the question where others are changes nothing else.
    if (!this.live) this.#heartbeats.setDue(now);
    this.#cookie = hello.cookie;
    this.hello = hello;
    this.pace.start(now);
    if (this.state !== 'pouring') this.state = 'idle';
    this.reason = undefined;
  }

  /** The server said SORRY. */
  refused(now: number, sorry: Sorry): void {
    const { reason, retryAfter } = sorry;
    this.#giveUp(reason === 'version' ? 'refused' : reason, reason);
    this.#heartbeats.setDue(now + Math.max(250, Math.min(retryAfter, ASIDE_RETRY)));
  }

  /** What the server has cannot be used, as things are: it is in a code profile that this node does not know. */
  setAside(now: number): void {
    this.#giveUp('refused', 'profile');
    this.#heartbeats.setDue(now + ASIDE_RETRY);
  }

  ban(offence: Offence): void {
    this.#giveUp('banned', offence);
    this.#heartbeats.setDue(Number.POSITIVE_INFINITY);
  }

  /** When this session next wants the clock, ms. */
  get timeout(): number {
    return this.#heartbeats.dueAt;
  }

  /** Advances what depends on time alone. */
  tick(now: number): void {
    this.path.look(now);
    this.barren = this.#vigil.isBarren(now) && now - this.lastHeard < RECENTLY;
    this.orders.settle(now);
    if (!this.live) return;
    if (this.pace.learn(now, this.#sequence + 1, this.#heartbeats.pauseWhilePouring)) this.hurry(now);
    if (this.orders.empty) return;
    const { smoothedRtt } = this.path;
    const longest = smoothedRtt + SHORTEST_STALL + (STALL_DROPLETS * 1000) / this.pace.flow;
    const patience = 3 * smoothedRtt + 6 * this.#heartbeats.pauseWhilePouring;
    const verdict = this.#vigil.look(now, longest, patience);
    if (verdict === 'fine') return;
    this.cancelAll();
    if (verdict === 'stuck') return;
    this.#giveUp('silent', 'stopped');
    this.#heartbeats.heard();
    this.pace.restart(now);
  }

  /** The heartbeat that is due, or undefined. `isIdle`: the client has ordered nothing from anybody. */
  pollSubscribe(now: number, isIdle: boolean): Uint8Array | undefined {
    if (now < this.timeout || this.state === 'banned') return undefined;
    if (this.orders.empty) {
      this.#vigil.resting();
      this.path.rest();
    } else {
      this.#vigil.working(now);
      this.#heartbeats.asking(now);
    }
    if (this.orders.outstanding < this.#pipe) this.path.limit(now);
    this.#sequence = (this.#sequence + 1) >>> 0;
    this.path.subscribed(now, this.#sequence);
    this.#heartbeats.sent(now, this.#standing, isIdle, this.hello !== undefined);
    if (this.#heartbeats.isUnanswered) this.reason ??= 'silent';
    const asksFront = !this.orders.empty && this.#frontQuestions.ask(now, this.droplets, this.path.apart);
    const pause = this.#heartbeats.pauseWhileAsked(now);
    const lease = Math.min(1000, Math.max(200, 8 * pause + this.path.smoothedRtt));
    return writeControl({
      type: TYPE_SUBSCRIBE,
      wantsHello: this.hello === undefined || !this.live || asksFront,
      token: this.token,
      resource: this.config.resource,
      cookie: this.#cookie,
      sequence: this.#sequence,
      lease: Math.round(lease),
      maxDatagram: this.config.maxDatagram,
      rate: Math.max(1, Math.round(this.askedRate)),
      extents: this.orders.extents(),
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
    this.#heartbeats.hurry(now);
  }

  /** RAIN says that a silent server is back, but does not undo what it said or what was found out. */
  #mayPour(): boolean {
    return this.live || this.state === 'silent';
  }

  #giveUp(state: SessionState, reason: SessionReason): void {
    this.state = state;
    this.reason = reason;
    this.orders.cancelAll();
    this.#vigil.ended();
  }

  get #standing(): Standing {
    if (this.live) return this.orders.empty ? 'idle' : 'ordered';
    return this.state === 'silent' ? 'silent' : 'aside';
  }

  #heard(now: number): void {
    this.lastHeard = now;
    this.#heartbeats.heard();
  }
}
