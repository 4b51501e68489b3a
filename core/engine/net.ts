/**
 * What the network thread does: the sockets, both sides of the protocol over them, and the clock. Every datagram
 * is looked at here, and none of them waits for anything but its pace.
 */
import type { MessagePort } from 'node:worker_threads';
import type { Transmission } from '../protocol/transmission.ts';
import { readControl } from '../wire/control.ts';
import { RAIN_HEADER, TYPE_HELLO, TYPE_MEMBER, TYPE_SORRY, TYPE_SUBSCRIBE } from '../wire/datagram.ts';
import { glance, isStranger } from '../wire/glance.ts';
import { emptyRainHeader, isRain, readRain } from '../wire/rain.ts';
import { Beat } from './beat.ts';
import { Classic } from './classic.ts';
import type { FromCodec } from './codec-messages.ts';
import { cryptographic } from './cryptographic.ts';
import { Fetchings } from './fetchings.ts';
import { Members } from './members.ts';
import type { FromNet, NetStart, ToNet } from './messages.ts';
import { Port } from './port.ts';
import { problemOf } from './problem.ts';
import { PumpSchedule } from './pump-schedule.ts';
import { RollCalls } from './roll-calls.ts';
import { Serving } from './serving.ts';
import { FULL_RETRY, type Sender } from './udp.ts';

const STATS_EVERY = 250;

