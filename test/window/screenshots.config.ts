import { defineConfig } from 'playwright/test';

/** `npm run screenshots`: no test of anything, but every screen as it is, into docs/screenshots. */
export default defineConfig({
  testDir: '.',
  testMatch: 'screenshots.ts',
  outputDir: '../../out/test-window',
  timeout: 180_000,
  expect: { timeout: 30_000 },
  workers: 1,
  reporter: 'list',
});
