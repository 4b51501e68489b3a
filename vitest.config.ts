import { defineConfig } from 'vitest/config';

const { PATH } = process.env;

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'core/**/*.test.ts', 'cli/**/*.test.ts'],
    // Where `ip` and `tc` are on systems that keep them from ordinary users.
    env: { PATH: `${PATH}:/usr/sbin:/sbin` },
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