export class Net {
  readonly #start: NetStart;
  readonly #post: (message: FromNet) => void;
  readonly #serving: Serving;
  readonly #rollCalls: RollCalls;
  readonly #members: Members;
  readonly #classic: Classic;
  readonly #fetchings: Fetchings;
  readonly #header = emptyRainHeader();
  readonly #random = cryptographic();
  readonly #offset = Date.now() - performance.now();
  readonly #port = new Port((memory, at, length, from) => this.#receive(memory, at, length, from));
  #received = 0;
  readonly #beat = new Beat();
  readonly #pumps = new PumpSchedule({
    now: () => this.#now(),
    readAtOnce: () => this.#port.udp?.readAtOnce ?? 0,
    pump: () => this.#pump(),
  });
  readonly #beats: NodeJS.Timeout;

  constructor(start: NetStart, post: (message: FromNet) => void) {
    this.#start = start;
    this.#post = post;
    this.#fetchings = new Fetchings({
      memory: new Uint8Array(start.arena.memory.buffer),
      random: this.#random,
      slots: start.arena.fetchSlots,
      codecs: start.codecs,
      now: () => this.#now(),
      post,
    });
    this.#serving = new Serving(start, {
      now: () => this.#now(),
      post,
      wake: () => this.#pumps.queue(),
    });
    this.#rollCalls = new RollCalls(this.#random, post);
    this.#members = new Members(post);
    this.#classic = new Classic({
      random: this.#random,
      post: (message) => post({ type: 'classic', message }),
      answer: (call, result) => post({ type: 'answer', call, result }),
      allowedAt: () => this.#serving.allowedAt,
      charge: (now, bytes) => this.#serving.charge(now, bytes),
    });
    for (const port of start.codecs) this.#listen(port);
    this.#beats = setInterval(() => this.#report(), STATS_EVERY);
  }

  async handle(message: ToNet): Promise<void> {
    switch (message.type) {
      case 'bind':
        return this.#bind(message.call, message.port, message.addresses);
      case 'start':
      case 'content':
      case 'wrong-manifest':
      case 'servers':
      case 'prefer':
      case 'retry':
      case 'kept':
      case 'stop':
        this.#fetchings.handle(message);
        break;
      case 'roll-call':
        this.#rollCalls.begin(this.#now(), message.call, message.addresses);
        break;
      case 'members':
      case 'members-taken':
      case 'member':
        this.#members.handle(this.#now(), message, this.#port.udp);
        break;
      case 'classic':
        this.#classic.handle(this.#now(), message.message);
        break;
      case 'found':
        this.#serving.found(message.resource, message.info);
        break;
      case 'drop':
        this.#serving.drop(message.resource);
        this.#withdraw(this.#fetchings.takeWithdrawals(message.resource));
        break;
      case 'limits':
        this.#serving.setUploadLimit(message.up);
        this.#fetchings.setDownloadLimit(message.down);
        break;
      case 'close':
        return this.#close();
    }
    this.#pumps.queue();
  }

  /** The protocol's clock, ms: monotonic, and the same epoch after a restart so that cookies outlive it. */
  #now(): number {
    return performance.now() + this.#offset;
  }

  async #bind(call: number, port: number, addresses: readonly string[]): Promise<void> {
    try {
      this.#post({ type: 'answer', call, result: await this.#port.bind({ port, addresses }) });
    } catch (error) {
      this.#post({ type: 'answer', call, problem: problemOf(error) });
    }
    this.#pumps.queue();
  }

  #listen(port: MessagePort): void {
    port.on('message', (message: FromCodec) => {
      if (message.type === 'loaded') this.#serving.loaded(message);
      else this.#fetchings.decoded(message);
      this.#pumps.queue();
    });
  }

  #receive(memory: Uint8Array, at: number, length: number, from: Sender): void {
    const now = from.arrivedAt + this.#offset;
    this.#pumps.count();
    if (this.#classic.isOpen && this.#classic.receive(now, memory.subarray(at, at + length), from)) {
      this.#received += length;
    } else if (isRain(memory, at, length)) {
      const header = this.#header;
      if (readRain(memory, header, at, length) !== undefined) return;
      const known = this.#fetchings.find(header.tokenHigh, header.tokenLow);
      if (known === undefined) return;
      this.#received += length;
      known.fetching.handleRain(now, known.session, header, memory, at + RAIN_HEADER);
    } else {
      this.#receiveControl(now, memory.subarray(at, at + length), from);
    }
    this.#pumps.queue();
  }

  #receiveControl(now: number, bytes: Uint8Array, from: Sender): void {
    if (this.#isInVain(now, bytes)) return;
    const datagram = readControl(bytes);
    if (typeof datagram === 'string') return;
    if (datagram.type === TYPE_MEMBER) {
      this.#members.receive(now, from.address, datagram.payload);
      return;
    }
    if (datagram.type !== TYPE_HELLO && datagram.type !== TYPE_SORRY) {
      this.#serving.handle({ address: from.address, askedAt: now, datagram });
      return;
    }
    const { high, low } = datagram.token;
    const known = this.#fetchings.find(high, low);
    if (known === undefined) {
      this.#rollCalls.handle(now, datagram.token);
      return;
    }
    this.#received += bytes.length;
    known.fetching.handleControl(now, known.session, datagram, bytes.length);
  }

  /** What a flood is made of is dropped before it is read: answers to nobody, and more questions than are answered. */
  #isInVain(now: number, bytes: Uint8Array): boolean {
    const { type, high, low } = glance(bytes);
    if (type === TYPE_SUBSCRIBE) return isStranger(bytes) && !this.#serving.answersStrangers(now);
    if (type !== TYPE_HELLO && type !== TYPE_SORRY) return false;
    return !this.#rollCalls.isOpen && this.#fetchings.find(high, low) === undefined;
  }

  /** Sends what is due; returns when there is more to do, ms. */
  #pump(): number {
    this.#members.pump();
    const { udp } = this.#port;
    if (udp === undefined) return Number.POSITIVE_INFINITY;
    const now = this.#now();
    let next = this.#fetchings.pump(now, udp);
    next = Math.min(
      next,
      this.#rollCalls.pump(now, (to, bytes) => udp.sendTo(to, bytes)),
    );
    next = Math.min(next, this.#serving.pump(udp));
    next = Math.min(next, this.#classic.pump(now, udp));
    udp.flush();
    if (udp.isFull) next = Math.min(next, now + FULL_RETRY);
    return next;
  }

  #withdraw(withdrawals: readonly Transmission[]): void {
    for (const { address, bytes } of withdrawals) this.#port.udp?.sendTo(address, bytes);
  }

  #report(): void {
    if (!this.#beat.isTold(this.#fetchings.isFetching, this.#serving.poured)) return;
    this.#fetchings.tick();
    this.#post({
      type: 'stats',
      transfers: this.#fetchings.stats(),
      clients: this.#serving.takeClients(),
      springs: this.#serving.figures,
      poured: this.#serving.poured,
      received: this.#received,
    });
  }

  async #close(): Promise<void> {
    this.#fetchings.close();
    this.#classic.handle(this.#now(), { type: 'close' });
    this.#pump();
    this.#withdraw(this.#fetchings.takeAllWithdrawals());
    this.#pump();
    clearInterval(this.#beats);
    this.#pumps.clear();
    await this.#port.close();
    for (const port of this.#start.codecs) port.close();
  }
}
