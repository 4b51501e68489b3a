import { defineConfig } from 'vitest/config';

/** `TEST_RESULTS`: a folder that gets the counts of a run as JSON. */
const { PATH, TEST_RESULTS } = process.env;

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Where `ip` and `tc` are on systems that keep them from ordinary users.
    env: { PATH: `${PATH}:/usr/sbin:/sbin` },
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    ...(TEST_RESULTS && { reporters: ['default', 'json'], outputFile: `${TEST_RESULTS}/unit.json` }),
  },
});
