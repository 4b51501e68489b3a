// @ts-nocheck: AssemblyScript, checked by asc.
import { NONE32, Workspace } from './workspace.as';

/** The rows of code profile 1; ../profile.ts says the same in TypeScript, and tests compare the two. */

const LDPC_PER_COLUMN: u32 = 4;
const GOLDEN: u32 = 0x9e3779b9;

@inline
function mix(x: u32): u32 {
  x = (x ^ (x >>> 16)) * 0x21f0aaad;
  x = (x ^ (x >>> 15)) * 0x735a2d97;
  return x ^ (x >>> 15);
}

@inline
function below(h: u32, n: u32): u32 {
  return <u32>((<u64>h * <u64>n) >>> 32);
}

/** The degree of a 12-bit number, by comparison: a table would be static data, and the memory is shared. */
@inline
function degree(v: u32): u32 {
  const f = v * 256 + 128;
  if (f < 491582) return f < 10241 ? 1 : 2;
  if (f < 831695) return f < 712794 ? 3 : 4;
  if (f < 948446) return 10;
  return f < 1032189 ? 11 : 40;
}

/**
 * Writes the columns of the LT row of droplet `id`, PI column last, each as `base + column * scale`; returns how many, 41
 * at most.
 */
@inline
export function ltRow<T>(
  seed: u32, width: u32, prime: u32, piColumns: u32, id: u32, out: usize, base: usize, scale: u32,
): u32 {
  let h = mix(mix(seed ^ 0x243f6a88) ^ mix(id + 0x7f4a7c15));
  const d = min(degree(h >>> 20), width);
  h = mix(h + GOLDEN);
  const a = 1 + below(h, prime - 1);
  h = mix(h + GOLDEN);
  let b = below(h, prime);
  h = mix(h + GOLDEN);
  const pi = below(h, piColumns);
  while (b >= width) b = step(b, a, prime);
  store<T>(out, <T>(base + b * scale));
  for (let i: u32 = 1; i < d; i++) {
    do b = step(b, a, prime);
    while (b >= width);
    store<T>(out + i * sizeof<T>(), <T>(base + b * scale));
  }
  store<T>(out + d * sizeof<T>(), <T>(base + (width + pi) * scale));
  return d + 1;
}

@inline
function step(b: u32, a: u32, prime: u32): u32 {
  b += a;
  return b >= prime ? b - prime : b;
}

/** Appends the LT row of droplet `id`, whose symbol is at `at`; returns its number. */
export function appendLtRow(w: Workspace, id: u32, at: u32): u32 {
  const row = w.rows++;
  const start = load<u32>(w.rowStart + (row << 2));
  const n = ltRow<u16>(w.seed, w.ltWidth, w.ltPrime, w.pi, id, w.columns + (start << 1), 0, 1);
  store<u32>(w.rowStart + (row << 2), start + n, 4);
  store<u32>(w.rowAt + (row << 2), at);
  store<u8>(w.leftOut + row, 0);
  return row;
}

/** The hash after `h` that gives a data column an LDPC row that is not in `taken` (four 16-bit lanes, from the right). */
@inline
function nextLdpcHash(h: u32, rows: u32, taken: u64, count: u32): u32 {
  let fresh: bool;
  do {
    h = mix(h + GOLDEN);
    const row = <u64>below(h, rows);
    fresh = true;
    for (let i: u32 = 0; i < count; i++) if (((taken >> (i << 4)) & 0xffff) == row) fresh = false;
  } while (!fresh);
  return h;
}

/** Makes the LDPC rows, rows 0 .. ldpcRows-1. */
export function makeLdpcRows(w: Workspace): void {
  const rows = w.ldpcRows;
  const data = w.dataColumns;
  const starts = w.rowStart;
  memory.fill(starts, 0, (rows + 1) << 2);
  // Twice over the data columns: once to count, once to place.
  for (let c: u32 = 0; c < data; c++) {
    let h = mix(c ^ 0x5bd1e995);
    let taken: u64 = 0;
    for (let i: u32 = 0; i < LDPC_PER_COLUMN; i++) {
      h = nextLdpcHash(h, rows, taken, i);
      const row = below(h, rows);
      taken |= <u64>row << (i << 4);
      const count = starts + (row << 2) + 4;
      store<u32>(count, load<u32>(count) + 1);
    }
  }
  for (let r: u32 = 0; r < rows; r++) {
    const start = starts + (r << 2);
    store<u32>(start, load<u32>(start) + load<u32>(start, 4) + 2, 4);
    store<u32>(w.rowAt + (r << 2), NONE32);
    store<u8>(w.leftOut + r, 0);
  }
  memory.fill(w.stack, 0, rows << 1);
  for (let c: u32 = 0; c < data; c++) {
    let h = mix(c ^ 0x5bd1e995);
    let taken: u64 = 0;
    for (let i: u32 = 0; i < LDPC_PER_COLUMN; i++) {
      h = nextLdpcHash(h, rows, taken, i);
      const row = below(h, rows);
      taken |= <u64>row << (i << 4);
      place(w, row, c);
    }
  }
  for (let r: u32 = 0; r < rows; r++) {
    place(w, r, data + r);
    place(w, r, w.ltWidth + (r % w.pi));
  }
  w.rows = rows;
}

/** Puts a column into the next free place of an LDPC row; `stack` counts the places taken. */
@inline
function place(w: Workspace, row: u32, column: u32): void {
  const taken = w.stack + (row << 1);
  const n = <u32>load<u16>(taken);
  store<u16>(w.columns + ((load<u32>(w.rowStart + (row << 2)) + n) << 1), <u16>column);
  store<u16>(taken, <u16>(n + 1));
}
