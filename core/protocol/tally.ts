/** Droplets of one run by what they were good for; see docs/glossary.md. */
export interface Tally {
  received: number;
  source: number;
  repair: number;
  duplicate: number;
  late: number;
  rejected: number;
  manifest: number;
  surplus: number;
}

/** The tally of a run that has not begun. */
export function noDroplets(): Tally {
  return {
    received: 0,
    source: 0,
    repair: 0,
    duplicate: 0,
    late: 0,
    rejected: 0,
    manifest: 0,
    surplus: 0,
  };
}
