/** A span: the places that begin with the same bits. Comparing goes from one span to the sixteen parts of it. */
import { PLACES } from '../record.ts';

/** Bits by which a part is finer than its span. */
const STEP = 4;
export const PARTS = 2 ** STEP;
/** Bits of a span that is one place. */
export const FINEST = 48;

export interface Span {
  /** Its first place. */
  readonly from: number;
  /** How many leading bits its places share: 0, 4, 8 to 48. */
  readonly bits: number;
}

export const ALL: Span = { from: 0, bits: 0 };

/** Number of places. */
export function sizeOf(span: Span): number {
  return PLACES / 2 ** span.bits;
}

export function isSpan({ from, bits }: Span): boolean {
  return bits <= FINEST && bits % STEP === 0 && from % (PLACES / 2 ** bits) === 0;
}

/** Part `index` of a span that is not the finest. */
export function partOf(span: Span, index: number): Span {
  return { from: span.from + index * (sizeOf(span) / PARTS), bits: span.bits + STEP };
}
