/** One peer as this node sees it: the call to it, what it has yet to be told, asked for, and compared with. */
import { type Random, unit } from '../../protocol/random.ts';
import { type EntryId, type EntryRecord, TOMBSTONE_BYTES } from '../record.ts';
import {
  fitting,
  MAX_WANT,
  readFound,
  readHeld,
  readPeers,
  writeAsked,
  writeIds,
  writeRecords,
} from './bodies.ts';
import { Call, type Work } from './call.ts';
import type { Moment, VersionClock } from './clock.ts';
import { Comparison, type Difference } from './comparison.ts';
import {
  type Answer,
  REQUEST_ROOM,
  SUBJECT_COMPARE,
  SUBJECT_PEERS,
  SUBJECT_TELL,
  SUBJECT_WANT,
} from './datagram.ts';
import type { KeptRecords } from './kept-records.ts';
import type { ClusterKey } from './key.ts';
import { COMPARE_AGAIN, COMPARE_EVERY, FIRST_PEERS, MAX_OUTBOX, PEERS_EVERY } from './limits.ts';

/** Records that fit one TELL if all are tombstones. */
const MAX_TOLD = Math.floor(REQUEST_ROOM / TOMBSTONE_BYTES);

/** What a peer's answers are for. */
export interface Desk {
  readonly kept: KeptRecords;
  readonly clock: VersionClock;
  readonly key: ClusterKey;
  readonly random: Random;
  /** Id of this node. */
  readonly own: string;
  /** Whether there is room for more records to fetch. */
  hasRoom(): boolean;
  /** Whether this node may tell others what it has. */
  mayTell(): boolean;
  /** The peer has this record, which it was asked for. */
  found(at: Moment, record: EntryRecord, peer: Peer): void;
  /** The peer lacks these. */
  lacks(at: Moment, peer: Peer, records: readonly EntryRecord[]): void;
  learn(at: Moment, addresses: readonly string[]): void;
  /** A comparison came to its end; `alike`: both have the same. */
  compared(at: Moment, peer: Peer, alike: boolean): void;
}

export class Peer {
  readonly address: string;
  /** Named by the host: never forgotten. */
  readonly isListed: boolean;
  readonly call: Call;
  /** When it last answered, or was added. */
  lastSeen: number;
  readonly #desk: Desk;
  readonly #comparison: Comparison;
  /** Ids to be told, and not before when. */
  readonly #outbox = new Map<EntryId, number>();
  readonly #wants = new Set<EntryId>();
  #wasOpen = false;
  /** Since it compares itself, this node need not. */
  #notBefore = 0;
  #compareAt = Number.POSITIVE_INFINITY;
  #compareWait = COMPARE_AGAIN;
  #peersAt = Number.POSITIVE_INFINITY;
  #peersWait = FIRST_PEERS;
  /** Addresses of its own peers, as it said last. */
  #acquainted: ReadonlySet<string> = new Set();

  constructor(now: number, address: string, isListed: boolean, desk: Desk) {
    this.address = address;
    this.isListed = isListed;
    this.lastSeen = now;
    this.#desk = desk;
    this.call = new Call(now, desk.own, desk.key, desk.random);
    this.#comparison = new Comparison(desk.kept);
  }

  /** When it last answered; undefined: never yet. */
  get lastContact(): number | undefined {
    return this.#wasOpen ? this.lastSeen : undefined;
  }

  /** Records that it has yet to be told of. */
  get untold(): number {
    return this.#outbox.size;
  }

  /** The call is open. `soon`: compare at once, the first time too, and not when its turn comes. */
  opened(now: number, soon: boolean): void {
    this.lastSeen = now;
    const turn = soon || this.#wasOpen ? now : now + unit(this.#desk.random) * COMPARE_EVERY;
    this.#compareAt = Math.max(turn, this.#notBefore);
    this.#peersAt = now;
    this.#peersWait = FIRST_PEERS;
    this.#wasOpen = true;
  }

  /** Whether it calls the node at this address itself. */
  isAcquaintedWith(address: string): boolean {
    return this.#acquainted.has(address);
  }

  /** It has begun to compare, and both will know what comes of it; this node's turn comes later. */
  hasCompared(now: number, alike: boolean): void {
    const wait = alike ? COMPARE_EVERY : COMPARE_AGAIN;
    this.#notBefore = now + wait * (0.5 + unit(this.#desk.random));
    this.#compareAt = Math.max(this.#compareAt, this.#notBefore);
  }

