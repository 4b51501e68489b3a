import { describe, expect, it } from 'vitest';
import { formatIn } from '../../renderer/format/format.ts';
import { splitName } from '../../renderer/format/middle.ts';

/** Intl joins numbers and units with no-break spaces of several kinds. */
const plain = (text: string): string => text.replace(/[\u00a0\u202f]/g, ' ');

describe('figures in English', () => {
  const format = formatIn('en');

  it('scales bytes to three figures and never to 1000 of a unit', () => {
    expect(
      [0, 1, 512, 999, 1000, 4_210, 42_100, 421_000, 999_499, 999_999, 4_213_000_000].map((n) =>
        plain(format.bytes(n)),
      ),
    ).toEqual([
      '0 bytes',
      '1 byte',
      '512 bytes',
      '999 bytes',
      '1.00 kB',
      '4.21 kB',
      '42.1 kB',
      '421 kB',
      '999 kB',
      '1.00 MB',
      '4.21 GB',
    ]);
  });

  it('says rates per second', () => {
    expect(plain(format.rate(27_120_000))).toBe('27.1 MB/s');
  });

  it('never rounds progress up', () => {
    expect(format.percent(0.99999)).toBe('99.9%');
    expect(format.percent(1)).toBe('100%');
    expect(format.percent(0.0009)).toBe('0.0%');
  });

  it('says time in its two largest units', () => {
    expect([0.2, 59, 60, 125, 3_600, 3_725, 90_000, 200_000].map((s) => plain(format.duration(s)))).toEqual([
      '1 sec',
      '59 sec',
      '1 min',
      '2 min 5 sec',
      '1 hr',
      '1 hr 2 min',
      '1 day 1 hr',
      '2 days 7 hr',
    ]);
  });
});

describe('figures in German', () => {
  const format = formatIn('de');

  it('uses its digits and words', () => {
    expect(plain(format.bytes(4_213_000_000))).toBe('4,21 GB');
    expect(plain(format.percent(0.453))).toBe('45,3 %');
    expect(plain(format.bytes(512))).toBe('512 Byte');
  });
});

describe('long names', () => {
  it('keeps the end, whole characters, and everything together', () => {
    const name = `${'a'.repeat(40)}😀😀.tar.gz`;
    const { head, tail } = splitName(name);
    expect(head + tail).toBe(name);
    expect(tail).toBe('aaa😀😀.tar.gz');
  });

  it('leaves short ones alone', () => {
    expect(splitName('holiday.zip')).toEqual({ head: 'holiday.zip', tail: '' });
  });
});
