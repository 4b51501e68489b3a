/** All transfers of the network thread: those that run, and those that have ended and still say goodbye. */
import type { MessagePort } from 'node:worker_threads';
import type { Transmission } from '../protocol/transmission.ts';
import { BASE_DATAGRAM, MAX_SYMBOL_SIZE, RAIN_HEADER } from '../wire/datagram.ts';
import type { FromCodec } from './codec-messages.ts';
import { DownloadLimit } from './download-limit.ts';
import { Fetching, type FetchingHost } from './fetching.ts';
import { isLoopback } from './ip.ts';
import { type KnownSession, KnownSessions } from './known-sessions.ts';
import type { StartTransfer, ToFetchings, TransferStats } from './messages.ts';
import { Slots } from './slots.ts';
import type { Udp } from './udp.ts';
import { Withdrawals } from './withdrawals.ts';

/** Symbols that a datagram over loopback carries at most: what UDP over IPv4 has room for. */
const LOOPBACK_SYMBOLS = 56;

export interface FetchingsHost extends Pick<FetchingHost, 'memory' | 'random' | 'now' | 'post'> {
  /** Places of the fetch slots. */
  readonly slots: readonly number[];
  readonly codecs: readonly MessagePort[];
}

export class Fetchings {
  readonly #host: FetchingsHost;
  readonly #slots: Slots;
  readonly #running = new Map<number, Fetching>();
  readonly #leaving = new Set<Fetching>();
  readonly #sessions = new KnownSessions();
  readonly #withdrawals = new Withdrawals();
  readonly #downloadLimit = new DownloadLimit();

  constructor(host: FetchingsHost) {
    this.#host = host;
    this.#slots = new Slots(host.slots);
  }

  /** Whose datagram it is that carries this token. */
  find(high: number, low: number): KnownSession | undefined {
    return this.#sessions.find(high, low);
  }

  get isFetching(): boolean {
    return this.#running.size > 0;
  }

  handle(message: ToFetchings): void {
    switch (message.type) {
      case 'start':
        this.#begin(message.transfer);
        return;
      case 'content':
        this.#running.get(message.key)?.begin(message.content);
        return;
      case 'wrong-manifest':
        this.#running.get(message.key)?.rejectManifest();
        return;
      case 'servers':
        this.#running.get(message.key)?.addServers(message.servers);
        this.#limitDownload();
        return;
      case 'prefer':
        this.#running.get(message.key)?.prefer(message.blocks);
        return;
      case 'retry':
        this.#running.get(message.key)?.retry();
        return;
      case 'kept':
        this.#running.get(message.key)?.kept();
        return;
      case 'stop':
        this.#stop(message.key, () => this.#host.post({ type: 'answer', call: message.call }));
        return;
    }
  }

  /** Bytes per second, of all transfers together. */
  setDownloadLimit(down: number): void {
    this.#downloadLimit.set(down);
    this.#limitDownload();
  }

  /** A codec is done with a block. */
  decoded(message: FromCodec & { type: 'decoded' }): void {
    const fetching = this.#running.get(message.key);
    if (fetching !== undefined) fetching.decoded(message);
    else for (const leaving of this.#leaving) if (leaving.key === message.key) leaving.decoded(message);
    this.#handleRoom();
  }

  /** A few times a second. */
  tick(): void {
    for (const fetching of this.#running.values()) fetching.tick();
    // After it, for it may have taken up servers that nothing limits yet.
    this.#limitDownload();
  }

  stats(): TransferStats[] {
    return Array.from(this.#running.values(), (fetching) => fetching.stats());
  }

  /** Sends what is due; returns when there is more, ms. */
  pump(now: number, udp: Udp): number {
    let next = Number.POSITIVE_INFINITY;
    for (const fetching of this.#running.values()) next = Math.min(next, pumpOne(now, udp, fetching));
    for (const fetching of this.#leaving) {
      next = Math.min(next, pumpOne(now, udp, fetching));
      if (fetching.client.over && fetching.hasEnded) this.#forget(fetching);
    }
    return next;
  }

  /** A resource is served no more: what is to be said to the servers that name this node for it. */
  takeWithdrawals(resource: string): readonly Transmission[] {
    return this.#withdrawals.take(resource);
  }

  /** Stops them all; what they have to say is due at once. */
  close(): void {
    for (const key of [...this.#running.keys()]) this.#stop(key, () => undefined);
    for (const { client } of this.#leaving) client.hasten();
  }

  /** Nothing is served any more: what is to be said to the servers that name this node. */
  takeAllWithdrawals(): readonly Transmission[] {
    return this.#withdrawals.takeAll();
  }

  #begin(transfer: StartTransfer): void {
    const { codecs, slots } = this.#host;
    const fetching = new Fetching(transfer, codecs[transfer.codec], slots.length, {
      ...this.#host,
      slots: this.#slots,
      maxDatagram: (address) =>
        isLoopback(address) ? RAIN_HEADER + LOOPBACK_SYMBOLS * MAX_SYMBOL_SIZE : BASE_DATAGRAM,
      register: (session, of) => this.#sessions.add(session, of),
    });
    this.#running.set(transfer.key, fetching);
    this.#limitDownload();
  }

  #stop(key: number, ended: () => void): void {
    const fetching = this.#running.get(key);
    if (fetching === undefined) {
      ended();
      return;
    }
    this.#running.delete(key);
    this.#leaving.add(fetching);
    fetching.stop(ended);
    this.#handleRoom();
  }

  /** There may be room for blocks that had none. */
  #handleRoom(): void {
    for (const { client } of this.#running.values()) client.handleRoom(this.#host.now());
  }

  #forget(fetching: Fetching): void {
    this.#leaving.delete(fetching);
    this.#withdrawals.keep(this.#host.now(), fetching.resource, fetching.client.withdrawals());
    this.#sessions.forget(fetching.client.sessions);
  }

  #limitDownload(): void {
    const sessions = [...this.#running.values()].flatMap(({ client }) => client.sessions);
    this.#downloadLimit.apply(this.#host.now(), sessions, MAX_SYMBOL_SIZE);
  }
}

function pumpOne(now: number, udp: Udp, fetching: Fetching): number {
  for (;;) {
    fetching.pumpEvents();
    const out = fetching.client.pollTransmit(now);
    if (out === undefined) return fetching.client.pollTimeout();
    udp.sendTo(out.address, out.bytes);
  }
}
