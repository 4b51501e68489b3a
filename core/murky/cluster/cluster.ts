/**
 * A node's part in a cluster, sans-IO: datagrams, writes and the time go in, datagrams, events and the time of the next
 * call come out. It says which content to fetch; fetching it, and keeping it before `kept` is called, is the host's.
 *
 * After every call: `pollTransmit` and `pollEvent` until they give nothing, then `handleTimeout` at `pollTimeout`.
 */
import { type Random, unit } from '../../protocol/random.ts';
import type { Catalogue } from '../catalogue.ts';
import {
  type ContentRecord,
  compareRecords,
  type EntryId,
  type EntryRecord,
  encodeRecord,
  sameContent,
  type Tombstone,
} from '../record.ts';
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
import { GOSSIP, LONGEST_GREETING, MAX_AHEAD, SPREAD } from './limits.ts';
import type { Desk, Peer } from './peer.ts';
import { Peers } from './peers.ts';
import { Retention } from './retention.ts';
import { Visitors } from './visitors.ts';
import { Wanted } from './wanted.ts';

export type { Moment } from './clock.ts';
export type { ClusterEvent, ClusterSnapshot, PeerSnapshot } from './events.ts';

/** Answers that wait to be sent; what is beyond is lost, as on the network. */
const MAX_OUTGOING = 256;
/** Peers that are asked for another holder when a fetch has failed. */
const MAX_PROBES = 3;
/** Room for records to fetch that comparing leaves to what peers tell. */
const SPARE_ROOM = 128;

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

/** What a host says of content that it keeps. */
export type NewEntry = Pick<ContentRecord, 'id' | 'size' | 'digest' | 'contentType'>;

