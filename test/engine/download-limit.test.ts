import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DownloadLimit, share } from '../../core/engine/download-limit.ts';

test('equals get equal shares', () => {
  expect(share(1000, [500, 500])).toEqual([500, 500]);
});

test('what a slow server leaves goes to the others', () => {
  const [slow, fast] = share(1000, [50, 500]);
  expect(slow).toBeLessThan(200);
  expect(fast).toBeGreaterThan(900);
});

test('a slow server keeps room to become faster', () => {
  expect(share(1000, [50, 500])[0]).toBeGreaterThan(60);
});

test('shares come to about the limit, and never to more than a tenth above it', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 2000, noNaN: true }), { minLength: 1, maxLength: 16 }),
      (rates) => {
        const sum = share(1000, rates).reduce((a, b) => a + b, 0);
        expect(sum).toBeLessThanOrEqual(1100);
      },
    ),
  );
});

test('without a limit nobody is held back', () => {
  const server = { bytes: 0, ceiling: 1, live: true };
  new DownloadLimit().apply(1000, [server], 1152);
  expect(server.ceiling).toBe(Number.POSITIVE_INFINITY);
});

test('ceilings are symbols a second, headers included', () => {
  const limit = new DownloadLimit();
  limit.set(1_212_000);
  const server = { bytes: 0, ceiling: 0, live: true };
  limit.apply(1000, [server], 1152);
  server.bytes = 1_212_000;
  limit.apply(2000, [server], 1152);
  expect(server.ceiling).toBeCloseTo(1000);
});
