/** Numbers with units as people write them on a command line. */
import { Failure } from '../core/failure.ts';

/** Bytes to a unit; the plain letters are powers of 1000, as network speeds and disk labels have them. */
const BYTE_UNITS = new Map<string, number>([
  ['', 1],
  ['b', 1],
  ['k', 1e3],
  ['kb', 1e3],
  ['m', 1e6],
  ['mb', 1e6],
  ['g', 1e9],
  ['gb', 1e9],
  ['t', 1e12],
  ['tb', 1e12],
  ['kib', 2 ** 10],
  ['mib', 2 ** 20],
  ['gib', 2 ** 30],
  ['tib', 2 ** 40],
]);

const BIT_UNITS = new Map<string, number>([
  ['bit', 1 / 8],
  ['kbit', 1e3 / 8],
  ['mbit', 1e6 / 8],
  ['gbit', 1e9 / 8],
]);

const RATE_UNITS = new Map([...BYTE_UNITS, ...BIT_UNITS]);

/**
 * Bytes per second of `2M`, `500k`, `1.5MiB/s`, `20mbit` or plain `250000`; at least 1.
 * Throws Failure('bad-rate').
 */
export function parseRate(text: string): number {
  const rate = quantity(text.replace(/\/s\s*$/i, ''), RATE_UNITS);
  if (rate === undefined) {
    throw new Failure(
      'bad-rate',
      `"${text}" is no rate`,
      'Write bytes per second such as 500k, 2M or 1.5MiB, or bits such as 20mbit.',
    );
  }
  return rate;
}

/** Bytes of `64MiB`, `1G`, `500kB` or plain `1048576`; at least 1. Throws Failure('bad-size'). */
export function parseSize(text: string): number {
  const size = quantity(text, BYTE_UNITS);
  if (size === undefined) {
    throw new Failure('bad-size', `"${text}" is no size`, 'Write bytes such as 500k, 64MiB or 1G.');
  }
  return size;
}

/** Throws Failure('usage'). */
export function parsePort(text: string): number {
  return integer(text, 1, 65_535, 'port');
}

/** Seconds, fractions too. Throws Failure('usage'). */
export function parseSeconds(text: string): number {
  const seconds = decimal(text);
  if (seconds === undefined || seconds <= 0 || seconds > 1e6) {
    throw new Failure('usage', `"${text}" is no time-out`, 'Write seconds, such as 30.');
  }
  return seconds;
}

/** A share of 1 from `5` or `5%`; from 0 to 0.9. Throws Failure('usage'). */
export function parseLoss(text: string): number {
  const percent = decimal(text.replace(/%$/, ''));
  if (percent === undefined || percent > 90) {
    throw new Failure('usage', `"${text}" is no loss`, 'Write percent from 0 to 90, such as 5.');
  }
  return percent / 100;
}

/** Throws Failure('usage') outside `least`..`most`. */
export function integer(text: string, least: number, most: number, what: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most)) {
    throw new Failure('usage', `"${text}" is no ${what}`, `Write a whole number from ${least} to ${most}.`);
  }
  return value;
}

function quantity(text: string, units: ReadonlyMap<string, number>): number | undefined {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(text);
  const unit = match === null ? undefined : units.get(match[2].toLowerCase());
  if (match === null || unit === undefined) {
    return undefined;
  }
  const value = Math.floor(Number(match[1]) * unit);
  return value >= 1 && Number.isSafeInteger(value) ? value : undefined;
}

function decimal(text: string): number | undefined {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}
