/**
 * The scratch memory of an encoder or a decoder: what lies where. The kernel sees it as the struct `Workspace` of
 * kernel/workspace.as.ts: both name the same 32-bit fields in the same order.
 */
import { type BlockShape, MAX_DEGREE, SYMBOL_ALIGN } from './profile.ts';

/** A range of bytes of the symbol memory that belongs to one thread. */
export interface Scratch {
  /** Byte offset, a multiple of SYMBOL_ALIGN. */
  readonly at: number;
  readonly bytes: number;
}

export type Purpose = 'presolve' | 'decode';

/** As many repair droplets as symbols are missing, and this many more, are looked at together; others one by one. */
export const SPARE_ROWS = 64;
/** Entries of the Four-Russians tables that are alive at a time: 8 tables of 6 equations, 16 of 5. */
const TABLE_SLOTS = 512;

/** A field that points to so many bytes of the workspace. */
class Room {
  readonly bytes: number;
  constructor(bytes: number) {
    this.bytes = bytes;
  }
}

/** The fields of the struct, in order: numbers as they are, and rooms. Those that the kernel keeps for itself are 0. */
function fields(shape: BlockShape, symbolSize: number, purpose: Purpose): Record<string, number | Room> {
  const { k, ldpcRows, pi, intermediate, ltWidth, dataColumns, ltPrime, seed } = shape;
  const decode = purpose === 'decode';
  // Few columns stay inactive, unless a sender chooses its droplets so: then all may.
  const words = Math.ceil(intermediate / 64);
  // Of the droplets that come one by one, only those take up a row that raise the rank.
  const rows = ldpcRows + k + (decode ? k + SPARE_ROWS + intermediate : 0);
  const ldpcEntries = 4 * dataColumns + 2 * ldpcRows;
  const degree = Math.min(MAX_DEGREE, ltWidth) + 1;
  const entries = ldpcEntries + (rows - ldpcRows) * degree;
  const u8 = (n: number) => new Room(n);
  const u16 = (n: number) => new Room(n * 2);
  const u32 = (n: number) => new Room(n * 4);
  const bitVectors = (n: number) => new Room(n * words * 8);
  const symbols = (n: number) => new Room(n * symbolSize);
  const ops = opWords(shape);
  return {
    k,
    ldpcRows,
    pi,
    ltWidth,
    dataColumns,
    ltPrime,
    seed,
    symbolSize,
    tableSlots: TABLE_SLOTS,
    rowStart: u32(rows + 1),
    columns: u16(entries),
    rowAt: u32(rows),
    leftOut: u8(rows),
    order: u16(ltWidth),
    solvedBy: u16(ltWidth),
    inactiveIndex: u16(intermediate),
    residual: u16(rows),
    rowDegree: u16(rows),
    rowSum: u16(rows),
    columnStart: u32(ltWidth + 1),
    columnRows: u16(entries),
    stack: u16(rows),
    active: u8(ltWidth),
    parent: u16(ltWidth),
    members: u16(ltWidth + 8),
    bits: bitVectors(intermediate),
    dense: bitVectors(2 * (intermediate + 1)),
    hasPivot: u8(intermediate),
    equations: u16(intermediate),
    outputBits: decode ? bitVectors(k) : 0,
    outputs: u32(3 * intermediate),
    needed: u8(intermediate),
    present: decode ? u8(k) : 0,
    repairIds: decode ? u32(k + SPARE_ROWS) : 0,
    repairAt: decode ? u32(k + SPARE_ROWS) : 0,
    missingIds: decode ? u16(k) : 0,
    values: decode ? symbols(intermediate) : 0,
    equationValues: symbols(intermediate),
    tables: symbols(TABLE_SLOTS),
    ops: u32(ops),
    opWords: ops,
    rows: 0,
    missing: 0,
    peeled: 0,
    unknowns: 0,
    residuals: 0,
    words: 0,
    rank: 0,
  };
}

/** Words that hold the longest plan of any system, however ill its droplets were chosen. */
function opWords(shape: BlockShape): number {
  const { k, intermediate, ldpcRows, dataColumns } = shape;
  // Two words of an op, the symbol of its row, its columns: each row solves or is an equation once, and peeled
  // columns once more on the way back; missing symbols are sums of columns.
  const ldpc = 2 * (4 * dataColumns + 5 * ldpcRows);
  const lt = (2 * intermediate + k) * (MAX_DEGREE + 4);
  // See `groupSize` in plan.as.ts: no choice of it costs more than groups of six.
  const groups = Math.ceil(intermediate / 6);
  const lookups = Math.ceil((groups * (intermediate + 192) * 4) / 3);
  const batches = Math.ceil(intermediate / 48) + 1;
  return ldpc + lt + lookups + 3 * batches * intermediate;
}

/** Bytes of the workspace of a block. */
export function workspaceBytes(shape: BlockShape, symbolSize: number, purpose: Purpose): number {
  return layOut(fields(shape, symbolSize, purpose), 0).end;
}

/** Writes the struct of a workspace for blocks of a shape; returns where its fields point, by name. */
export function openWorkspace(
  memory: WebAssembly.Memory,
  scratch: Scratch,
  shape: BlockShape,
  symbolSize: number,
  purpose: Purpose,
): ReadonlyMap<string, number> {
  const { values, end } = layOut(fields(shape, symbolSize, purpose), scratch.at);
  if (end > scratch.at + scratch.bytes || end > memory.buffer.byteLength) {
    const { k } = shape;
    throw new RangeError(
      `${purpose} of ${k} symbols of ${symbolSize} bytes takes ${end - scratch.at} bytes of scratch memory, not ${scratch.bytes}.`,
    );
  }
  new Uint32Array(memory.buffer, scratch.at, values.size).set([...values.values()]);
  return values;
}

function layOut(struct: Record<string, number | Room>, at: number) {
  const values = new Map<string, number>();
  let end = align(at + Object.keys(struct).length * 4);
  for (const [name, field] of Object.entries(struct)) {
    values.set(name, typeof field === 'number' ? field : end);
    if (field instanceof Room) end = align(end + field.bytes);
  }
  return { values, end };
}

function align(at: number): number {
  return Math.ceil(at / SYMBOL_ALIGN) * SYMBOL_ALIGN;
}
