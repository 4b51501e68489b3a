import { expect } from 'vitest';
import type { RainEvents } from './rain.ts';

/** What is said of a finished run adds up, when its servers told no lies. */
export function expectHonest({ bytes, droplets, servers, overhead, wireBytes }: RainEvents['done']): void {
  const { needed, received, source, repair, duplicate, late, rejected } = droplets;
  expect(source + repair + duplicate + late + rejected, JSON.stringify(droplets)).toBe(received);
  expect(rejected).toBe(0);
  expect(source + repair).toBeGreaterThanOrEqual(needed);
  expect(needed).toBeLessThanOrEqual(Math.ceil(bytes / 64));
  if (needed > 0) expect(overhead).toBeCloseTo(received / needed - 1, 9);
  expect(sum(servers.map((server) => server.droplets))).toBe(received);
  expect(sum(servers.map(({ share }) => share))).toBeCloseTo(received > 0 ? 1 : 0, 9);
  expect(wireBytes).toBeGreaterThanOrEqual(sum(servers.map((server) => server.bytes)));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
