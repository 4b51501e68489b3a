import { describe, expect, test } from 'vitest';
import { parseLoss, parsePort, parseRate, parseSeconds, parseSize } from '../../cli/quantities.ts';

describe('parseRate', () => {
  test.each([
    ['250000', 250_000],
    ['500k', 500_000],
    ['2M', 2_000_000],
    ['2MB/s', 2_000_000],
    ['1.5MiB/s', 1_572_864],
    ['20mbit', 2_500_000],
    ['20 Mbit/s', 2_500_000],
    ['1gbit', 125_000_000],
  ])('%s', (text, rate) => {
    expect(parseRate(text)).toBe(rate);
  });

  test.each(['', '0', '-1', '2X', 'fast', '1e3', '1,5M', '0.1', 'M', '2M2', '99999999999G', '7bit/s/s'])(
    'refuses %j',
    (text) => {
      expect(() => parseRate(text)).toThrow(expect.objectContaining({ code: 'bad-rate' }));
    },
  );
});

describe('parseSize', () => {
  test.each([
    ['64MiB', 67_108_864],
    ['1G', 1_000_000_000],
    ['1gib', 1_073_741_824],
    ['512', 512],
  ])('%s', (text, size) => {
    expect(parseSize(text)).toBe(size);
  });

  test.each(['20mbit', '0', 'big', '1G/s'])('refuses %j', (text) => {
    expect(() => parseSize(text)).toThrow(expect.objectContaining({ code: 'bad-size' }));
  });
});

test.each(['0', '65536', '80.5', 'http', '-1', ''])('port %j is refused', (text) => {
  expect(() => parsePort(text)).toThrow(expect.objectContaining({ code: 'usage' }));
});

test('a time-out is positive seconds', () => {
  expect(parseSeconds('0.5')).toBe(0.5);
  expect(() => parseSeconds('0')).toThrow();
  expect(() => parseSeconds('soon')).toThrow();
});

test('a loss is percent', () => {
  expect(parseLoss('5')).toBe(0.05);
  expect(parseLoss('0%')).toBe(0);
  expect(() => parseLoss('91')).toThrow();
});
