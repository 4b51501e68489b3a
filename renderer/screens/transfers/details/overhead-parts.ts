/** What the droplets of a run were good for, as parts that add up to all that were received. */
import type { DropletCounts } from '../../../../core/api.ts';

export const PARTS = ['source', 'repair', 'manifest', 'duplicate', 'late', 'rejected'] as const;
export type Part = (typeof PARTS)[number];

/**
 * Of the engine's counts, `manifest` is within `source` and `repair`: here it is taken out of them, first of the
 * source droplets, of which a manifest mostly is.
 */
export function partsOf(droplets: DropletCounts): Readonly<Record<Part, number>> {
  const { duplicate, late, rejected } = droplets;
  const manifest = Math.min(droplets.manifest, droplets.source + droplets.repair);
  const fromSource = Math.min(manifest, droplets.source);
  return {
    source: droplets.source - fromSource,
    repair: droplets.repair - (manifest - fromSource),
    manifest,
    duplicate,
    late,
    rejected,
  };
}
