/** Playwright's `test` with a folder, apps and peers, all of which are gone when a test is over. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base } from 'playwright/test';
import { App, type AppOptions } from './app.ts';
import { Peer } from './peer.ts';

interface Fixtures {
  readonly folder: string;
  /** Starts an app; default: with a new data folder, and settings that keep it to the loopback. */
  readonly openApp: (options?: Partial<AppOptions>) => Promise<App>;
  /** Runs `rain` until the test is over. */
  readonly rain: (...args: readonly string[]) => Peer;
  /** Shares a path on the loopback by a `rain` process of its own. */
  readonly serve: (path: string, ...options: readonly string[]) => Peer;
  /** Fetches a link by a `rain` process of its own, into a new folder. */
  readonly get: (link: string, ...options: readonly string[]) => Peer;
}

export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what a fixture needs from here
  folder: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'rain-window-'));
    await use(folder);
    rmSync(folder, { recursive: true, force: true });
  },

  openApp: async ({ folder }, use, info) => {
    const apps: App[] = [];
    await use(async (options = {}) => {
      const app = await App.launch({ data: join(folder, `app-${apps.length}`), ...options });
      apps.push(app);
      return app;
    });
    if (info.status !== info.expectedStatus) await report(apps, info.outputDir);
    await Promise.all(apps.map((app) => app.kill()));
  },

  rain: async ({ folder }, use) => {
    const peers: Peer[] = [];
    await use((...args) => {
      const peer = new Peer(args, join(folder, `peer-${peers.length}`));
      peers.push(peer);
      return peer;
    });
    await Promise.all(peers.map((peer) => peer.kill()));
  },

  serve: async ({ rain }, use) => {
    await use((path, ...options) => rain('share', path, '--bind', '127.0.0.1', ...options));
  },

  get: async ({ folder, rain }, use) => {
    await use((link, ...options) =>
      rain('get', link, '--out', mkdtempSync(join(folder, 'got-')), ...options),
    );
  },
});

export { expect } from 'playwright/test';

/** What a person would look at first. */
async function report(apps: readonly App[], folder: string): Promise<void> {
  for (const [index, app] of apps.entries()) {
    const [page] = app.electron.windows();
    await page?.screenshot({ path: join(folder, `app-${index}.png`) }).catch(() => undefined);
    console.error(app.output);
  }
}
