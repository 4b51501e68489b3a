/**
 * A node's part in a cluster, sans-IO: datagrams, writes and the time go in, datagrams, events and the time of the next
 * call come out. It says which content to fetch; fetching it, and keeping it before `kept` is called, is the host's.
 *
 * After every call: `pollTransmit` and `pollEvent` until they give nothing, then `handleTimeout` at `pollTimeout`.
 */
import type { Random } from '../../protocol/random.ts';
import type { Catalogue } from '../catalogue.ts';
import type { ContentRecord, EntryId, EntryRecord } from '../record.ts';
import { answerRequest } from './answers.ts';
import { type Moment, VersionClock } from './clock.ts';
import {
  type Answer,
  type Hello,
  KIND_ANSWER,
  KIND_HELLO,
  KIND_REQUEST,
  type Request,
  readDatagram,
  type Welcome,
  writeDatagram,
} from './datagram.ts';
import type { ClusterCounts, ClusterEvent, ClusterSnapshot } from './events.ts';
import { KeptRecords } from './kept-records.ts';
import { ClusterKey } from './key.ts';
import { LONGEST_GREETING, MAX_AHEAD } from './limits.ts';
import type { Desk, Peer } from './peer.ts';
import { Peers } from './peers.ts';
import { type NewEntry, Propagation } from './propagation.ts';
import { Retention } from './retention.ts';
import { Visitors } from './visitors.ts';

export type { Moment } from './clock.ts';
export type { ClusterEvent, ClusterSnapshot, PeerSnapshot } from './events.ts';
export type { NewEntry } from './propagation.ts';

/** Answers that wait to be sent; what is beyond is lost, as on the network. */
const MAX_OUTGOING = 256;

export interface ClusterOptions {
  /** Id of this node, 16 hex digits: random, the same for as long as its catalogue lives. */
  readonly node: string;
  readonly catalogue: Catalogue;
  /** Random bytes that all members have, and nobody else; undefined: addresses are believed instead. */
  readonly secret: Uint8Array | undefined;
  /** Without a secret: whether an address `ip:port` is believed, besides those of listed peers. */
  readonly trusts: (address: string) => boolean;
  /** Unpredictable, outside of tests. */
  readonly random: Random;
  /** Take nodes that call, and peers of peers, for peers. */
  readonly autoAddPeers: boolean;
  /** Compare with every peer as soon as it answers for the first time, not when its turn comes. */
  readonly propagateOnStartup: boolean;
  /** What `lastContact` was when the node ran last; undefined: it never ran. */
  readonly lastContact: number | undefined;
}

