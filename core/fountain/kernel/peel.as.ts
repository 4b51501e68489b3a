// @ts-nocheck: AssemblyScript, checked by asc.
import { NONE16, Workspace } from './workspace.as';

/** Rows of degree one, waiting: `top` u16 at `stack`. */
let top: u32 = 0;

/**
 * Peels the rows that are not left out: solves columns by rows that have one active column left, and
 * when there is none, makes a column inactive: one of the largest component of the graph whose edges are the rows
 * of degree two, for all of such a component peels away with any one of its columns. PI columns are inactive from
 * the start, as unknowns 0 .. pi-1.
 */
export function peel(w: Workspace): void {
  const width = w.ltWidth;
  const rows = w.rows;
  gather(w);
  memory.fill(w.active, 1, width);
  memory.fill(w.inactiveIndex, 0xff, width << 1);
  for (let i: u32 = 0; i < w.pi; i++) store<u16>(w.inactiveIndex + ((width + i) << 1), <u16>i);
  // Read eight at a time: the tail must count nothing.
  memory.fill(w.members + (width << 1), 0, 16);
  for (let c: u32 = 0; c < width; c++) {
    store<u16>(w.parent + (c << 1), <u16>c);
    store<u16>(w.members + (c << 1), 1);
  }
  top = 0;
  for (let r: u32 = 0; r < rows; r++) waken(w, r, <u32>load<u16>(w.rowDegree + (r << 1)));

  let peeled: u32 = 0;
  let inactive = w.pi;
  for (;;) {
    while (top > 0) {
      const row = <u32>load<u16>(w.stack + (--top << 1));
      if (<u32>load<u16>(w.rowDegree + (row << 1)) != 1) continue;
      const column = <u32>load<u16>(w.rowSum + (row << 1));
      store<u16>(w.order + (peeled << 1), <u16>column);
      store<u16>(w.solvedBy + (peeled << 1), <u16>row);
      peeled++;
      retire(w, column);
      store<u16>(w.rowDegree + (row << 1), <u16>NONE16);
    }
    if (peeled + inactive == width + w.pi) break;
    const column = stuckColumn(w);
    store<u16>(w.inactiveIndex + (column << 1), <u16>(inactive++));
    retire(w, column);
  }
  w.peeled = peeled;
  w.unknowns = inactive;
  let residuals: u32 = 0;
  for (let r: u32 = 0; r < rows; r++) {
    // What solved a column has no degree, nor has what was left out.
    if (<u32>load<u16>(w.rowDegree + (r << 1)) != NONE16) store<u16>(w.residual + (residuals++ << 1), <u16>r);
  }
  w.residuals = residuals;
}

/** Degree and sum of every row over its LT columns, and the rows of every column. */
function gather(w: Workspace): void {
  const rows = w.rows;
  const starts = w.columnStart;
  memory.fill(starts, 0, (w.ltWidth + 1) << 2);
  for (let r: u32 = 0; r < rows; r++) {
    if (load<u8>(w.leftOut + r)) {
      store<u16>(w.rowDegree + (r << 1), <u16>NONE16);
      continue;
    }
    const first = load<u32>(w.rowStart + (r << 2));
    const last = load<u32>(w.rowStart + (r << 2), 4) - 1;
    let sum: u32 = 0;
    for (let i = first; i < last; i++) {
      const column = <u32>load<u16>(w.columns + (i << 1));
      sum ^= column;
      const count = starts + (column << 2);
      store<u32>(count, load<u32>(count) + 1);
    }
    store<u16>(w.rowDegree + (r << 1), <u16>(last - first));
    store<u16>(w.rowSum + (r << 1), <u16>sum);
  }
  // From counts to ends; placing the rows then counts the ends down to the starts.
  let end: u32 = 0;
  for (let c: u32 = 0; c < w.ltWidth; c++) {
    end += load<u32>(starts + (c << 2));
    store<u32>(starts + (c << 2), end);
  }
  store<u32>(starts + (w.ltWidth << 2), end);
  for (let r: u32 = 0; r < rows; r++) {
    if (<u32>load<u16>(w.rowDegree + (r << 1)) == NONE16) continue;
    const last = load<u32>(w.rowStart + (r << 2), 4) - 1;
    for (let i = load<u32>(w.rowStart + (r << 2)); i < last; i++) {
      const start = starts + (<u32>load<u16>(w.columns + (i << 1)) << 2);
      const place = load<u32>(start) - 1;
      store<u32>(start, place);
      store<u16>(w.columnRows + (place << 1), <u16>r);
    }
  }
}

