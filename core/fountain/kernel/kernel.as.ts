// @ts-nocheck: AssemblyScript, checked by asc.
import { equationsOf, equationsOfRow, insertRow, openDense, reduce } from './dense.as';
import { peel } from './peel.as';
import { missingRow, openPlan, planBack, planForward, planMissing, planSums, runPlan, setOutput } from './plan.as';
import { appendLtRow, ltRow, makeLdpcRows } from './rows.as';
import { NONE16, NONE32, Workspace } from './workspace.as';
import { run } from './xor.as';

/**
 * Code profile 1 in one module: no heap, no static data, every pointer handed in, because one shared memory
 * holds an instance per thread. A `Workspace` belongs to one thread.
 */

/** Makes the rows that all blocks of `k` have in common: LDPC rows and those of source ids. */
export function makeRows(w: Workspace): void {
  makeLdpcRows(w);
  for (let id: u32 = 0; id < w.k; id++) appendLtRow(w, id, NONE32);
}

/** Peels the rows there are and solves for the inactive columns; the rank deficit. */
function schedule(w: Workspace): u32 {
  peel(w);
  openDense(w);
  for (let i: u32 = 0; i < w.residuals; i++) insertRow(w, <u32>load<u16>(w.residual + (i << 1)));
  return w.unknowns - w.rank;
}

/** After `makeRows`: the schedule by which source symbols alone are solved; the rank deficit. */
export function scheduleSource(w: Workspace): u32 {
  const deficit = schedule(w);
  if (deficit == 0) reduce(w);
  return deficit;
}

/** After `scheduleSource`: the intermediate symbols, at `into`, of the block whose source symbols are at `source`. */
export function presolve(w: Workspace, source: usize, into: usize): void {
  w.values = into;
  for (let id: u32 = 0; id < w.k; id++) {
    store<u32>(w.rowAt + ((w.ldpcRows + id) << 2), <u32>(source + id * w.symbolSize));
  }
  openPlan(w);
  planForward(w, false);
  planInactive(w);
  planBack(w);
  runPlan(w);
}

/** The values of the inactive columns, into their places. */
function planInactive(w: Workspace): void {
  const columns = w.ltWidth + w.pi;
  for (let c: u32 = 0; c < columns; c++) {
    const index = <u32>load<u16>(w.inactiveIndex + (c << 1));
    if (index != NONE16) setOutput(w, index, w.values + c * w.symbolSize, equationsOf(w, index), NONE32);
  }
  planSums(w, w.unknowns);
}

/**
 * Droplets `firstId` .. `firstId` + `count` - 1, one behind the other at `into`, of a block whose intermediate symbols
 * are at `values`; `plan` has room for 256 bytes.
 */
export function droplets(
  plan: usize, seed: u32, ltWidth: u32, ltPrime: u32, pi: u32, symbolSize: u32,
  values: usize, firstId: u32, count: u32, into: usize,
): void {
  for (let i: u32 = 0; i < count; i++) {
    const n = ltRow<u32>(seed, ltWidth, ltPrime, pi, firstId + i, plan + 8, values, symbolSize);
    store<u32>(plan, <u32>(into + i * symbolSize));
    store<u32>(plan, n, 4);
    run(plan, plan + 8 + (n << 2), symbolSize);
  }
}

/**
 * After `makeRows`: takes in the source symbols that are `present` and `count` repair droplets of one block, without
 * reading any; the rank deficit.
 */
export function begin(w: Workspace, source: usize, count: u32): u32 {
  let missing: u32 = 0;
  for (let id: u32 = 0; id < w.k; id++) {
    const row = w.ldpcRows + id;
    const here = load<u8>(w.present + id) != 0;
    store<u8>(w.leftOut + row, <u8>!here);
    store<u32>(w.rowAt + (row << 2), <u32>(source + id * w.symbolSize));
    if (!here) store<u16>(w.missingIds + (missing++ << 1), <u16>id);
  }
  w.missing = missing;
  w.rows = w.ldpcRows + w.k;
  for (let i: u32 = 0; i < count; i++) {
    appendLtRow(w, load<u32>(w.repairIds + (i << 2)), load<u32>(w.repairAt + (i << 2)));
  }
  return schedule(w);
}

/** One more droplet of the block begun last; the rank deficit. */
export function add(w: Workspace, id: u32, at: u32): u32 {
  if (w.rank < w.unknowns) {
    const row = appendLtRow(w, id, at);
    if (!insertRow(w, row)) w.rows = row;
  }
  return w.unknowns - w.rank;
}

/** Of a block of full rank: writes the missing source symbols to their places. */
export function finish(w: Workspace): void {
  reduce(w);
  openPlan(w);
  const direct = w.missing * 3 <= w.k;
  planForward(w, direct);
  // Each missing symbol by itself; or all columns by way of the inactive ones, then sums of columns.
  if (direct) {
    const stride = w.words << 3;
    for (let j: u32 = 0; j < w.missing; j++) {
      const row = missingRow(w, j);
      equationsOfRow(w, row, w.outputBits + j * stride);
      setOutput(w, j, load<u32>(w.rowAt + (row << 2)), w.outputBits + j * stride, row);
    }
    planSums(w, w.missing);
  } else {
    planInactive(w);
    planBack(w);
    planMissing(w);
  }
  runPlan(w);
}
