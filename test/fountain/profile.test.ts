import { describe, expect, test } from 'vitest';
import {
  blockShape,
  ldpcRows,
  ltNeighbours,
  MAX_DEGREE,
  MAX_K,
  MIN_K,
  shapeWithSeed,
} from '../../core/fountain/profile.ts';
import { systematicSeed } from '../../core/fountain/seeds.ts';
import { openSeedSearch } from '../../tools/seed-search.ts';
import { rankDeficit } from './rank.ts';
import { blocks } from './vectors.ts';

describe.each(blocks)('the vectors of k = $k', (vector) => {
  const shape = blockShape(vector.k);

  test('agree on every size', () => {
    expect(shape).toEqual({
      k: vector.k,
      ldpcRows: vector.ldpcRows,
      pi: vector.permanentlyInactive,
      intermediate: vector.intermediate,
      ltWidth: vector.ltWidth,
      dataColumns: vector.dataColumns,
      ltPrime: vector.ltPrime,
      seed: vector.systematicSeed,
    });
  });

  test('agree on the LDPC rows', () => {
    const rows = ldpcRows(shape);
    expect(rows).toHaveLength(vector.ldpcRows);
    expect(rows.at(0)).toEqual(vector.ldpcRow0);
    expect(rows.at(-1)).toEqual(vector.ldpcLastRow);
  });

  test.each(vector.droplets)('agree on the columns of droplet $id', ({ id, neighbours }) => {
    const columns = new Uint32Array(MAX_DEGREE + 1);
    const count = ltNeighbours(shape, id, columns);
    expect([...columns.subarray(0, count)]).toEqual(neighbours);
  });
});

test('columns of a droplet differ, and are as many as the profile allows', () => {
  const columns = new Uint32Array(MAX_DEGREE + 1);
  for (const k of [4, 5, 33, 1024]) {
    const shape = blockShape(k);
    for (let id = 0; id < 2000; id++) {
      const count = ltNeighbours(shape, id, columns);
      const lt = columns.subarray(0, count - 1);
      expect(new Set(lt).size).toBe(count - 1);
      expect(Math.max(...lt)).toBeLessThan(shape.ltWidth);
      expect(columns[count - 1]).toBeGreaterThanOrEqual(shape.ltWidth);
      expect(columns[count - 1]).toBeLessThan(shape.intermediate);
    }
  }
});

test('every seed of the table is the one that the search finds', () => {
  const search = openSeedSearch();
  for (let k = MIN_K; k <= MAX_K; k++) expect([k, search(k)]).toEqual([k, systematicSeed(k)]);
});

test('small seeds of the table are the least with full rank by plain elimination', () => {
  for (let k = MIN_K; k <= 64; k++) {
    const ids = Array.from({ length: k }, (_, id) => id);
    expect([k, rankDeficit(blockShape(k), ids)]).toEqual([k, 0]);
    for (let seed = 0; seed < systematicSeed(k); seed++) {
      expect(rankDeficit(shapeWithSeed(k, seed), ids)).toBeGreaterThan(0);
    }
  }
});

test.each([3, 1025, 4.5, Number.NaN, -4])('a block of %s symbols is refused', (k) => {
  expect(() => blockShape(k)).toThrow(RangeError);
});
