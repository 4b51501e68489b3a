/** The catalogue of a node, and what its spans hash to, kept in step; and which record is news to it. */
import type { Catalogue } from '../catalogue.ts';
import { compareRecords, type EntryId, type EntryRecord } from '../record.ts';
import type { Moment, VersionClock } from './clock.ts';
import { Fingerprints } from './fingerprints.ts';
import type { ClusterKey } from './key.ts';
import { RETENTION } from './limits.ts';

export class KeptRecords {
  readonly fingerprints: Fingerprints;
  readonly #catalogue: Catalogue;
  readonly #clock: VersionClock;
  readonly #key: ClusterKey;

  constructor(catalogue: Catalogue, key: ClusterKey, clock: VersionClock) {
    this.#catalogue = catalogue;
    this.#clock = clock;
    this.#key = key;
    this.fingerprints = new Fingerprints(catalogue, key);
  }

  get(id: EntryId): EntryRecord | undefined {
    return this.#catalogue.get(id);
  }

  hashOf(record: EntryRecord): bigint {
    return this.#key.hashOf(record);
  }

  /**
   * Whether `record`, which is believed, should replace what is kept of its id: it is newer, or what is kept is from
   * a future that nobody believes. A tombstone that others have collected already is no news where there is nothing.
   */
  isNews(at: Moment, record: EntryRecord): boolean {
    const current = this.get(record.id);
    if (current === undefined) return record.kind === 'content' || !this.isCollectable(at, record);
    return compareRecords(record, current) > 0 || !this.#clock.believes(at, current);
  }

  /** Whether a tombstone has been kept long enough. */
  isCollectable(at: Moment, { version }: EntryRecord): boolean {
    return version.time < this.#clock.time(at) - RETENTION;
  }

  /** Gives back what it replaced. */
  set(record: EntryRecord): EntryRecord | undefined {
    const replaced = this.get(record.id);
    this.#catalogue.set(record);
    if (replaced !== undefined) this.fingerprints.subtract(replaced);
    this.fingerprints.add(record);
    this.#clock.saw(record);
    return replaced;
  }

  remove(record: EntryRecord): void {
    this.#catalogue.remove(record.id);
    this.fingerprints.subtract(record);
  }
}