/** Takes a column out of its rows. */
@inline
function retire(w: Workspace, column: u32): void {
  store<u8>(w.active + column, 0);
  store<u16>(w.members + (column << 1), 0);
  const last = load<u32>(w.columnStart + (column << 2), 4);
  for (let i = load<u32>(w.columnStart + (column << 2)); i < last; i++) {
    const row = <u32>load<u16>(w.columnRows + (i << 1));
    const at = w.rowDegree + (row << 1);
    const degree = <u32>load<u16>(at);
    store<u16>(at, <u16>(degree - 1));
    const sum = w.rowSum + (row << 1);
    store<u16>(sum, <u16>(<u32>load<u16>(sum) ^ column));
    waken(w, row, degree - 1);
  }
}

/** A row has come down to this degree: one solves a column, two joins its columns. */
@inline
function waken(w: Workspace, row: u32, degree: u32): void {
  if (degree == 1) store<u16>(w.stack + (top++ << 1), <u16>row);
  else if (degree == 2) join(w, row);
}

function join(w: Workspace, row: u32): void {
  let i = w.columns + (load<u32>(w.rowStart + (row << 2)) << 1);
  let a = <u32>load<u16>(i);
  while (!load<u8>(w.active + a)) {
    i += 2;
    a = <u32>load<u16>(i);
  }
  let b = a ^ <u32>load<u16>(w.rowSum + (row << 1));
  a = root(w, a);
  b = root(w, b);
  if (a == b) return;
  let small = w.members + (a << 1);
  let large = w.members + (b << 1);
  if (load<u16>(small) > load<u16>(large)) {
    const t = small;
    small = large;
    large = t;
    b = a;
  }
  store<u16>(w.parent + (small - w.members), <u16>b);
  store<u16>(large, load<u16>(large) + load<u16>(small));
  store<u16>(small, 0);
}

@inline
function root(w: Workspace, column: u32): u32 {
  let up = <u32>load<u16>(w.parent + (column << 1));
  while (up != column) {
    // Halves the path on the way.
    const over = load<u16>(w.parent + (up << 1));
    store<u16>(w.parent + (column << 1), over);
    column = <u32>over;
    up = <u32>load<u16>(w.parent + (column << 1));
  }
  return column;
}

/** The root of the largest component; of the column in most rows, if no row of degree two is left. */
function stuckColumn(w: Workspace): u32 {
  const width = w.ltWidth;
  let best = i16x8.splat(0);
  for (let c: u32 = 0; c < width; c += 8) best = i16x8.max_u(best, v128.load(w.members + (c << 1)));
  let most: u32 = 0;
  for (let rest = best; v128.any_true(rest); rest = i8x16.shuffle(rest, i16x8.splat(0), 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17)) {
    most = max(most, <u32>i16x8.extract_lane_u(rest, 0));
  }
  let found: u32 = 0;
  if (most > 1) {
    while (<u32>load<u16>(w.members + (found << 1)) != most) found++;
    return found;
  }
  let weight: i32 = -1;
  for (let c: u32 = 0; c < width; c++) {
    if (!load<u8>(w.active + c)) continue;
    const rows = <i32>(load<u32>(w.columnStart + (c << 2), 4) - load<u32>(w.columnStart + (c << 2)));
    if (rows > weight) {
      weight = rows;
      found = c;
    }
  }
  return found;
}
