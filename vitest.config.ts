import { defineConfig } from 'vitest/config';
import { RunReport } from './test/run-report.ts';

/** `TEST_RESULTS`: a folder that gets the counts of a run as JSON. */
const { PATH, TEST_RESULTS } = process.env;

/** Layers whose tests start processes, open sockets and wait for seconds of the clock on the wall. */
const REAL = ['discovery', 'e2e', 'engine', 'murky', 'node', 'security'].map(
  (layer) => `test/${layer}/**/*.test.ts`,
);

export default defineConfig({
  test: {
    // Where `ip` and `tc` are on systems that keep them from ordinary users.
    env: { PATH: `${PATH}:/usr/sbin:/sbin` },
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    tags: [
      {
        name: 'real-time',
        description:
          'Waits for a clock on the wall, a process or a socket, which a machine that is full for a moment stretches: tried twice more. The end of a run names who needed it.',
        retry: 2,
      },
    ],
    reporters: ['default', new RunReport(), ...(TEST_RESULTS ? ['json'] : [])],
    ...(TEST_RESULTS && { outputFile: { json: `${TEST_RESULTS}/unit.json` } }),
    projects: [
      { extends: true, test: { name: 'pure', include: ['test/**/*.test.ts'], exclude: REAL } },
      // Not beside those that use all of the machine.
      { extends: true, test: { name: 'real', include: REAL, sequence: { groupOrder: 1 } } },
    ],
  },
});
