// @ts-nocheck: AssemblyScript, checked by asc.
import { NONE16, NONE32, Workspace } from './workspace.as';
import { run } from './xor.as';

/** Plans: lists of ops for `run` (xor.as.ts), written at `cursor`. */
let cursor: usize = 0;
let start: usize = 0;
let end: usize = 0;

export function openPlan(w: Workspace): void {
  cursor = w.ops;
  end = w.ops + (w.opWords << 2);
}

/** Carries out what has been planned since `openPlan`. */
export function runPlan(w: Workspace): void {
  run(w.ops, cursor, w.symbolSize);
}

/** Begins an op of at most `most` symbols; traps if the buffer cannot hold it. */
@inline
function openOp(into: usize, most: u32): void {
  if (cursor + 8 + (most << 2) > end) unreachable();
  start = cursor;
  store<u32>(start, <u32>into);
  cursor += 8;
}

@inline
function source(at: usize): void {
  store<u32>(cursor, <u32>at);
  cursor += 4;
}

@inline
function closeOp(): void {
  store<u32>(start, <u32>((cursor - start - 8) >>> 2), 4);
}

@inline
function valueOf(w: Workspace, column: u32): usize {
  return w.values + column * w.symbolSize;
}

/** The symbol on the right of a row and the values of its columns, but for `but`; of its peeled columns only, if so told. */
@inline
function sources(w: Workspace, row: u32, but: u32, peeledOnly: bool): void {
  const last = w.columns + (load<u32>(w.rowStart + (row << 2), 4) << 1);
  for (let i = w.columns + (load<u32>(w.rowStart + (row << 2)) << 1); i < last; i += 2) {
    const column = <u32>load<u16>(i);
    if (column == but) continue;
    if (peeledOnly && load<u16>(w.inactiveIndex + (column << 1)) != <u16>NONE16) continue;
    source(valueOf(w, column));
  }
}

@inline
function rowLength(w: Workspace, row: u32): u32 {
  return load<u32>(w.rowStart + (row << 2), 4) - load<u32>(w.rowStart + (row << 2));
}

@inline
function rowOp(w: Workspace, row: u32, into: usize, but: u32, peeledOnly: bool): void {
  openOp(into, rowLength(w, row) + 1);
  const at = load<u32>(w.rowAt + (row << 2));
  if (at != NONE32) source(at);
  sources(w, row, but, peeledOnly);
  closeOp();
}

function need(w: Workspace, row: u32): void {
  const last = w.columns + (load<u32>(w.rowStart + (row << 2), 4) << 1);
  for (let i = w.columns + (load<u32>(w.rowStart + (row << 2)) << 1); i < last; i += 2) store<u8>(w.needed + <u32>load<u16>(i), 1);
}

/**
 * The values of the peeled columns, the inactive ones taken as zero, then those of the equations. Columns on which
 * no equation depends, nor, if so told, a missing symbol, are left out.
 */
export function planForward(w: Workspace, forMissing: bool): void {
  memory.fill(w.needed, 0, w.ltWidth + w.pi);
  for (let e: u32 = 0; e < w.rank; e++) need(w, <u32>load<u16>(w.equations + (e << 1)));
  if (forMissing) for (let j: u32 = 0; j < w.missing; j++) need(w, missingRow(w, j));
  for (let i = w.peeled; i-- > 0; ) {
    if (load<u8>(w.needed + <u32>load<u16>(w.order + (i << 1)))) need(w, <u32>load<u16>(w.solvedBy + (i << 1)));
  }
  for (let i: u32 = 0; i < w.peeled; i++) {
    const column = <u32>load<u16>(w.order + (i << 1));
    if (load<u8>(w.needed + column)) rowOp(w, <u32>load<u16>(w.solvedBy + (i << 1)), valueOf(w, column), column, true);
  }
  for (let e: u32 = 0; e < w.rank; e++) {
    rowOp(w, <u32>load<u16>(w.equations + (e << 1)), w.equationValues + e * w.symbolSize, NONE16, true);
  }
}

