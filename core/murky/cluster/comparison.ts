/**
 * Range-based set reconciliation (Meyer 2023), the asking side: from one fingerprint of all records down to those that
 * differ. All state is here; the peer answers each question from what it has, so a question that was lost is asked
 * again, with the fingerprint of then.
 */
import type { EntryId, EntryRecord } from '../record.ts';
import { type Asked, type Held, type Item, MAX_ASKED, MAX_ITEMS } from './bodies.ts';
import type { KeptRecords } from './kept-records.ts';
import { ALL, FINEST, PARTS, partOf, type Span } from './span.ts';

/** Own records that a peer lacks, found in one span; when it lacks more, it finds them when it compares. */
const MAX_LACKING = 256;

export interface Difference {
  /** The peer has another record than this node, or one that this node has not. */
  readonly theirs: EntryId[];
  /** The peer has no record of these. */
  readonly lacking: EntryRecord[];
}

export class Comparison {
  readonly #kept: KeptRecords;
  /** Still to be asked; the finest last, and asked first, so that they stay few. */
  #spans: Span[] = [];
  #asking = 0;
  #differs = false;

  constructor(kept: KeptRecords) {
    this.#kept = kept;
  }

  get isRunning(): boolean {
    return this.#spans.length > 0 || this.#asking > 0;
  }

  /** Whether anything differed since it began. */
  get differs(): boolean {
    return this.#differs;
  }

  get hasQuestions(): boolean {
    return this.#spans.length > 0;
  }

  begin(): void {
    this.#spans = [ALL];
    this.#asking = 0;
    this.#differs = false;
  }

  stop(): void {
    this.#spans = [];
    this.#asking = 0;
  }

  /** The next question; it is under way until `answered` or `lost`. */
  next(): Asked[] {
    this.#asking++;
    const spans = this.#spans.splice(-MAX_ASKED).reverse();
    return spans.map((span) => ({ span, sum: this.#kept.fingerprints.of(span).sum }));
  }

  lost(asked: readonly Asked[]): void {
    if (this.#asking === 0) return;
    this.#asking--;
    this.#spans.push(...asked.map(({ span }) => span));
  }

  /** `held`: what the peer has of the spans asked for, in their order; perhaps not of the last ones. */
  answered(asked: readonly Asked[], held: readonly Held[]): Difference {
    const difference: Difference = { theirs: [], lacking: [] };
    if (this.#asking === 0) return difference;
    this.#asking--;
    asked.forEach(({ span }, index) => {
      const one = held[index];
      if (one === undefined) {
        this.#differs = true;
        // After an answer to nothing at all it would be asked for ever.
        if (held.length > 0) this.#spans.push(span);
      } else if (one.kind === 'parts') this.#descend(span, one.sums);
      else if (one.kind === 'items') this.#match(span, one.items, difference);
    });
    return difference;
  }

  #descend(span: Span, sums: readonly bigint[]): void {
    this.#differs = true;
    if (span.bits === FINEST) return;
    const own = this.#kept.fingerprints.ofParts(span);
    for (let index = 0; index < PARTS; index++) {
      if (own[index] !== sums[index]) this.#spans.push(partOf(span, index));
    }
  }

  #match(span: Span, items: readonly Item[], { theirs, lacking }: Difference): void {
    const named = new Set<EntryId>();
    for (const { id, hash } of items) {
      named.add(id);
      const own = this.#kept.get(id);
      if (own === undefined || this.#kept.hashOf(own) !== hash) theirs.push(id);
    }
    let found = 0;
    for (const record of this.#kept.fingerprints.records(span)) {
      if (named.has(record.id)) continue;
      lacking.push(record);
      if (++found >= MAX_LACKING) break;
    }
    if (theirs.length > 0 || found > 0) this.#differs = true;
  }
}

/** What is had of the spans that a peer asks for. */
export function answerTo(asked: readonly Asked[], kept: KeptRecords): Held[] {
  return asked.map(({ span, sum }) => {
    const own = kept.fingerprints.of(span);
    if (own.sum === sum) return { kind: 'same' };
    if (own.count > MAX_ITEMS && span.bits < FINEST) {
      return { kind: 'parts', sums: kept.fingerprints.ofParts(span) };
    }
    const items: Item[] = [];
    for (const record of kept.fingerprints.records(span)) {
      if (items.push({ id: record.id, hash: kept.hashOf(record) }) >= MAX_ITEMS) break;
    }
    return { kind: 'items', items };
  });
}
