import { expect, test } from 'vitest';
import { canFinish, scenarioOf, stage } from './simulation/scenario.ts';

/** Seeds of each run, and the first of each. */
const SEEDS = 100;
const RUNS = [1, 101, 201, 301];
/** Long enough for the worst of links, ms of virtual time. */
const DEADLINE = 300_000;

test.each(RUNS)(
  'whatever happens, the file is right, or the transfer says what it waits for (100 seeds from %i)',
  (first) => {
    let finished = 0;
    for (let seed = first; seed < first + SEEDS; seed++) {
      const scenario = scenarioOf(seed);
      try {
        const swarm = stage(scenario);
        if (swarm.run(DEADLINE)) {
          finished++;
          expect(swarm.client.complete).toBe(true);
        } else {
          expect(canFinish(scenario), 'must not end unfinished').toBe(false);
          expect(['answer', 'gone', 'resource', 'withdrawn']).toContain(swarm.client.client.waiting);
        }
        expect(swarm.client.banned, 'nobody lied').toEqual([]);
      } catch (cause) {
        throw new Error(`seed ${seed}: ${JSON.stringify(scenario)}`, { cause });
      }
    }
    expect(finished).toBeGreaterThan(SEEDS / 2);
  },
);