  /** Tells it of the entry, not before `time`; what it cannot be told it finds when it compares. */
  tell(id: EntryId, time: number): void {
    if (!this.call.isOpen || (this.#outbox.size >= MAX_OUTBOX && !this.#outbox.has(id))) return;
    this.#outbox.set(id, Math.min(time, this.#outbox.get(id) ?? time));
  }

  /** It has said that it has what this node has. */
  knows(id: EntryId): void {
    this.#outbox.delete(id);
  }

  /** Asks it for its record of the entry. */
  want(id: EntryId): void {
    if (this.call.isOpen && this.#wants.size < MAX_OUTBOX) this.#wants.add(id);
  }

  /** The next datagram for it. */
  next(at: Moment): Uint8Array | undefined {
    const { now } = at;
    const hello = this.call.hello(now);
    if (hello !== undefined) return hello;
    if (!this.call.hasRoom) return undefined;
    return this.#nextTelling(now) ?? this.#nextWant(now) ?? this.#nextPeers(now) ?? this.#nextQuestion(now);
  }

  answered(at: Moment, answer: Answer, bytes: Uint8Array): boolean {
    const work = this.call.answered(at.now, answer, bytes);
    if (work === undefined) return false;
    this.lastSeen = at.now;
    switch (work.subject) {
      case SUBJECT_TELL:
        break;
      case SUBJECT_WANT:
        this.#found(at, work.ids, answer.body);
        break;
      case SUBJECT_PEERS:
        this.#introduced(at, answer.body);
        break;
      case SUBJECT_COMPARE:
        this.#matched(at, work.asked, readHeld(answer.body) ?? []);
    }
    return true;
  }

  /** Takes back what was not answered. Whether the call ended by it. */
  expire(now: number): boolean {
    const wasOpen = this.call.isOpen;
    for (const work of this.call.expire(now)) this.#takeBack(now, work);
    if (!wasOpen || this.call.isOpen) return false;
    this.#outbox.clear();
    this.#wants.clear();
    this.#comparison.stop();
    this.#compareAt = Number.POSITIVE_INFINITY;
    this.#peersAt = Number.POSITIVE_INFINITY;
    return true;
  }

  nextTime(now: number): number {
    const time = this.call.nextTime();
    if (!this.call.hasRoom) return time;
    if (this.#wants.size > 0 && this.#desk.hasRoom()) return now;
    if (this.#comparison.hasQuestions && this.#desk.hasRoom()) return now;
    const told = this.#desk.mayTell() ? Math.min(...this.#outbox.values()) : Number.POSITIVE_INFINITY;
    const compare = this.#comparison.isRunning ? Number.POSITIVE_INFINITY : this.#compareAt;
    return Math.min(time, told, compare, this.#peersAt);
  }

  #nextTelling(now: number): Uint8Array | undefined {
    if (this.#outbox.size === 0 || !this.#desk.mayTell()) return undefined;
    if (!this.#hasDue(now)) return undefined;
    // What is not due yet goes along.
    const records: EntryRecord[] = [];
    for (const id of this.#outbox.keys()) {
      const record = this.#desk.kept.get(id);
      if (record === undefined) this.#outbox.delete(id);
      else if (records.push(record) >= MAX_TOLD) break;
    }
    if (records.length === 0) return undefined;
    const told = fitting(records);
    const ids = told.map(({ id }) => id);
    for (const id of ids) this.#outbox.delete(id);
    return this.call.request(now, { subject: SUBJECT_TELL, ids }, writeRecords(told));
  }

  #hasDue(now: number): boolean {
    for (const time of this.#outbox.values()) if (time <= now) return true;
    return false;
  }

  #nextWant(now: number): Uint8Array | undefined {
    if (this.#wants.size === 0 || !this.#desk.hasRoom()) return undefined;
    const ids = [...this.#wants].slice(0, MAX_WANT);
    for (const id of ids) this.#wants.delete(id);
    return this.call.request(now, { subject: SUBJECT_WANT, ids }, writeIds(ids));
  }

  #nextPeers(now: number): Uint8Array | undefined {
    if (this.#peersAt > now) return undefined;
    this.#peersAt = now + this.#peersWait * (0.5 + unit(this.#desk.random));
    this.#peersWait = Math.min(2 * this.#peersWait, PEERS_EVERY);
    return this.call.request(now, { subject: SUBJECT_PEERS }, new Uint8Array(0));
  }

  #nextQuestion(now: number): Uint8Array | undefined {
    if (!this.#comparison.isRunning && this.#compareAt <= now) this.#comparison.begin();
    if (!this.#comparison.hasQuestions || !this.#desk.hasRoom()) return undefined;
    const asked = this.#comparison.next();
    return this.call.request(now, { subject: SUBJECT_COMPARE, asked }, writeAsked(asked));
  }

  #found(at: Moment, ids: readonly EntryId[], body: Uint8Array): void {
    const found = readFound(body);
    if (found === undefined || found.looked === 0) return;
    for (const record of found.records) this.#desk.found(at, record, this);
    for (const id of ids.slice(found.looked)) this.#wants.add(id);
  }

  #introduced(at: Moment, body: Uint8Array): void {
    const known = readPeers(body);
    if (known === undefined) return;
    this.#desk.clock.heard(at.now, this.address, known.time);
    this.#acquainted = new Set(known.addresses);
    this.#desk.learn(at, known.addresses);
  }

  #matched(at: Moment, ...[asked, held]: Parameters<Comparison['answered']>): void {
    const { theirs, lacking }: Difference = this.#comparison.answered(asked, held);
    for (const id of theirs) this.want(id);
    if (lacking.length > 0) this.#desk.lacks(at, this, lacking);
    if (this.#comparison.isRunning) return;
    const { differs } = this.#comparison;
    const wait = differs ? this.#compareWait : COMPARE_EVERY;
    this.#compareWait = differs ? Math.min(2 * this.#compareWait, COMPARE_EVERY) : COMPARE_AGAIN;
    this.#compareAt = at.now + wait * (0.5 + unit(this.#desk.random));
    this.#desk.compared(at, this, !differs);
  }

  #takeBack(now: number, work: Work): void {
    switch (work.subject) {
      case SUBJECT_TELL:
        for (const id of work.ids) this.tell(id, now);
        break;
      case SUBJECT_WANT:
        for (const id of work.ids) this.want(id);
        break;
      case SUBJECT_COMPARE:
        this.#comparison.lost(work.asked);
        break;
      case SUBJECT_PEERS:
        this.#peersAt = now;
    }
  }
}
