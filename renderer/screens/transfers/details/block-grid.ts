/** Where the cells of a map of blocks are drawn. */

export interface BlockGrid {
  readonly columns: number;
  readonly rows: number;
  /** Width of a cell with its gap, pixels. */
  readonly step: number;
}

/** Few cells share one line, many are wrapped; no cell is narrower than `least` pixels with its gap. */
export function blockGrid(cells: number, width: number, least: number): BlockGrid {
  const fitting = Math.max(1, Math.floor(width / least));
  const rows = Math.max(1, Math.ceil(cells / fitting));
  // Lines are of one length, as far as that goes.
  const columns = Math.max(1, Math.ceil(cells / rows));
  return { columns, rows, step: width / columns };
}