export class Cluster {
  readonly #options: ClusterOptions;
  readonly #clock: VersionClock;
  readonly #kept: KeptRecords;
  readonly #visitors: Visitors;
  readonly #peers: Peers;
  readonly #retention: Retention;
  readonly #propagation: Propagation;
  readonly #key: ClusterKey;
  readonly #outgoing: { address: string; bytes: Uint8Array }[] = [];
  readonly #events: ClusterEvent[] = [];
  readonly #counts: Omit<ClusterCounts, 'ahead'> = {
    datagrams: 0,
    malformed: 0,
    forged: 0,
    replayed: 0,
    untrusted: 0,
    sent: 0,
    bytesSent: 0,
  };

  /** Reads all of the catalogue once. */
  constructor(at: Moment, options: ClusterOptions) {
    const { node, catalogue, random, secret, lastContact } = options;
    this.#options = options;
    this.#key = new ClusterKey(secret);
    this.#clock = new VersionClock(node);
    this.#kept = new KeptRecords(catalogue, this.#key, this.#clock);
    this.#visitors = new Visitors(node, this.#key, random);
    this.#retention = new Retention(at, lastContact, catalogue, this.#kept, this.#clock);
    this.#peers = new Peers(this.#desk());
    this.#propagation = new Propagation({
      kept: this.#kept,
      clock: this.#clock,
      retention: this.#retention,
      peers: this.#peers,
      random,
      emit: (event) => this.#events.push(event),
    });
  }

  /** Wall time (ms since 1970) of the last comparison that found nothing different. The host keeps it. */
  get lastContact(): number | undefined {
    return this.#retention.lastContact;
  }

  get snapshot(): ClusterSnapshot {
    return {
      peers: [...this.#peers].map(({ address, call, isListed, untold, lastContact }) => {
        return { address, id: call.peer, isOpen: call.isOpen, isListed, untold, lastContact };
      }),
      wanted: this.#propagation.wanted,
      isReturning: this.#retention.isReturning,
      counts: { ...this.#counts, ahead: this.#propagation.ahead },
    };
  }

  /** An entry that others have and this node has not yet, and who they are: for a reader that cannot wait for its turn. */
  coming(id: EntryId): { readonly record: ContentRecord; readonly holders: readonly string[] } | undefined {
    return this.#propagation.coming(id);
  }

  /** `ip:port`, resolved and in the one form that `handle` is given addresses in. False: there are too many. */
  addPeer({ now }: Moment, address: string): boolean {
    return this.#peers.add(now, address, true) !== undefined;
  }

  removePeer(address: string): void {
    this.#peers.remove(address);
  }

  /** The content is kept by this node: writes the entry's record, and tells every peer. Throws RangeError. */
  put(at: Moment, entry: NewEntry): EntryRecord {
    return this.#propagation.put(at, entry);
  }

  /** Deletes an entry that is kept or wanted; undefined: there is none. */
  delete(at: Moment, id: EntryId): EntryRecord | undefined {
    return this.#propagation.delete(at, id);
  }

  /** Tells every peer of an entry again. False: there is none. */
  propagate(at: Moment, id: EntryId): boolean {
    return this.#propagation.propagate(at, id);
  }

  /**
   * What `fetch` asked for is here, verified and durable. False: there is something newer by now, and nothing needs
   * the content for this record's sake.
   */
  kept(at: Moment, record: ContentRecord): boolean {
    return this.#propagation.fetched(at, record);
  }

  /** What `fetch` asked for could not be had. It is tried again later, with other holders if there are any. */
  failed(at: Moment, record: ContentRecord): void {
    this.#propagation.failed(at, record);
  }

  handle(at: Moment, address: string, bytes: Uint8Array): void {
    this.#counts.datagrams++;
    const datagram = readDatagram(bytes);
    if (datagram === undefined) {
      this.#counts.malformed++;
    } else if (!this.#believes(address)) {
      this.#counts.untrusted++;
    } else if (datagram.kind === KIND_REQUEST) {
      this.#requested(at, address, datagram, bytes);
    } else if (datagram.kind === KIND_ANSWER) {
      this.#answered(at, address, datagram, bytes);
    } else if (!this.#key.greetings.holds(bytes)) {
      this.#counts.forged++;
    } else if (datagram.kind === KIND_HELLO) {
      this.#greeted(at, address, datagram);
    } else {
      this.#welcomed(at, address, datagram);
    }
  }

  handleTimeout(at: Moment): void {
    const { now } = at;
    for (const peer of this.#peers) {
      if (!peer.expire(now)) continue;
      this.#clock.forget(peer.address);
      this.#say(peer, false);
    }
    this.#peers.forgetSilent(now);
    this.#visitors.expire(now);
    const { removed, restamped } = this.#retention.sweep(at);
    for (const record of removed) this.#events.push({ type: 'removed', record, why: 'collected' });
    for (const record of restamped) this.#propagation.keep(at, record, undefined);
  }

  /** The next datagram to send, and to whom. */
  pollTransmit(at: Moment): { address: string; bytes: Uint8Array } | undefined {
    const next = this.#outgoing.shift() ?? this.#nextOfPeers(at);
    if (next === undefined) return undefined;
    this.#counts.sent++;
    this.#counts.bytesSent += next.bytes.length;
    return next;
  }

  pollEvent({ now }: Moment): ClusterEvent | undefined {
    return this.#events.shift() ?? this.#propagation.nextFetch(now);
  }

  /** When to call `handleTimeout`, by the clock of `now`. */
  pollTimeout({ now }: Moment): number {
    let time = Math.min(this.#visitors.nextTime(), this.#propagation.nextTime(), this.#retention.nextTime());
    for (const peer of this.#peers) time = Math.min(time, peer.nextTime(now));
    return time;
  }

  #desk(): Desk {
    const { node, random } = this.#options;
    return {
      own: node,
      key: this.#key,
      kept: this.#kept,
      clock: this.#clock,
      random,
      hasRoom: () => this.#propagation.hasRoom,
      mayTell: () => !this.#retention.isReturning,
      found: (at, record, peer) => this.#propagation.heard(at, record, peer.address, false),
      lacks: (at, peer, records) => this.#propagation.lacks(at, peer, records),
      learn: ({ now }, addresses) => {
        for (const address of addresses) this.#learn(now, address);
      },
      compared: (at, _peer, alike) => this.#retention.compared(at, alike),
    };
  }

  #believes(address: string): boolean {
    const { secret, trusts } = this.#options;
    return secret !== undefined || this.#peers.get(address)?.isListed === true || trusts(address);
  }

  #greeted({ now, wall }: Moment, address: string, hello: Hello): void {
    if (hello.caller === this.#options.node) {
      this.#peers.greetedItself(hello.nonce);
      return;
    }
    this.#send(address, this.#visitors.welcome(now, address, hello, Math.max(0, Math.floor(wall))));
  }

  #welcomed(at: Moment, address: string, welcome: Welcome): void {
    const peer = this.#peers.get(address);
    if (peer === undefined || !peer.call.welcomed(welcome)) return;
    if (this.#peers.isAlias(peer)) {
      peer.call.hangUp(at.now, LONGEST_GREETING);
      if (!peer.isListed) this.#peers.remove(address);
      return;
    }
    this.#clock.heard(at.now, address, welcome.time);
    const ahead = welcome.time - at.wall;
    if (Math.abs(ahead) > MAX_AHEAD) this.#events.push({ type: 'skew', address, ahead });
    this.#retention.met(at.now);
    peer.opened(at.now, this.#options.propagateOnStartup || this.#retention.isReturning);
    this.#say(peer, true);
  }

  #requested(at: Moment, address: string, request: Request, bytes: Uint8Array): void {
    const seal = this.#visitors.admit(at.now, address, request, bytes);
    if (seal === 'forged' || seal === 'replayed') {
      this.#counts[seal]++;
      return;
    }
    this.#peers.get(address)?.call.hurry(at.now);
    this.#learn(at.now, address);
    // What it would say may have been deleted everywhere else.
    if (this.#retention.isReturning) return;
    const body = answerRequest(request, {
      kept: this.#kept,
      wall: at.wall,
      peers: () => this.#peers.open().map((peer) => peer.address),
      compared: (alike) => this.#peers.get(address)?.hasCompared(at.now, alike),
      heard: (record) => this.#propagation.heard(at, record, address, true),
    });
    if (body === undefined) {
      this.#counts.malformed++;
      return;
    }
    const { subject, nonce, counter } = request;
    this.#send(address, seal.close(writeDatagram({ kind: KIND_ANSWER, subject, nonce, counter, body })));
  }

  #answered(at: Moment, address: string, answer: Answer, bytes: Uint8Array): void {
    if (this.#peers.get(address)?.answered(at, answer, bytes) !== true) this.#counts.forged++;
  }

  #learn(now: number, address: string): void {
    if (this.#options.autoAddPeers && this.#believes(address)) this.#peers.add(now, address, false);
  }

  #nextOfPeers(at: Moment): { address: string; bytes: Uint8Array } | undefined {
    for (const peer of this.#peers) {
      const bytes = peer.next(at);
      if (bytes !== undefined) return { address: peer.address, bytes };
    }
    return undefined;
  }

  #send(address: string, bytes: Uint8Array): void {
    if (this.#outgoing.length < MAX_OUTGOING) this.#outgoing.push({ address, bytes });
  }

  #say(peer: Peer, isOpen: boolean): void {
    const { address, call } = peer;
    if (call.peer !== undefined) this.#events.push({ type: 'peer', address, id: call.peer, isOpen });
  }
}
