/** Which blocks there are. */
export interface Extents {
  readonly symbolSize: number;
  readonly count: number;
  /** Source symbols of a block. */
  realSymbols(block: number): number;
}
