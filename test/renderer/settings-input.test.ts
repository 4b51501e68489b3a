import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isAddress, portOf } from '../../renderer/screens/settings/addresses.ts';
import { limitText, readLimit, UNITS, unitOf } from '../../renderer/screens/settings/limit.ts';

test('a port is a whole number from 1 to 65535', () => {
  expect(portOf('1')).toBe(1);
  expect(portOf('65535')).toBe(65_535);
  for (const text of ['0', '65536', '-1', '1.5', '1e3', 'x', '']) expect(portOf(text), text).toBeUndefined();
});

test('an address is of either family, and nothing that has to be looked up', () => {
  for (const text of ['192.168.1.20', '0.0.0.0', '::', '::1', 'fe80::1%eth0', '::ffff:192.0.2.1'])
    expect(isAddress(text), text).toBe(true);
  for (const text of [
    '',
    '256.1.1.1',
    '1.2.3',
    'localhost',
    'example.org',
    '[::1]',
    '::g',
    'fe80::1%',
    '::1]/a',
  ])
    expect(isAddress(text), text).toBe(false);
});

describe('a limit', () => {
  test('is read with a point or a comma, and is none when nothing is written', () => {
    expect(readLimit('2.5', 'MB')).toEqual({ limit: 2_500_000 });
    expect(readLimit('2,5', 'MB')).toEqual({ limit: 2_500_000 });
    expect(readLimit('20', 'Mbit')).toEqual({ limit: 2_500_000 });
    expect(readLimit('', 'kB')).toEqual({ limit: null });
  });

  test('is no number that limits nothing or everything', () => {
    for (const text of ['0', '0.0001', '-1', '1e9', '1.000.000', 'fast'])
      expect(readLimit(text, 'kB'), text).toEqual({ wrong: 'limit' });
    expect(readLimit('1000001', 'MB')).toEqual({ wrong: 'limitLarge' });
  });

  test('is shown in the unit in which it was most likely written', () => {
    expect(unitOf(5_000_000)).toBe('MB');
    expect(unitOf(2_500_000)).toBe('Mbit');
    expect(unitOf(300_000)).toBe('MB');
    expect(unitOf(64_000)).toBe('kB');
    expect(unitOf(null)).toBe('MB');
  });

  test('is read again as what it was shown as', () => {
    const units = Object.keys(UNITS) as (keyof typeof UNITS)[];
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 99_999 }),
        fc.constantFrom(...units),
        fc.constantFrom('en', 'de'),
        (number, unit, locale) => {
          const limit = number * UNITS[unit];
          expect(readLimit(limitText(limit, unit, locale), unit)).toEqual({ limit });
        },
      ),
    );
  });
});
