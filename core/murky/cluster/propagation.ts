/** Records on their way: written here, heard of, wanted, kept, and told on. */
import { type Random, unit } from '../../protocol/random.ts';
import {
  type ContentRecord,
  compareRecords,
  type EntryId,
  type EntryRecord,
  encodeRecord,
  sameContent,
  type Tombstone,
} from '../record.ts';
import type { Moment, VersionClock } from './clock.ts';
import type { ClusterEvent } from './events.ts';
import type { KeptRecords } from './kept-records.ts';
import { GOSSIP, SPREAD } from './limits.ts';
import type { Peer } from './peer.ts';
import type { Peers } from './peers.ts';
import type { Retention } from './retention.ts';
import { Wanted } from './wanted.ts';

/** Peers that are asked for another holder when a fetch has failed. */
const MAX_PROBES = 3;
/** Room for records to fetch that comparing leaves to what peers tell. */
const SPARE_ROOM = 128;

/** What a host says of content that it keeps. */
export type NewEntry = Pick<ContentRecord, 'id' | 'size' | 'digest' | 'contentType'>;

export interface Surroundings {
  readonly kept: KeptRecords;
  readonly clock: VersionClock;
  readonly retention: Retention;
  readonly peers: Peers;
  readonly random: Random;
  emit(event: ClusterEvent): void;
}

export class Propagation {
  readonly #kept: KeptRecords;
  readonly #clock: VersionClock;
  readonly #retention: Retention;
  readonly #peers: Peers;
  readonly #random: Random;
  readonly #emit: (event: ClusterEvent) => void;
  readonly #wanted: Wanted;
  #ahead = 0;

  constructor({ kept, clock, retention, peers, random, emit }: Surroundings) {
    this.#kept = kept;
    this.#clock = clock;
    this.#retention = retention;
    this.#peers = peers;
    this.#random = random;
    this.#emit = emit;
    this.#wanted = new Wanted(random);
  }

