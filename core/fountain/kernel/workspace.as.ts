// @ts-nocheck: AssemblyScript, checked by asc.

/** No such index, no such address. */
export const NONE16: u32 = 0xffff;
export const NONE32: u32 = 0xffffffff;

/**
 * The scratch memory of one encoder or decoder. Its fields are 32-bit words in the order of `FIELDS` of
 * ../workspace.ts, which is where sizes are decided and pointers are written.
 *
 * Rows are numbered: LDPC rows, then the LT rows of all source ids, then those of repair droplets. The columns of a
 * row are LT columns and, last, its one PI column.
 */
@unmanaged
export class Workspace {
  k: u32;
  ldpcRows: u32;
  pi: u32;
  ltWidth: u32;
  dataColumns: u32;
  ltPrime: u32;
  seed: u32;
  symbolSize: u32;
  /** Slots at `tables`. */
  tableSlots: u32;

  /** u32 per row and one: where its columns begin in `columns`, as an index. */
  rowStart: usize;
  /** u16 each. */
  columns: usize;
  /** u32 per row: address of the symbol on its right-hand side, NONE32 for the zero symbol. */
  rowAt: usize;
  /** u8 per row: 1 if it is the row of a missing source symbol, and so no equation. */
  leftOut: usize;

  /** What peeling leaves. u16 per peeled column: the columns in the order in which they are solved, and by which row. */
  order: usize;
  solvedBy: usize;
  /** u16 per column: which unknown it is of those that peeling leaves, the inactive columns; NONE16 if it is peeled. */
  inactiveIndex: usize;
  /** u16 each: the rows that solve no column. */
  residual: usize;

  /** Peeling only: u16 per row, columns that are still active; their XOR. */
  rowDegree: usize;
  rowSum: usize;
  /** u32 per LT column and one; u16 each. */
  columnStart: usize;
  columnRows: usize;
  /** u16 per row. */
  stack: usize;
  /** u8 per LT column. */
  active: usize;
  /** u16 per LT column: union-find over rows of degree two; members counted at the root, 0 elsewhere. */
  parent: usize;
  members: usize;

  /** `words` u64 per column: the column as a sum of unknowns. */
  bits: usize;
  /** 2 * `words` u64 per unknown, one spare: the row whose lowest unknown that is, and the equations it is a sum of. */
  dense: usize;
  /** u8 per unknown. */
  hasPivot: usize;
  /** u16 each: the rows that gave the `rank` equations. */
  equations: usize;
  /** u64 * `words` per missing symbol. */
  outputBits: usize;
  /** 3 words per output of `planSums`. */
  outputs: usize;
  /** u8 per column. */
  needed: usize;

  /** u8 per source id; u32 each: what the host hands to `begin`. */
  present: usize;
  repairIds: usize;
  repairAt: usize;
  /** u16 each: ids of the missing source symbols. */
  missingIds: usize;

  /** A symbol per column; per equation; per table entry. */
  values: usize;
  equationValues: usize;
  tables: usize;
  ops: usize;
  opWords: u32;

  /** State of the block at hand, of the kernel alone: how many there are of each. */
  rows: u32;
  missing: u32;
  peeled: u32;
  unknowns: u32;
  residuals: u32;
  /** u64 words of a bit vector of unknowns. */
  words: u32;
  /** Equations taken in. */
  rank: u32;
}
