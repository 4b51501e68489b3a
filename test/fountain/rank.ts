/** Rank by plain elimination on whole rows, sharing nothing with the kernel. */
import { type BlockShape, ldpcRows, ltNeighbours, MAX_DEGREE } from '../../core/fountain/profile.ts';

/** By how much the droplets with these ids, and the LDPC rows, fall short of solving a block. */
export function rankDeficit(shape: BlockShape, ids: Iterable<number>): number {
  const pivots = new Map<number, bigint>();
  const insert = (columns: Iterable<number>) => {
    let row = 0n;
    for (const column of columns) row ^= 1n << BigInt(column);
    while (row !== 0n) {
      const lead = row.toString(2).length - 1;
      const pivot = pivots.get(lead);
      if (pivot === undefined) {
        pivots.set(lead, row);
        return;
      }
      row ^= pivot;
    }
  };
  for (const row of ldpcRows(shape)) insert(row);
  const columns = new Uint32Array(MAX_DEGREE + 1);
  for (const id of ids) insert(columns.subarray(0, ltNeighbours(shape, id, columns)));
  return shape.intermediate - pivots.size;
}
