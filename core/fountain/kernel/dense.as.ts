// @ts-nocheck: AssemblyScript, checked by asc.
import { NONE16, Workspace } from './workspace.as';

/**
 * Elimination over GF(2) on the columns that peeling left, as bit vectors. A dense row is `words` u64 of unknowns
 * and `words` u64 of the equations that it is the sum of; the row at place b has b as its lowest unknown.
 */

/** After peeling: the inactive columns are the unknowns, none solved; writes every column as a sum of them. */
export function openDense(w: Workspace): void {
  const unknowns = w.unknowns;
  const words = (unknowns + 63) >>> 6;
  w.words = words;
  w.rank = 0;
  memory.fill(w.hasPivot, 0, unknowns);
  const columns = w.ltWidth + w.pi;
  const stride = words << 3;
  for (let c: u32 = 0; c < columns; c++) {
    const index = <u32>load<u16>(w.inactiveIndex + (c << 1));
    if (index == NONE16) continue;
    const at = w.bits + c * stride;
    memory.fill(at, 0, stride);
    flip(at, index);
  }
  for (let i: u32 = 0; i < w.peeled; i++) {
    const column = <u32>load<u16>(w.order + (i << 1));
    const into = w.bits + column * stride;
    // Its own place counts for nothing in the sum.
    memory.fill(into, 0, stride);
    sumRow(w, <u32>load<u16>(w.solvedBy + (i << 1)), into, column);
  }
}

@inline
function flip(at: usize, bit: u32): void {
  const word = at + ((bit >>> 6) << 3);
  store<u64>(word, load<u64>(word) ^ (<u64>1 << (bit & 63)));
}

/** Adds the unknowns of a row to `into`, but for those of the column `but`. */
function sumRow(w: Workspace, row: u32, into: usize, but: u32): void {
  const words = w.words;
  const stride = words << 3;
  const last = w.columns + (load<u32>(w.rowStart + (row << 2), 4) << 1);
  let i = w.columns + (load<u32>(w.rowStart + (row << 2)) << 1);
  if (words == 1) {
    let sum = load<u64>(into);
    for (; i < last; i += 2) sum ^= load<u64>(w.bits + (<u32>load<u16>(i) << 3));
    store<u64>(into, sum);
  } else if (words == 2) {
    let sum = v128.load(into);
    for (; i < last; i += 2) sum = v128.xor(sum, v128.load(w.bits + (<u32>load<u16>(i) << 4)));
    v128.store(into, sum);
  } else {
    for (; i < last; i += 2) {
      const column = <u32>load<u16>(i);
      if (column != but) xorWords(into, w.bits + column * stride, stride);
    }
  }
}

@inline
function xorWords(into: usize, from: usize, bytes: u32): void {
  let i: u32 = 0;
  for (; i + 16 <= bytes; i += 16) v128.store(into + i, v128.xor(v128.load(into + i), v128.load(from + i)));
  if (i < bytes) store<u64>(into + i, load<u64>(into + i) ^ load<u64>(from + i));
}

/** Takes a row in as an equation; false, and nothing changed, if it follows from those before. */
export function insertRow(w: Workspace, row: u32): bool {
  if (w.rank == w.unknowns) return false;
  const words = w.words;
  const half = words << 3;
  const stride = words << 4;
  const at = w.dense + w.unknowns * stride;
  memory.fill(at, 0, stride);
  sumRow(w, row, at, NONE16);
  flip(at + half, w.rank);
  for (let i: u32 = 0; i < words; i++) {
    let rest = load<u64>(at + (i << 3));
    while (rest != 0) {
      const bit = (i << 6) + <u32>ctz(rest);
      const pivot = w.dense + bit * stride;
      if (!load<u8>(w.hasPivot + bit)) {
        memory.copy(pivot, at, stride);
        store<u8>(w.hasPivot + bit, 1);
        store<u16>(w.equations + (w.rank++ << 1), <u16>row);
        return true;
      }
      xorWords(at, pivot, stride);
      rest = load<u64>(at + (i << 3));
    }
  }
  return false;
}

/** Of a system of full rank: makes every unknown a sum of equations alone. */
export function reduce(w: Workspace): void {
  const stride = w.words << 4;
  for (let bit = w.unknowns; bit-- > 1; ) {
    const word = (bit >>> 6) << 3;
    const mask = <u64>1 << (bit & 63);
    const from = w.dense + bit * stride;
    for (let above: u32 = 0; above < bit; above++) {
      const into = w.dense + above * stride;
      if (load<u64>(into + word) & mask) xorWords(into, from, stride);
    }
  }
}

/** The equations that the unknown is the sum of, after `reduce`. */
@inline
export function equationsOf(w: Workspace, unknown: u32): usize {
  return w.dense + unknown * (w.words << 4) + (w.words << 3);
}

/** Of a system of full rank, reduced: writes the equations that the inactive part of a row's sum is the sum of. */
export function equationsOfRow(w: Workspace, row: u32, into: usize): void {
  const half = w.words << 3;
  const sum = w.dense + w.unknowns * (w.words << 4);
  memory.fill(sum, 0, half);
  sumRow(w, row, sum, NONE16);
  memory.fill(into, 0, half);
  for (let i: u32 = 0; i < w.words; i++) {
    let rest = load<u64>(sum + (i << 3));
    while (rest != 0) {
      xorWords(into, equationsOf(w, (i << 6) + <u32>ctz(rest)), half);
      rest &= rest - 1;
    }
  }
}
