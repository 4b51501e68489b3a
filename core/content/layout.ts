/** What the cutting of a resource into blocks and symbols follows from; every function here is arithmetic on it. */
export interface Layout {
  /** Bytes of the resource; at most 2^50, so that quotients of it are exact in a double. */
  readonly length: number;
  /** Bytes of a symbol; a multiple of 64. */
  readonly symbolSize: number;
  /** 4..1024; the last block may have fewer. */
  readonly symbolsPerBlock: number;
}

/** docs/wire.md, "Padding is never poured": a block is coded over no fewer; what is missing is zero symbols. */
const MIN_CODED_SYMBOLS = 4;

/** Bytes of every block but the last. */
export function blockCapacity(layout: Layout): number {
  return layout.symbolSize * layout.symbolsPerBlock;
}

/** 0 for an empty resource. */
export function blockCount(layout: Layout): number {
  return Math.ceil(layout.length / blockCapacity(layout));
}

/** Where block `block` begins in the resource, in bytes. */
export function blockOffset(layout: Layout, block: number): number {
  if (!Number.isInteger(block) || block < 0 || block >= blockCount(layout))
    throw new RangeError(`there is no block ${block} of ${blockCount(layout)}`);
  return block * blockCapacity(layout);
}

/** Bytes of the resource in block `block`, without the padding of its last symbol. */
export function blockLength(layout: Layout, block: number): number {
  return Math.min(blockCapacity(layout), layout.length - blockOffset(layout, block));
}

/** Symbols in block `block` that hold bytes of the resource; the last one may be padded with zeros. */
export function realSymbols(layout: Layout, block: number): number {
  return Math.ceil(blockLength(layout, block) / layout.symbolSize);
}

/** k of the code for block `block`. */
export function codedSymbols(layout: Layout, block: number): number {
  return Math.max(MIN_CODED_SYMBOLS, realSymbols(layout, block));
}

/** Real symbols of all blocks. */
export function sourceSymbols(layout: Layout): number {
  return Math.ceil(layout.length / layout.symbolSize);
}