/** True values of the peeled columns, once those of the inactive ones are in place. */
export function planBack(w: Workspace): void {
  for (let i: u32 = 0; i < w.peeled; i++) {
    const column = <u32>load<u16>(w.order + (i << 1));
    rowOp(w, <u32>load<u16>(w.solvedBy + (i << 1)), valueOf(w, column), column, false);
  }
}

@inline
export function missingRow(w: Workspace, j: u32): u32 {
  return w.ldpcRows + <u32>load<u16>(w.missingIds + (j << 1));
}

/** The missing symbols, from the true values of all columns. */
export function planMissing(w: Workspace): void {
  for (let j: u32 = 0; j < w.missing; j++) {
    const row = missingRow(w, j);
    openOp(load<u32>(w.rowAt + (row << 2)), rowLength(w, row));
    sources(w, row, NONE16, false);
    closeOp();
  }
}

/** Names output j of `planSums`: where it goes, its equations as a bit vector, a row whose values are added or NONE32. */
export function setOutput(w: Workspace, j: u32, into: usize, equations: usize, row: u32): void {
  const at = w.outputs + j * 12;
  store<u32>(at, <u32>into);
  store<u32>(at, <u32>equations, 4);
  store<u32>(at, row, 8);
}

/** `count` bits of a bit vector of u64 words. */
@inline
function window(bits: usize, first: u32, count: u32): u32 {
  const at = bits + ((first >>> 6) << 3);
  const shift = first & 63;
  let v = load<u64>(at) >>> shift;
  if (shift + count > 64) v |= load<u64>(at, 8) << (64 - shift);
  return <u32>v & ((1 << count) - 1);
}

/** How many equations to tabulate together: 2^g sums of each group, and one lookup for each group and output. */
function groupSize(equations: u32, outputs: u32): u32 {
  let best: u32 = 1;
  let least: u32 = u32.MAX_VALUE;
  for (let g: u32 = 1; g <= 6; g++) {
    // A table entry costs two reads and a write, a lookup one read.
    const cost = ((equations + g - 1) / g) * (outputs + 3 * ((1 << g) - 1 - g));
    if (cost < least) {
      least = cost;
      best = g;
    }
  }
  return best;
}

/** `outputs` sums of equations by the method of the Four Russians. */
export function planSums(w: Workspace, outputs: u32): void {
  const g = groupSize(w.unknowns, outputs);
  const groups = (w.unknowns + g - 1) / g;
  const batch = g == 1 ? groups : w.tableSlots >>> g;
  for (let from: u32 = 0; from < groups; from += batch) {
    const to = min(from + batch, groups);
    for (let i = from; i < to; i++) planTable(w, i * g, min(g, w.unknowns - i * g), (i - from) << g);
    for (let j: u32 = 0; j < outputs; j++) planSum(w, w.outputs + j * 12, from, to, g);
  }
}

/** All sums of `count` equations from `first`; entry v in table slot `slot` + v, but for those of one equation. */
function planTable(w: Workspace, first: u32, count: u32, slot: u32): void {
  for (let v: u32 = 3; v < <u32>1 << count; v++) {
    const rest = v & (v - 1);
    if (rest == 0) continue;
    openOp(w.tables + (slot + v) * w.symbolSize, 2);
    source(entry(w, first, slot, rest));
    source(entry(w, first, slot, v ^ rest));
    closeOp();
  }
}

@inline
function entry(w: Workspace, first: u32, slot: u32, v: u32): usize {
  if (v & (v - 1)) return w.tables + (slot + v) * w.symbolSize;
  return w.equationValues + (first + <u32>ctz(v)) * w.symbolSize;
}

/** Adds table groups `from` .. `to`-1 to an output; the first of them begin it. */
function planSum(w: Workspace, output: usize, from: u32, to: u32, g: u32): void {
  const into = load<u32>(output);
  const equations = load<u32>(output, 4);
  const row = load<u32>(output, 8);
  openOp(into, to - from + 1 + (row == NONE32 ? 0 : rowLength(w, row)));
  if (from > 0) source(into);
  else if (row != NONE32) sources(w, row, NONE16, true);
  for (let i = from; i < to; i++) {
    const first = i * g;
    const v = window(equations, first, min(g, w.unknowns - first));
    if (v != 0) source(entry(w, first, (i - from) << g, v));
  }
  closeOp();
}
