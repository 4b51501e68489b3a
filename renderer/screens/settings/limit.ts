/** Limits as a person writes them: a number and a unit. */

import type { RateUnit } from '../../../preload/contract.ts';

/** Bytes per second of one of each unit. */
export const UNITS: Readonly<Record<RateUnit, number>> = { kB: 1e3, MB: 1e6, Mbit: 125e3 };

/** Bytes per second; main takes no more. */
const MAX_LIMIT = 1e12;

/** The unit in which a limit (bytes per second) is written shortest; MB/s for none. */
export function unitOf(limit: number | null): RateUnit {
  if (limit === null) return 'MB';
  const units: readonly RateUnit[] = ['MB', 'Mbit', 'kB'];
  const length = (unit: RateUnit): number => String(limit / UNITS[unit]).length;
  return units.reduce((best, unit) => (length(unit) < length(best) ? unit : best));
}

/** A limit in a unit, with the decimal sign of the locale and no groups: as it would be typed. */
export function limitText(limit: number | null, unit: RateUnit, locale: string): string {
  if (limit === null) return '';
  return new Intl.NumberFormat(locale, { useGrouping: false, maximumFractionDigits: 3 }).format(
    limit / UNITS[unit],
  );
}

/** Bytes per second, whole, of a number with a point or a comma; null for an empty text. */
export function readLimit(
  text: string,
  unit: RateUnit,
): { limit: number | null } | { wrong: 'limit' | 'limitLarge' } {
  if (text === '') return { limit: null };
  if (!/^\d+([.,]\d+)?$/.test(text)) return { wrong: 'limit' };
  const limit = Math.round(Number(text.replace(',', '.')) * UNITS[unit]);
  if (limit < 1) return { wrong: 'limit' };
  return limit > MAX_LIMIT ? { wrong: 'limitLarge' } : { limit };
}
