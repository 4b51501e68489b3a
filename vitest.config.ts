import { defineConfig } from 'vitest/config';

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
    ...(TEST_RESULTS && { reporters: ['default', 'json'], outputFile: `${TEST_RESULTS}/unit.json` }),
    projects: [
      { extends: true, test: { name: 'pure', include: ['test/**/*.test.ts'], exclude: REAL } },
      // A machine that is full for a moment stretches seconds. Twice more, then, and the report names who needed it.
      { extends: true, test: { name: 'real', include: REAL, retry: 2, sequence: { groupOrder: 1 } } },
    ],
  },
});
