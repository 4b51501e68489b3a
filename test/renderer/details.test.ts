import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blockGrid } from '../../renderer/screens/transfers/details/block-grid.ts';
import { PARTS, partsOf } from '../../renderer/screens/transfers/details/overhead-parts.ts';

describe('parts of what was received', () => {
  it('add up to it, the manifest counted once', () => {
    const count = fc.nat({ max: 100_000 });
    fc.assert(
      fc.property(
        count,
        count,
        count,
        count,
        count,
        count,
        (source, repair, duplicate, late, rejected, manifest) => {
          const received = source + repair + duplicate + late + rejected;
          const within = Math.min(manifest, source + repair);
          const parts = partsOf({
            needed: 0,
            received,
            source,
            repair,
            duplicate,
            late,
            rejected,
            manifest: within,
            surplus: 0,
          });
          expect(PARTS.reduce((sum, part) => sum + parts[part], 0)).toBe(received);
          expect(parts.manifest).toBe(within);
          expect(Math.min(...Object.values(parts))).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });
});

describe('the grid of blocks', () => {
  it('has room for all cells, fills the width, and lets none be too narrow', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 512 }), fc.integer({ min: 20, max: 2000 }), (cells, width) => {
        const { columns, rows, step } = blockGrid(cells, width, 9);
        expect(columns * rows).toBeGreaterThanOrEqual(cells);
        expect(columns * (rows - 1)).toBeLessThan(cells);
        expect(columns * step).toBeCloseTo(width);
        expect(step).toBeGreaterThanOrEqual(9);
      }),
    );
  });
});
