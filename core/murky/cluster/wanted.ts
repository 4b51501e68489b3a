/** Records heard of whose content is not here yet: who has it, and when to try again. Soft: peers name them again. */
import { type Random, unit } from '../../protocol/random.ts';
import { type ContentRecord, compareRecords, type EntryId, type EntryRecord } from '../record.ts';
import {
  FIRST_REFETCH,
  LONGEST_REFETCH,
  MAX_ATTEMPTS,
  MAX_FETCHING,
  MAX_HOLDERS,
  MAX_WANTED,
} from './limits.ts';

interface Want {
  readonly record: ContentRecord;
  /** Addresses of those who said that they have it. */
  readonly holders: Set<string>;
  /** Those of them that the last attempt asked, in vain. */
  readonly failed: Set<string>;
  /** Somebody told this node, as against found by comparing: then others may not have heard of it either. */
  told: boolean;
  fetching: boolean;
  attempts: number;
  /** Not to be tried before. */
  retryAt: number;
}

export type Offered = 'wanted' | 'another-holder' | 'known' | 'older' | 'full';

export class Wanted {
  readonly #random: Random;
  readonly #wants = new Map<EntryId, Want>();
  #fetching = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  get size(): number {
    return this.#wants.size;
  }

  get room(): number {
    return MAX_WANTED - this.#wants.size;
  }

  get(id: EntryId): ContentRecord | undefined {
    return this.#wants.get(id)?.record;
  }

  wasTold(id: EntryId): boolean {
    return this.#wants.get(id)?.told === true;
  }

  isFetching(id: EntryId): boolean {
    return this.#wants.get(id)?.fetching === true;
  }

  /** `holder` has `record`; `told`: and said so unasked. A newer one has to be dropped in favour of by the caller: `drop`, then `offer`. */
  offer(now: number, record: ContentRecord, holder: string, told: boolean): Offered {
    const want = this.#wants.get(record.id);
    if (want !== undefined) {
      const order = compareRecords(record, want.record);
      if (order < 0) return 'older';
      if (order > 0) throw new Error(`an older version of ${record.id} is still wanted`);
      want.failed.delete(holder);
      want.told ||= told;
      if (want.holders.has(holder) || want.holders.size >= MAX_HOLDERS) return 'known';
      want.holders.add(holder);
      return 'another-holder';
    }
    if (this.room === 0) return 'full';
    this.#wants.set(record.id, {
      record,
      holders: new Set([holder]),
      failed: new Set(),
      told,
      fetching: false,
      attempts: 0,
      retryAt: now,
    });
    return 'wanted';
  }

  holders(id: EntryId): readonly string[] {
    return [...(this.#wants.get(id)?.holders ?? [])];
  }

  drop(id: EntryId): void {
    if (this.isFetching(id)) this.#fetching--;
    this.#wants.delete(id);
  }

  /** The next to be fetched, which counts as being fetched from then on, and from whom. */
  next(now: number): { record: ContentRecord; holders: string[] } | undefined {
    if (this.#fetching >= MAX_FETCHING) return undefined;
    for (const want of this.#wants.values()) {
      if (want.fetching || want.retryAt > now) continue;
      want.fetching = true;
      want.attempts++;
      this.#fetching++;
      const fresh = [...want.holders].filter((holder) => !want.failed.has(holder));
      return { record: want.record, holders: fresh.length > 0 ? fresh : [...want.holders] };
    }
    return undefined;
  }

  /** An attempt failed. Whether there will be another. */
  failed(now: number, record: EntryRecord): boolean {
    const want = this.#wants.get(record.id);
    if (want === undefined || !want.fetching || compareRecords(want.record, record) !== 0) return false;
    if (want.attempts >= MAX_ATTEMPTS) {
      this.drop(record.id);
      return false;
    }
    want.fetching = false;
    this.#fetching--;
    for (const holder of want.holders) want.failed.add(holder);
    const wait = Math.min(FIRST_REFETCH * 2 ** (want.attempts - 1), LONGEST_REFETCH);
    want.retryAt = now + wait * (0.5 + unit(this.#random));
    return true;
  }

  /** When `next` may have something that it has not now. */
  nextTime(): number {
    if (this.#fetching >= MAX_FETCHING) return Number.POSITIVE_INFINITY;
    let time = Number.POSITIVE_INFINITY;
    for (const want of this.#wants.values()) if (!want.fetching) time = Math.min(time, want.retryAt);
    return time;
  }
}
