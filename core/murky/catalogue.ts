/**
 * The records that a node keeps, one of each id. Only what the node really has is in it: a record is set when its
 * content is on disk, so that whoever reads the catalogue can read the content. All of it is synchronous, and used by
 * one thread.
 *
 * An implementation on SQLite needs the record (or its fields), an index on (place, id), and one each on the times of
 * tombstones and of all records. What ranges hash to is kept beside it, in cluster/fingerprints.ts.
 */
import type { EntryId, EntryRecord } from './record.ts';

/** Where to go on in the order of places: behind this record. */
export interface Position {
  /** Of `placeOf(id)`. */
  readonly place: number;
  readonly id: EntryId;
}

export interface Catalogue {
  get(id: EntryId): EntryRecord | undefined;
  /** Replaces whatever record the id had; the caller has compared them. Durable, old or new, when it returns. */
  set(record: EntryRecord): void;
  /** Forgets a tombstone that everybody has heard of, or an entry that was deleted while this node was away. */
  remove(id: EntryId): void;
  /**
   * Up to `limit` records with `from` <= placeOf(id) < `to`, ordered by place and then id, those behind `after` if it
   * is given. `to` is at most 2^48.
   */
  within(from: number, to: number, limit: number, after?: Position): EntryRecord[];
  /** Up to `limit` tombstones with a version before `time`, in any order. */
  tombstonesBefore(time: number, limit: number): EntryRecord[];
  /** Up to `limit` records with a version after `time`, in any order. */
  writtenAfter(time: number, limit: number): EntryRecord[];
}
