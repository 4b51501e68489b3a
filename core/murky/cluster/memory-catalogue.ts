/** A catalogue in memory, for simulations and measurements. */
import type { Catalogue, Position } from '../catalogue.ts';
import { type EntryId, type EntryRecord, placeOf } from '../record.ts';

interface Placed {
  readonly place: number;
  record: EntryRecord;
}

export class MemoryCatalogue implements Catalogue {
  readonly #byId = new Map<EntryId, Placed>();
  /** Sorted by place and id. */
  readonly #sorted: Placed[] = [];

  get size(): number {
    return this.#byId.size;
  }

  get(id: EntryId): EntryRecord | undefined {
    return this.#byId.get(id)?.record;
  }

  set(record: EntryRecord): void {
    const placed = this.#byId.get(record.id);
    if (placed !== undefined) {
      placed.record = record;
      return;
    }
    const fresh = { place: placeOf(record.id), record };
    this.#byId.set(record.id, fresh);
    this.#sorted.splice(this.#firstBehind(fresh.place, record.id), 0, fresh);
  }

  remove(id: EntryId): void {
    const placed = this.#byId.get(id);
    if (placed === undefined) return;
    this.#byId.delete(id);
    this.#sorted.splice(this.#sorted.indexOf(placed), 1);
  }

  within(from: number, to: number, limit: number, after?: Position): EntryRecord[] {
    const found: EntryRecord[] = [];
    const first =
      after === undefined ? this.#firstBehind(from, '') : this.#firstBehind(after.place, after.id);
    for (let i = first; i < this.#sorted.length && found.length < limit; i++) {
      if (this.#sorted[i].place >= to) break;
      found.push(this.#sorted[i].record);
    }
    return found;
  }

  tombstonesBefore(time: number, limit: number): EntryRecord[] {
    return this.#where(({ kind, version }) => kind === 'tombstone' && version.time < time, limit);
  }

  writtenAfter(time: number, limit: number): EntryRecord[] {
    return this.#where(({ version }) => version.time > time, limit);
  }

  #where(matches: (record: EntryRecord) => boolean, limit: number): EntryRecord[] {
    return this.#sorted
      .map(({ record }) => record)
      .filter(matches)
      .slice(0, limit);
  }

  /** Index of the first that is behind (place, id). */
  #firstBehind(place: number, id: EntryId): number {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const { place: there, record } = this.#sorted[middle];
      if (there < place || (there === place && record.id <= id)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
