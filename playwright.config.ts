import { defineConfig } from 'playwright/test';

/** Where `.ci/run` reads the counts; see vitest.config.ts. */
const { TEST_RESULTS } = process.env;

export default defineConfig({
  testDir: 'test/window',
  testMatch: '**/*.spec.ts',
  outputDir: 'out/test-window',
  // Each test starts one or two apps and some peers, on two cores as often as not.
  timeout: 60_000,
  expect: { timeout: 10_000 },
  // A real window on a machine that may be full for a moment; who needed it is reported as flaky.
  retries: 1,
  workers: 1,
  forbidOnly: true,
  reporter: TEST_RESULTS ? [['list'], ['json', { outputFile: `${TEST_RESULTS}/window.json` }]] : 'list',
});