export class Cluster {
  readonly #options: ClusterOptions;
  readonly #clock: VersionClock;
  readonly #kept: KeptRecords;
  readonly #wanted: Wanted;
  readonly #visitors: Visitors;
  readonly #peers: Peers;
  readonly #retention: Retention;
  readonly #key: ClusterKey;
  readonly #outgoing: { address: string; bytes: Uint8Array }[] = [];
  readonly #events: ClusterEvent[] = [];
  /** Nodes that have answered since this one started. */
  readonly #met = new Set<string>();
  readonly #counts: ClusterCounts = {
    datagrams: 0,
    malformed: 0,
    forged: 0,
    replayed: 0,
    untrusted: 0,
    ahead: 0,
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
    this.#wanted = new Wanted(random);
    this.#visitors = new Visitors(node, this.#key, random);
    this.#retention = new Retention(at, lastContact, catalogue, this.#kept, this.#clock);
    this.#peers = new Peers(this.#desk());
  }

  /** Wall time (ms since 1970) of the last comparison that found nothing different. The host keeps it. */
  get lastContact(): number | undefined {
    return this.#retention.lastContact;
  }

  get snapshot(): ClusterSnapshot {
    return {
      peers: [...this.#peers].map(({ address, call, isListed, untold }) => {
        return { address, id: call.peer, isOpen: call.isOpen, isListed, untold };
      }),
      wanted: this.#wanted.size,
      isReturning: this.#retention.isReturning,
      counts: { ...this.#counts },
    };
  }

  /** `ip:port`, resolved and in the one form that `handle` is given addresses in. False: there are too many. */
  addPeer({ now }: Moment, address: string): boolean {
    return this.#peers.add(now, address, true) !== undefined;
  }

  removePeer(address: string): void {
    this.#peers.remove(address);
  }

  /** The content is kept by this node: writes the entry's record, and tells every peer. Throws RangeError. */
  put(at: Moment, { id, size, digest, contentType }: NewEntry): EntryRecord {
    const version = this.#clock.next(at, this.#newest(at, id));
    const record: EntryRecord = { kind: 'content', id, version, size, digest, contentType };
    encodeRecord(record);
    this.#keep(at, record, undefined);
    return record;
  }

  /** Deletes an entry that is kept or wanted; undefined: there is none. */
  delete(at: Moment, id: EntryId): EntryRecord | undefined {
    const newest = this.#newest(at, id);
    if (newest === undefined || newest.kind === 'tombstone') return undefined;
    const record: Tombstone = { kind: 'tombstone', id, version: this.#clock.next(at, newest) };
    this.#keep(at, record, undefined);
    return record;
  }

  /** Tells every peer of an entry again. False: there is none. */
  propagate({ now }: Moment, id: EntryId): boolean {
    if (this.#kept.get(id) === undefined) return false;
    for (const peer of this.#peers) peer.tell(id, now);
    return true;
  }

  /**
   * What `fetch` asked for is here, verified and durable. False: there is something newer by now, and nothing needs
   * the content for this record's sake.
   */
  kept(at: Moment, record: ContentRecord): boolean {
    const current = this.#kept.get(record.id);
    if (current !== undefined && compareRecords(record, current) === 0) return true;
    if (!this.#kept.isNews(at, record)) return false;
    this.#keep(at, record, undefined);
    return true;
  }

  /** What `fetch` asked for could not be had. It is tried again later, with other holders if there are any. */
  failed({ now }: Moment, record: ContentRecord): void {
    if (!this.#wanted.failed(now, record)) return;
    const holders = this.#wanted.holders(record.id);
    const others = this.#peers.open().filter(({ address }) => !holders.includes(address));
    for (let probes = 0; probes < MAX_PROBES && others.length > 0; probes++) {
      const [peer] = others.splice(Math.floor(unit(this.#options.random) * others.length), 1);
      peer.want(record.id);
    }
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
    for (const record of restamped) this.#keep(at, record, undefined);
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
    const event = this.#events.shift();
    if (event !== undefined) return event;
    const fetch = this.#wanted.next(now);
    return fetch === undefined ? undefined : { type: 'fetch', ...fetch };
  }

  /** When to call `handleTimeout`, by the clock of `now`. */
  pollTimeout({ now }: Moment): number {
    let time = Math.min(this.#visitors.nextTime(), this.#wanted.nextTime(), this.#retention.nextTime());
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
      hasRoom: () => this.#wanted.room > SPARE_ROOM,
      mayTell: () => !this.#retention.isReturning,
      found: (at, record, peer) => this.#heard(at, record, peer.address, false),
      lacks: (at, peer, records) => this.#lacks(at, peer, records),
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
    const isFirst = !this.#met.has(welcome.called);
    this.#met.add(welcome.called);
    this.#clock.heard(at.now, address, welcome.time);
    const ahead = welcome.time - at.wall;
    if (Math.abs(ahead) > MAX_AHEAD) this.#events.push({ type: 'skew', address, ahead });
    this.#retention.met(at.now);
    peer.opened(at.now, !isFirst || this.#options.propagateOnStartup || this.#retention.isReturning);
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
      heard: (record) => this.#heard(at, record, address, true),
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

  /** `holder` says that it has `record`; `told`: unasked. */
  #heard(at: Moment, record: EntryRecord, holder: string, told: boolean): void {
    const { id } = record;
    if (!this.#clock.believes(at, record)) {
      this.#counts.ahead++;
      return;
    }
    const current = this.#kept.get(id);
    const teller = this.#peers.get(holder);
    if (current !== undefined && compareRecords(record, current) === 0) {
      teller?.knows(id);
    } else if (!this.#kept.isNews(at, record)) {
      if (current !== undefined) teller?.tell(id, at.now);
    } else if (record.kind === 'tombstone' || sameContent(current, record)) {
      this.#keep(at, record, { holder, told });
    } else {
      this.#want(at, record, holder, told);
    }
  }

  #want({ now }: Moment, record: ContentRecord, holder: string, told: boolean): void {
    const wanted = this.#wanted.get(record.id);
    if (wanted !== undefined && compareRecords(record, wanted) > 0) this.#abandon(wanted);
    const offered = this.#wanted.offer(now, record, holder, told);
    if (offered === 'another-holder' && this.#wanted.isFetching(record.id)) {
      this.#events.push({ type: 'holder', record, holder });
    }
  }

  #abandon(record: ContentRecord): void {
    if (this.#wanted.isFetching(record.id)) this.#events.push({ type: 'abandon', record });
    this.#wanted.drop(record.id);
  }

  /** Keeps a record, and tells on. `source`: who had it, if it is not this node's own and was not wanted. */
  #keep(at: Moment, record: EntryRecord, source: { holder: string; told: boolean } | undefined): void {
    const { id } = record;
    const wanted = this.#wanted.get(id);
    const order = wanted === undefined ? 1 : compareRecords(record, wanted);
    const holders = new Set(order === 0 ? this.#wanted.holders(id) : []);
    if (source !== undefined) holders.add(source.holder);
    const told = source?.told === true || (order === 0 && this.#wanted.wasTold(id));
    if (order === 0) this.#wanted.drop(id);
    else if (wanted !== undefined && order > 0) this.#abandon(wanted);

    const replaced = this.#kept.set(record);
    this.#events.push({ type: 'kept', record, replaced });
    this.#tellOn(at, id, holders, told);
  }

  /**
   * A node's own record goes to all its peers. One that it was told goes to those who have not been, for all it knows:
   * whom the one who told it calls, that one has told, or knows that somebody has. One that it found by comparing is
   * no news to most. A few more are told in any case.
   */
  #tellOn({ now }: Moment, id: EntryId, holders: ReadonlySet<string>, told: boolean): void {
    const { random } = this.#options;
    const open = this.#peers.open();
    const tellers = open.filter(({ address }) => holders.has(address));
    for (const peer of tellers) peer.knows(id);
    const isOwn = holders.size === 0;
    const isUntold = ({ address }: Peer): boolean =>
      !tellers.some((teller) => teller.isAcquaintedWith(address));
    const others = open.filter(({ address }) => !holders.has(address));
    const chosen = others.filter((peer) => isOwn || (told && isUntold(peer)));
    const rest = others.filter((peer) => !chosen.includes(peer));
    for (let more = 0; more < GOSSIP && rest.length > 0; more++) {
      chosen.push(...rest.splice(Math.floor(unit(random) * rest.length), 1));
    }
    const spread = isOwn ? 0 : SPREAD * chosen.length;
    for (const peer of chosen) peer.tell(id, now + spread * unit(random));
  }

  #lacks(at: Moment, peer: Peer, records: readonly EntryRecord[]): void {
    for (const record of records) {
      if (this.#retention.wasDeleted(at, record)) {
        this.#kept.remove(record);
        this.#events.push({ type: 'removed', record, why: 'deleted' });
      } else {
        peer.tell(record.id, at.now);
      }
    }
  }

  #learn(now: number, address: string): void {
    if (this.#options.autoAddPeers && this.#believes(address)) this.#peers.add(now, address, false);
  }

  /** The newest record of an id that this node has heard of. */
  #newest(at: Moment, id: EntryId): EntryRecord | undefined {
    const kept = this.#kept.get(id);
    const wanted = this.#wanted.get(id);
    if (kept === undefined || wanted === undefined) return kept ?? wanted;
    return this.#clock.believes(at, kept) && compareRecords(kept, wanted) > 0 ? kept : wanted;
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
