/**
 * What the network thread does: the sockets, both sides of the protocol over them, and the clock. Every datagram
 * is looked at here, and none of them waits for anything but its pace.
 */
import { createHmac } from 'node:crypto';
import type { MessagePort } from 'node:worker_threads';
import { Encoder } from '../fountain/encoder.ts';
import { Kernel } from '../fountain/kernel.ts';
import type { Pouring } from '../protocol/pouring.ts';
import { Server } from '../protocol/server.ts';
import { readControl } from '../wire/control.ts';
import { RAIN_HEADER, TYPE_HELLO, TYPE_MEMBER, TYPE_SORRY, TYPE_SUBSCRIBE } from '../wire/datagram.ts';
import { glance, isStranger } from '../wire/glance.ts';
import { emptyRainHeader, isRain, readRain } from '../wire/rain.ts';
import { Beat } from './beat.ts';
import { Classic } from './classic.ts';
import { cryptographic } from './cryptographic.ts';
import { Fetchings } from './fetchings.ts';
import { type Asker, FirstAskers } from './first-askers.ts';
import { parseIp } from './ip.ts';
import { Members } from './members.ts';
import type { ClientStats, FromCodec, FromNet, NetStart, ToNet } from './messages.ts';
import { Port } from './port.ts';
import { problemOf } from './problem.ts';
import { PumpSchedule } from './pump-schedule.ts';
import { RollCalls } from './roll-calls.ts';
import { Springs } from './springs.ts';
import type { Sender, Udp } from './udp.ts';
import type { Withdrawal } from './withdrawals.ts';

const STATS_EVERY = 250;
/** When a socket that is full is looked at again, ms. */
const FULL_RETRY = 1;
/** When a client whose block found no slot is tried again, ms. */
const SLOT_RETRY = 20;
const MAX_SUBSCRIPTIONS = 2048;
const MAX_PER_HOST = 256;

export class Net {
  readonly #start: NetStart;
  readonly #post: (message: FromNet) => void;
  readonly #memory: Uint8Array;
  readonly #springs: Springs;
  readonly #server: Server;
  readonly #firstAskers = new FirstAskers();
  /** Whose datagram the server is looking at. */
  #asker: Asker | undefined;
  readonly #rollCalls: RollCalls;
  readonly #members: Members;
  readonly #classic: Classic;
  readonly #fetchings: Fetchings;
  readonly #header = emptyRainHeader();
  readonly #random = cryptographic();
  readonly #offset = Date.now() - performance.now();
  readonly #port = new Port((memory, at, length, from) => this.#receive(memory, at, length, from));
  #poured = 0;
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
    this.#memory = new Uint8Array(start.arena.memory.buffer);
    this.#fetchings = new Fetchings({
      memory: this.#memory,
      random: this.#random,
      slots: start.arena.fetchSlots,
      codecs: start.codecs,
      now: () => this.#now(),
      post,
    });
    const encoder = new Encoder(new Kernel(start.arena.memory), start.arena.droplets);
    this.#springs = new Springs({
      memory: this.#memory,
      encoder,
      slots: start.arena.serveSlots,
      intermediates: start.arena.intermediates,
      room: start.arena.run,
      codecs: start.codecs,
      now: () => this.#now(),
      find: (resource) => post({ type: 'find', resource }),
      unknown: (resource) => {
        if (this.#asker !== undefined) this.#firstAskers.wait(resource, this.#asker);
      },
      ready: (resource) => {
        this.#server.handleReady(resource);
        this.#pumps.queue();
      },
      later: (retry) => setTimeout(retry, SLOT_RETRY),
      failed: (resource, source, problem) => post({ type: 'source-failed', resource, source, problem }),
    });
    this.#server = new Server(
      {
        mac: (message) => createHmac('sha256', start.cookieSecret).update(message).digest(),
        maxSubscriptions: MAX_SUBSCRIPTIONS,
        maxPerHost: MAX_PER_HOST,
        uploadLimit: Number.POSITIVE_INFINITY,
      },
      this.#springs.lookup,
      parseIp,
    );
    this.#rollCalls = new RollCalls(this.#random, post);
    this.#members = new Members(post);
    this.#classic = new Classic({
      random: this.#random,
      post: (message) => post({ type: 'classic', message }),
      answer: (call, result) => post({ type: 'answer', call, result }),
      allowedAt: () => this.#server.allowedAt,
      charge: (now, bytes) => {
        this.#poured += bytes;
        this.#server.charge(now, bytes);
      },
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
        this.#springs.found(message.resource, message.info);
        for (const asker of this.#firstAskers.take(message.resource)) this.#serve(asker);
        break;
      case 'drop':
        this.#springs.drop(message.resource);
        this.#server.drop(message.resource);
        this.#withdraw(this.#fetchings.takeWithdrawals(message.resource));
        break;
      case 'limits':
        this.#server.setUploadLimit(message.up);
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
      if (message.type === 'loaded') this.#springs.loaded(message);
      else this.#fetchings.decoded(message);
      this.#pumps.queue();
    });
  }

  #receive(memory: Uint8Array, at: number, length: number, from: Sender): void {
    const now = this.#now();
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
      this.#serve({ address: from.address, datagram });
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
    if (type === TYPE_SUBSCRIBE) return isStranger(bytes) && !this.#server.answersStrangers(now);
    if (type !== TYPE_HELLO && type !== TYPE_SORRY) return false;
    return !this.#rollCalls.isOpen && this.#fetchings.find(high, low) === undefined;
  }

  #serve(asker: Asker): void {
    this.#asker = asker;
    this.#server.handle(this.#now(), asker.address, asker.datagram);
    this.#asker = undefined;
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
    next = Math.min(next, this.#pumpServer(udp));
    next = Math.min(next, this.#classic.pump(now, udp));
    udp.flush();
    if (udp.isFull) next = Math.min(next, now + FULL_RETRY);
    return next;
  }

  #pumpServer(udp: Udp): number {
    for (let sent = 0; sent < udp.turn; sent++) {
      if (udp.isFull) return this.#now() + FULL_RETRY;
      const { memory } = udp;
      const out = this.#server.pollTransmit(this.#now(), memory, udp.place);
      if (out === undefined) return this.#server.pollTimeout(this.#now());
      this.#poured += out.length;
      if (out.memory === memory) udp.send(out.address, out.length);
      else udp.sendTo(out.address, out.bytes);
    }
    return 0;
  }

  #withdraw(withdrawals: readonly Withdrawal[]): void {
    for (const { address, bytes } of withdrawals) this.#port.udp?.sendTo(address, bytes);
  }

  #report(): void {
    if (!this.#beat.isTold(this.#fetchings.isFetching, this.#poured)) return;
    this.#fetchings.tick();
    this.#post({
      type: 'stats',
      transfers: this.#fetchings.stats(),
      clients: [
        ...Array.from(this.#server.clients(), (client) => statsOf(client, false)),
        ...this.#server.takeLeft().map((client) => statsOf(client, true)),
      ],
      springs: this.#springs.figures,
      poured: this.#poured,
      received: this.#received,
    });
  }

  async #close(): Promise<void> {
    const withdrawals = this.#fetchings.close();
    this.#classic.handle(this.#now(), { type: 'close' });
    this.#withdraw(withdrawals);
    this.#pump();
    clearInterval(this.#beats);
    this.#pumps.clear();
    await this.#port.close();
    for (const port of this.#start.codecs) port.close();
  }
}

function statsOf({ number, resource, address, bytes }: Pouring, hasLeft: boolean): ClientStats {
  return { number, resource, address, poured: bytes, hasLeft };
}
