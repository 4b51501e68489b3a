/**
 * What spans hash to: the sum, modulo 2^64, of the hashes of their records. Sums are kept for 4096 equal spans, so a
 * wider one costs a few additions; finer ones are read from the catalogue.
 */
import type { Catalogue, Position } from '../catalogue.ts';
import { type EntryRecord, PLACES, placeOf } from '../record.ts';
import type { ClusterKey } from './key.ts';
import { PARTS, partOf, type Span, sizeOf } from './span.ts';

const BUCKET_BITS = 12;
const BUCKETS = 2 ** BUCKET_BITS;
const BUCKET_SIZE = PLACES / BUCKETS;
/** Records read from the catalogue at a time. */
const PAGE = 512;

export interface Fingerprint {
  readonly count: number;
  readonly sum: bigint;
}

export class Fingerprints {
  readonly #catalogue: Catalogue;
  readonly #key: ClusterKey;
  readonly #counts = new Uint32Array(BUCKETS);
  readonly #sums = new BigUint64Array(BUCKETS);

  /** Reads all of the catalogue once. */
  constructor(catalogue: Catalogue, key: ClusterKey) {
    this.#catalogue = catalogue;
    this.#key = key;
    for (const record of this.records({ from: 0, bits: 0 })) this.add(record);
  }

  add(record: EntryRecord): void {
    const bucket = Math.floor(placeOf(record.id) / BUCKET_SIZE);
    this.#counts[bucket]++;
    this.#sums[bucket] += this.#key.hashOf(record);
  }

  subtract(record: EntryRecord): void {
    const bucket = Math.floor(placeOf(record.id) / BUCKET_SIZE);
    this.#counts[bucket]--;
    this.#sums[bucket] -= this.#key.hashOf(record);
  }

  of(span: Span): Fingerprint {
    if (span.bits > BUCKET_BITS) return this.#read(span);
    let count = 0;
    let sum = 0n;
    const first = span.from / BUCKET_SIZE;
    const end = first + sizeOf(span) / BUCKET_SIZE;
    for (let bucket = first; bucket < end; bucket++) {
      count += this.#counts[bucket];
      sum += this.#sums[bucket];
    }
    return { count, sum: BigInt.asUintN(64, sum) };
  }

  /** The sums of the parts of a span, in order; one reading for all of them. */
  ofParts(span: Span): bigint[] {
    if (span.bits < BUCKET_BITS) {
      return Array.from({ length: PARTS }, (_, index) => this.of(partOf(span, index)).sum);
    }
    const sums = new BigUint64Array(PARTS);
    const size = sizeOf(span) / PARTS;
    for (const record of this.records(span)) {
      sums[Math.floor((placeOf(record.id) - span.from) / size)] += this.#key.hashOf(record);
    }
    return [...sums];
  }

  /** In the order of places. */
  *records(span: Span): Generator<EntryRecord> {
    const to = span.from + sizeOf(span);
    let after: Position | undefined;
    for (;;) {
      const page = this.#catalogue.within(span.from, to, PAGE, after);
      yield* page;
      if (page.length < PAGE) return;
      const { id } = page[page.length - 1];
      after = { place: placeOf(id), id };
    }
  }

  #read(span: Span): Fingerprint {
    let count = 0;
    let sum = 0n;
    for (const record of this.records(span)) {
      count++;
      sum += this.#key.hashOf(record);
    }
    return { count, sum: BigInt.asUintN(64, sum) };
  }
}
