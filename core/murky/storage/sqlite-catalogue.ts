import { z } from 'zod';
import { blob, count } from '../../store/columns.ts';
import type { Connection, Query } from '../../store/connection.ts';
import { corrupt } from '../../store/sqlite-failure.ts';
import type { Catalogue, Position } from '../catalogue.ts';
import {
  type ContentRecord,
  compareBytes,
  decodeRecord,
  type EntryId,
  type EntryRecord,
  encodeRecord,
  placeOf,
} from '../record.ts';

export interface Totals {
  readonly entries: number;
  /** Of the content of all entries; what two of them share counts twice. */
  readonly bytes: number;
  readonly tombstones: number;
}

const row = z.object({ record: blob });
const totals = z.object({ entries: count, bytes: count, tombstones: count });
const CONTENT = 'digest IS NOT NULL';

/** The catalogue in SQLite. Methods throw Failure `no-space`, `disk`, `database-corrupt`. */
export class SqliteCatalogue implements Catalogue {
  readonly #connection: Connection;
  readonly #released: (digest: Uint8Array) => void;
  readonly #get;
  readonly #set;
  readonly #remove;
  readonly #within;
  readonly #tombstonesBefore;
  readonly #writtenAfter;
  readonly #list;
  readonly #latest;
  readonly #references;
  readonly #lost;
  #totals: Totals;

  /** `released`: a record that named this content has gone; others may still name it. */
  constructor(connection: Connection, released: (digest: Uint8Array) => void) {
    this.#connection = connection;
    this.#released = released;
    const select = (rest: string): Query<{ record: Uint8Array }> =>
      connection.query(`SELECT record FROM entries WHERE ${rest}`, row);
    this.#get = select('id = ?');
    this.#set = connection.command(
      'INSERT OR REPLACE INTO entries (id, place, time, digest, size, record) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.#remove = connection.command('DELETE FROM entries WHERE id = ?');
    this.#within = select('(place, id) > (?, ?) AND place >= ? AND place < ? ORDER BY place, id LIMIT ?');
    this.#tombstonesBefore = select('digest IS NULL AND time < ? LIMIT ?');
    this.#writtenAfter = select('time > ? LIMIT ?');
    this.#list = select(`id > ? AND ${CONTENT} ORDER BY id LIMIT ?`);
    this.#latest = select(`${CONTENT} ORDER BY time DESC LIMIT ?`);
    this.#references = connection.query(
      'SELECT COUNT(*) AS count FROM (SELECT 1 FROM entries WHERE digest = ? LIMIT 1)',
      z.object({ count }),
    );
    this.#lost = select(`${CONTENT} AND digest NOT IN (SELECT digest FROM casks)`);
    this.#totals = connection
      .query(
        `SELECT COUNT(digest) AS entries, COALESCE(SUM(size), 0) AS bytes,
         COUNT(*) - COUNT(digest) AS tombstones FROM entries`,
        totals,
      )
      .all()[0];
  }

  get totals(): Totals {
    return this.#totals;
  }

  get(id: EntryId): EntryRecord | undefined {
    return this.#records(this.#get.all(id))[0];
  }

  set(record: EntryRecord): void {
    const before = this.get(record.id);
    const { id, version } = record;
    const content = record.kind === 'content' ? record : undefined;
    const digest = content?.digest ?? null;
    this.#set.run(id, placeOf(id), version.time, digest, content?.size ?? 0, encodeRecord(record));
    this.#count(before, record);
  }

  remove(id: EntryId): void {
    const before = this.get(id);
    this.#remove.run(id);
    this.#count(before, undefined);
  }

  within(from: number, to: number, limit: number, after?: Position): EntryRecord[] {
    // Without `after`: behind every id of the place before the first.
    const { place, id } = after ?? { place: from - 1, id: 'g' };
    return this.#records(this.#within.all(place, id, from, to, limit));
  }

  tombstonesBefore(time: number, limit: number): EntryRecord[] {
    return this.#records(this.#tombstonesBefore.all(time, limit));
  }

  writtenAfter(time: number, limit: number): EntryRecord[] {
    return this.#records(this.#writtenAfter.all(time, limit));
  }

  /** Up to `limit` entries with ids above `after` ('' for all), by id. */
  list(after: EntryId | '', limit: number): ContentRecord[] {
    return this.#records(this.#list.all(after, limit)).filter((record) => record.kind === 'content');
  }

  /** Up to `limit` entries, the last written first. */
  latest(limit: number): ContentRecord[] {
    return this.#records(this.#latest.all(limit)).filter((record) => record.kind === 'content');
  }

  /** Whether any entry has this content. */
  refersTo(digest: Uint8Array): boolean {
    return this.#references.get(digest)?.count === 1;
  }

  /** Entries whose casks are not known, as somebody has deleted their files. */
  lost(): EntryRecord[] {
    return this.#records(this.#lost.all());
  }

  #records(rows: readonly { readonly record: Uint8Array }[]): EntryRecord[] {
    return rows.map(({ record }) => {
      const decoded = decodeRecord(record);
      if (decoded === undefined) throw corrupt(this.#connection.path, 'a record of it cannot be read');
      return decoded;
    });
  }

  #count(before: EntryRecord | undefined, after: EntryRecord | undefined): void {
    const [was, is] = [tally(before), tally(after)];
    this.#totals = {
      entries: this.#totals.entries + is.entries - was.entries,
      bytes: this.#totals.bytes + is.bytes - was.bytes,
      tombstones: this.#totals.tombstones + is.tombstones - was.tombstones,
    };
    if (before?.kind !== 'content') return;
    if (after?.kind === 'content' && compareBytes(before.digest, after.digest) === 0) return;
    this.#released(before.digest);
  }
}

function tally(record: EntryRecord | undefined): Totals {
  const isContent = record?.kind === 'content';
  return {
    entries: isContent ? 1 : 0,
    bytes: isContent ? record.size : 0,
    tombstones: record?.kind === 'tombstone' ? 1 : 0,
  };
}
