import type { BlockMap } from '../api.ts';

const MAX_CELLS = 512;

/** How full the blocks are, drawn together to at most 512 cells. `open`: [block, droplets here, needed]. */
export function blockMap(
  count: number,
  verified: Uint8Array,
  open: readonly (readonly [number, number, number])[],
): BlockMap {
  const cells = new Uint8Array(Math.min(count, MAX_CELLS));
  const sums = new Float64Array(cells.length);
  const widths = new Uint32Array(cells.length);
  const cellOf = (block: number): number => Math.floor((block * cells.length) / count);
  for (let block = 0; block < count; block++) {
    const cell = cellOf(block);
    widths[cell]++;
    if (((verified[block >> 3] >> (block & 7)) & 1) === 1) sums[cell]++;
  }
  for (const [block, got, real] of open) {
    // Less than full: only what is verified is shown as done.
    if (block < count) sums[cellOf(block)] += 0.95 * Math.min(1, got / real);
  }
  for (let i = 0; i < cells.length; i++) {
    const full = sums[i] >= widths[i];
    cells[i] = full ? 255 : Math.min(254, Math.round((255 * sums[i]) / widths[i]));
  }
  return { count, cells };
}
