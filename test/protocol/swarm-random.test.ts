import { expect, test } from 'vitest';
import { canFinish, scenarioOf, stage } from './simulation/scenario.ts';

const SEEDS = 400;
/** Long enough for the worst of links, ms of virtual time. */
const DEADLINE = 300_000;

test(`whatever happens, the file is right, or the transfer says what it waits for (${SEEDS} seeds)`, () => {
  let finished = 0;
  for (let seed = 1; seed <= SEEDS; seed++) {
    const scenario = scenarioOf(seed);
    const story = () => `seed ${seed}: ${JSON.stringify(scenario)}`;
    try {
      const swarm = stage(scenario);
      const done = swarm.run(DEADLINE);
      if (done) {
        finished++;
        expect(swarm.client.complete).toBe(true);
      } else {
        expect(canFinish(scenario), 'must not end unfinished').toBe(false);
        expect(['answer', 'resource']).toContain(swarm.client.client.waiting);
      }
      expect(swarm.client.banned, 'nobody lied').toEqual([]);
    } catch (cause) {
      throw new Error(story(), { cause });
    }
  }
  expect(finished).toBeGreaterThan(SEEDS / 2);
});
