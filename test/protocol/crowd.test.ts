/** The short form of `npm run bench -- scale`. */
import { beforeAll, describe, expect, test } from 'vitest';
import { Crowd } from './simulation/crowd.ts';
import type { CrowdOutcome } from './simulation/crowd-outcome.ts';
import { megabits } from './simulation/swarm.ts';

const SYMBOLS = 200;

describe('sixty clients of five servers, some of which leave and come back or serve on', () => {
  let outcome: CrowdOutcome;

  beforeAll(() => {
    outcome = new Crowd({
      clients: 60,
      servers: 5,
      seed: 1,
      symbols: SYMBOLS,
      arrivals: 10_000,
      patience: 120_000,
      uploadLimit: megabits(5),
    }).run();
  });

  test('all finish, those too that left half way', () => {
    expect(outcome.left).toBeGreaterThan(0);
    expect(outcome.visits.filter(({ took }) => took === undefined)).toEqual([]);
  });

  test('receive not much more than so small a resource has', () => {
    const received = outcome.visits.reduce((sum, visit) => sum + visit.received, 0);
    expect(received / (SYMBOLS * outcome.visits.length)).toBeLessThan(1.3);
  });

  test('lean on all servers alike', () => {
    const used = outcome.servers.map((server) => server.used);
    const sum = used.reduce((total, value) => total + value, 0);
    const squares = used.reduce((total, value) => total + value * value, 0);
    expect((sum * sum) / (used.length * squares)).toBeGreaterThan(0.6);
  });

  test('hear of those that serve on, and are poured to by them', () => {
    expect(outcome.seeds).toBeGreaterThan(0);
    expect(outcome.seeded).toBeGreaterThan(0.1 * outcome.traffic.rain);
  });
});
