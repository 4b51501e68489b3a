/**
 * Code profile 1: every rule that decides what a droplet holds. A change of any rule here is a new profile.
 * The kernel makes its rows by the same rules (kernel/rows.as.ts); tests compare the two with the vectors.
 */
import { systematicSeed } from './seeds.ts';

export const CODE_PROFILE = 1;
/** Fewest and most source symbols of a block; shorter ones are padded with zero symbols. */
export const MIN_K = 4;
export const MAX_K = 1024;
/** A symbol's size in bytes is a multiple of this. */
export const SYMBOL_ALIGN = 64;
/** The highest degree of the LT part. */
export const MAX_DEGREE = 40;

const LDPC_PER_COLUMN = 4;
const GOLDEN = 0x9e3779b9;

/**
 * The sizes of a block of k symbols. Columns are numbered: [0, dataColumns) data, [dataColumns, ltWidth) LDPC,
 * [ltWidth, intermediate) permanently inactive (PI).
 */
export interface BlockShape {
  readonly k: number;
  readonly ldpcRows: number;
  readonly pi: number;
  readonly intermediate: number;
  readonly ltWidth: number;
  readonly dataColumns: number;
  /** The least prime that is not below `ltWidth`. */
  readonly ltPrime: number;
  /** The least seed for which a block can be solved from its source symbols. */
  readonly seed: number;
}

const shapes = new Map<number, BlockShape>();

/** The shape of a block of k symbols. Throws a RangeError unless k is a whole number in MIN_K..MAX_K. */
export function blockShape(k: number): BlockShape {
  const known = shapes.get(k);
  if (known) return known;
  if (!Number.isInteger(k) || k < MIN_K || k > MAX_K) {
    throw new RangeError(`A block has ${MIN_K} to ${MAX_K} symbols, not ${k}.`);
  }
  const shape = shapeWithSeed(k, systematicSeed(k));
  shapes.set(k, shape);
  return shape;
}

/** The shape of a block of k symbols under any seed; the search for the systematic seed needs it. */
export function shapeWithSeed(k: number, seed: number): BlockShape {
  let x = 2;
  while (x * (x - 1) < 2 * k) x++;
  const ldpcRows = nextPrime(Math.max(LDPC_PER_COLUMN + 1, Math.ceil(k / 100) + x));
  const pi = Math.max(4, Math.ceil(Math.sqrt(k) / 2));
  const intermediate = k + ldpcRows;
  const ltWidth = intermediate - pi;
  const ltPrime = nextPrime(ltWidth);
  return { k, ldpcRows, pi, intermediate, ltWidth, dataColumns: k - pi, ltPrime, seed };
}

/**
 * Writes the columns of droplet `id` (a u32) to `out`, in the order of generation, the PI column last; returns how
 * many. `out` holds at least MAX_DEGREE + 1.
 */
export function ltNeighbours(shape: BlockShape, id: number, out: Uint32Array): number {
  const { ltWidth, ltPrime } = shape;
  let h = mix(mix(shape.seed ^ 0x243f6a88) ^ mix(id + 0x7f4a7c15));
  const degree = Math.min(degreeOf(h >>> 20), ltWidth);
  h = mix(h + GOLDEN);
  const a = 1 + below(h, ltPrime - 1);
  h = mix(h + GOLDEN);
  let b = below(h, ltPrime);
  h = mix(h + GOLDEN);
  const pi = below(h, shape.pi);
  while (b >= ltWidth) b = (b + a) % ltPrime;
  out[0] = b;
  for (let i = 1; i < degree; i++) {
    do b = (b + a) % ltPrime;
    while (b >= ltWidth);
    out[i] = b;
  }
  out[degree] = ltWidth + pi;
  return degree + 1;
}

/** The columns of every LDPC row, ascending; their XOR is the zero symbol. */
export function ldpcRows(shape: BlockShape): number[][] {
  const rows: number[][] = Array.from({ length: shape.ldpcRows }, () => []);
  for (let column = 0; column < shape.dataColumns; column++) {
    let h = mix(column ^ 0x5bd1e995);
    const taken = new Set<number>();
    while (taken.size < LDPC_PER_COLUMN) {
      h = mix(h + GOLDEN);
      taken.add(below(h, shape.ldpcRows));
    }
    for (const row of taken) rows[row].push(column);
  }
  for (const [i, row] of rows.entries()) row.push(shape.dataColumns + i, shape.ltWidth + (i % shape.pi));
  return rows;
}

/** A bijection of u32 onto u32 that leaves no pattern. */
function mix(x: number): number {
  let h = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  h = Math.imul(h ^ (h >>> 15), 0x735a2d97);
  return (h ^ (h >>> 15)) >>> 0;
}

/** A hash scaled to 0 .. n-1; exact in a double for n < 2^21. */
function below(h: number, n: number): number {
  return Math.floor((h * n) / 2 ** 32);
}

/** Upper bounds of a 20-bit number for each degree (RFC 5053, section 5.4.4.2). */
const DEGREES: readonly (readonly [bound: number, degree: number])[] = [
  [10241, 1],
  [491582, 2],
  [712794, 3],
  [831695, 4],
  [948446, 10],
  [1032189, 11],
  [1048576, MAX_DEGREE],
];

const degreeTable = Uint8Array.from({ length: 4096 }, (_, v) => {
  const entry = DEGREES.find(([bound]) => (v + 0.5) * 256 < bound);
  return entry ? entry[1] : MAX_DEGREE;
});

function degreeOf(v: number): number {
  return degreeTable[v];
}

function nextPrime(n: number): number {
  let p = n;
  while (!isPrime(p)) p++;
  return p;
}

function isPrime(n: number): boolean {
  if (n < 2) return false;
  for (let d = 2; d * d <= n; d++) if (n % d === 0) return false;
  return true;
}