  /** Records whose content is not here yet. */
  /** An entry that others have and this node has not yet, and who they are. */
  coming(id: EntryId): { readonly record: ContentRecord; readonly holders: readonly string[] } | undefined {
    const record = this.#wanted.get(id);
    return record && { record, holders: this.#wanted.holders(id) };
  }

  get wanted(): number {
    return this.#wanted.size;
  }

  /** Records heard of that were too far in the future. */
  get ahead(): number {
    return this.#ahead;
  }

  /** Whether to look for more records to fetch. */
  get hasRoom(): boolean {
    return this.#wanted.room > SPARE_ROOM;
  }

  put(at: Moment, { id, size, digest, contentType }: NewEntry): EntryRecord {
    const version = this.#clock.next(at, this.#newest(at, id));
    const record: EntryRecord = { kind: 'content', id, version, size, digest, contentType };
    // Throws for what cannot be told to anybody, before it is kept.
    encodeRecord(record);
    this.keep(at, record, undefined);
    return record;
  }

  delete(at: Moment, id: EntryId): EntryRecord | undefined {
    const newest = this.#newest(at, id);
    if (newest === undefined || newest.kind === 'tombstone') return undefined;
    const record: Tombstone = { kind: 'tombstone', id, version: this.#clock.next(at, newest) };
    this.keep(at, record, undefined);
    return record;
  }

  propagate({ now }: Moment, id: EntryId): boolean {
    if (this.#kept.get(id) === undefined) return false;
    for (const peer of this.#peers) peer.tell(id, now);
    return true;
  }

  /** What is to be fetched next. */
  nextFetch(now: number): ClusterEvent | undefined {
    const next = this.#wanted.next(now);
    return next === undefined ? undefined : { type: 'fetch', ...next };
  }

  nextTime(): number {
    return this.#wanted.nextTime();
  }

  fetched(at: Moment, record: ContentRecord): boolean {
    const current = this.#kept.get(record.id);
    if (current !== undefined && compareRecords(record, current) === 0) return true;
    if (!this.#kept.isNews(at, record)) return false;
    this.keep(at, record, undefined);
    return true;
  }

  failed({ now }: Moment, record: ContentRecord): void {
    if (!this.#wanted.failed(now, record)) return;
    const holders = this.#wanted.holders(record.id);
    const others = this.#peers.open().filter(({ address }) => !holders.includes(address));
    for (const peer of this.#some(others, MAX_PROBES)) peer.want(record.id);
  }

  /** `holder` says that it has `record`; `told`: unasked. */
  heard(at: Moment, record: EntryRecord, holder: string, told: boolean): void {
    const { id } = record;
    if (!this.#clock.believes(at, record)) {
      this.#ahead++;
      return;
    }
    const current = this.#kept.get(id);
    const teller = this.#peers.get(holder);
    if (current !== undefined && compareRecords(record, current) === 0) {
      teller?.knows(id);
    } else if (!this.#kept.isNews(at, record)) {
      if (current !== undefined) teller?.tell(id, at.now);
    } else if (record.kind === 'tombstone' || sameContent(current, record)) {
      this.keep(at, record, { holder, told });
    } else {
      this.#want(at, record, holder, told);
    }
  }

  #want({ now }: Moment, record: ContentRecord, holder: string, told: boolean): void {
    const wanted = this.#wanted.get(record.id);
    if (wanted !== undefined && compareRecords(record, wanted) > 0) this.#abandon(wanted);
    const offered = this.#wanted.offer(now, record, holder, told);
    if (offered === 'another-holder' && this.#wanted.isFetching(record.id)) {
      this.#emit({ type: 'holder', record, holder });
    }
  }

  #abandon(record: ContentRecord): void {
    if (this.#wanted.isFetching(record.id)) this.#emit({ type: 'abandon', record });
    this.#wanted.drop(record.id);
  }

  /** Keeps a record, and tells on. `source`: who had it, if it is not this node's own and was not wanted. */
  keep(at: Moment, record: EntryRecord, source: { holder: string; told: boolean } | undefined): void {
    const { id } = record;
    const wanted = this.#wanted.get(id);
    const order = wanted === undefined ? 1 : compareRecords(record, wanted);
    const holders = new Set(order === 0 ? this.#wanted.holders(id) : []);
    if (source !== undefined) holders.add(source.holder);
    const told = source?.told === true || (order === 0 && this.#wanted.wasTold(id));
    if (order === 0) this.#wanted.drop(id);
    else if (wanted !== undefined && order > 0) this.#abandon(wanted);

    const replaced = this.#kept.set(record);
    this.#emit({ type: 'kept', record, replaced });
    this.#tellOn(at, id, holders, told);
  }

  /**
   * A node's own record goes to all its peers. One that it was told goes to those who have not been, for all it knows:
   * whom the one who told it calls, that one has told, or knows that somebody has. One that it found by comparing is
   * no news to most. A few more are told in any case.
   */
  #tellOn({ now }: Moment, id: EntryId, holders: ReadonlySet<string>, told: boolean): void {
    const open = this.#peers.open();
    const tellers = open.filter(({ address }) => holders.has(address));
    for (const peer of tellers) peer.knows(id);
    const isOwn = holders.size === 0;
    const isUntold = ({ address }: Peer): boolean =>
      !tellers.some((teller) => teller.isAcquaintedWith(address));
    const others = open.filter(({ address }) => !holders.has(address));
    const chosen = others.filter((peer) => isOwn || (told && isUntold(peer)));
    chosen.push(
      ...this.#some(
        others.filter((peer) => !chosen.includes(peer)),
        GOSSIP,
      ),
    );
    const spread = isOwn ? 0 : SPREAD * chosen.length;
    for (const peer of chosen) peer.tell(id, now + spread * unit(this.#random));
  }

  /** `peer` has no record of the ids of these. */
  lacks(at: Moment, peer: Peer, records: readonly EntryRecord[]): void {
    for (const record of records) {
      if (this.#retention.wasDeleted(at, record)) {
        this.#kept.remove(record);
        this.#emit({ type: 'removed', record, why: 'deleted' });
      } else {
        peer.tell(record.id, at.now);
      }
    }
  }

  /** The newest record of an id that this node has heard of. */
  #newest(at: Moment, id: EntryId): EntryRecord | undefined {
    const kept = this.#kept.get(id);
    const wanted = this.#wanted.get(id);
    if (kept === undefined || wanted === undefined) return kept ?? wanted;
    return this.#clock.believes(at, kept) && compareRecords(kept, wanted) > 0 ? kept : wanted;
  }

  /** Up to `most` of `peers`, by chance. */
  #some(peers: readonly Peer[], most: number): Peer[] {
    const rest = [...peers];
    const some: Peer[] = [];
    while (some.length < most && rest.length > 0) {
      some.push(...rest.splice(Math.floor(unit(this.#random) * rest.length), 1));
    }
    return some;
  }
}
