/**
 * What spans hash to: the sum, modulo 2^64, of the hashes of their records. Those of the 4096 spans of 12 bits and of
 * all wider ones are kept; finer ones are read from the catalogue.
 */
import type { Catalogue, Position } from '../catalogue.ts';
import { type EntryId, type EntryRecord, placeOf } from '../record.ts';
import type { ClusterKey } from './key.ts';
import { ALL, PARTS, partOf, type Span, sizeOf } from './span.ts';

/** Bits of the spans whose sums are kept. */
const LEVELS = [0, 4, 8, 12];
/** Records read from the catalogue at a time. */
const PAGE = 512;

export interface Fingerprint {
  readonly count: number;
  readonly sum: bigint;
}

export class Fingerprints {
  readonly #catalogue: Catalogue;
  readonly #key: ClusterKey;
  readonly #levels = LEVELS.map((bits) => {
    const size = sizeOf({ from: 0, bits });
    return { bits, size, counts: new Uint32Array(2 ** bits), sums: new BigUint64Array(2 ** bits) };
  });

  /** Reads all of the catalogue once. */
  constructor(catalogue: Catalogue, key: ClusterKey) {
    this.#catalogue = catalogue;
    this.#key = key;
    for (const record of this.records(ALL)) this.add(record);
  }

  add(record: EntryRecord): void {
    this.#change(record.id, 1, this.#key.hashOf(record));
  }

  subtract(record: EntryRecord): void {
    this.#change(record.id, -1, -this.#key.hashOf(record));
  }

  of(span: Span): Fingerprint {
    const level = this.#levels.find(({ bits }) => bits === span.bits);
    if (level === undefined) return this.#read(span);
    const index = span.from / level.size;
    return { count: level.counts[index], sum: level.sums[index] };
  }

  /** The sums of the parts of a span, in order; one reading for all of them. */
  ofParts(span: Span): bigint[] {
    if (LEVELS.includes(partOf(span, 0).bits)) {
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

  #change(id: EntryId, count: number, sum: bigint): void {
    const place = placeOf(id);
    for (const { size, counts, sums } of this.#levels) {
      const index = Math.floor(place / size);
      counts[index] += count;
      sums[index] += sum;
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
