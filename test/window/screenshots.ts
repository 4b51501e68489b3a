/** Every screen, light and dark, at an ordinary size and at the smallest: `npm run screenshots`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LossyLink } from '../../cli/lossy-link.ts';
import type { App } from './harness/app.ts';
import { plant } from './harness/files.ts';
import { withServer } from './harness/peer.ts';
import { expect, test } from './harness/test.ts';
import type { AppWindow } from './harness/window.ts';

const PICTURES = fileURLToPath(new URL('../../docs/screenshots', import.meta.url));
const THEMES = ['light', 'dark'] as const;
const ORDINARY = [1280, 800] as const;
const SMALLEST = [640, 480] as const;

const FILM = 'Rain over the harbour.mkv';
const FILM_BYTES = 120e6;
/** Of each of three servers: slow enough to be caught in the middle. */
const LIMITS = ['20mbit', '10mbit', '5mbit'];
const NOBODY = 'rain:5eed0f0123456789?n=Expedition%20notes.zip';

test.beforeAll(() => {
  mkdirSync(PICTURES, { recursive: true });
});

test('first run, and an engine that does not start', async ({ openApp }) => {
  const app = await openApp();
  const window = await app.window();
  await window.button('Share').click({ trial: true });
  await take(app, window, 'first-run', [ORDINARY, SMALLEST]);
  await app.quit();

  writeFileSync(join(app.data, 'app', 'node', 'rain.db'), 'no database, but the minutes of a meeting');
  const again = await openApp({ data: app.data });
  const failed = await again.window();
  await failed.button('Try again').waitFor();
  await take(again, failed, 'engine-failed', [ORDINARY]);
});

test('transfers, shares and dialogs', async ({ openApp, folder, serve, get }) => {
  const film = plant(join(folder, FILM), FILM_BYTES);
  const peers = LIMITS.map((limit) => serve(film, '--public', '--limit', limit));
  const links = await Promise.all(peers.map((peer) => peer.link()));
  const ports = links.map((link) => Number(/:(\d+)$/.exec(link)?.[1]));
  const lossy = await LossyLink.open({ to: ports[2], loss: 0.05, seed: 7 });
  const link = [ports[0], ports[1], lossy.port].reduce(
    (whole, port) => withServer(whole, `127.0.0.1:${port}`),
    links[0].replace(/[?&]s=.*$/, ''),
  );

  const app = await openApp();
  const window = await app.window();
  const photos = join(folder, 'Photos of the summer');
  for (const name of ['beach.jpg', 'boats.jpg', 'storm.jpg']) plant(join(photos, name), 3e6);
  await window.drop([photos]);
  await window.drop([plant(join(folder, 'Minutes of the meeting in November.pdf'), 400e3)]);
  await expect(window.rows).toHaveCount(2);
  await expect.poll(async () => (await window.share('Photos of the summer')).state).toBe('serving');
  const small = serve(plant(join(folder, 'Timetable.ods'), 90e3));
  await fetchWhole(window, await small.link());
  await fetchHeld(window, NOBODY);

  await fetchHeld(window, link);
  await expect.poll(async () => (await window.transfer(FILM)).state).toBe('held');
  await take(app, window, 'question', [ORDINARY, SMALLEST]);
  await window.dialog.getByRole('button', { name: 'Fetch', exact: true }).click();
  await expect.poll(async () => (await window.transfer(FILM)).verified).toBeGreaterThan(FILM_BYTES / 5);
  await take(app, window, 'transfers', [ORDINARY, SMALLEST]);
  await (await window.open(FILM)).waitFor();
  await expect.poll(async () => (await window.transfer(FILM)).verified).toBeGreaterThan(FILM_BYTES / 3);
  await take(app, window, 'transfer', [ORDINARY, SMALLEST]);
  await window.row(FILM).press('ArrowLeft');

  const photosShare = await window.share('Photos of the summer');
  const client = get(
    withServer(photosShare.link, `127.0.0.1:${(await window.state()).node.port}`),
    '--limit',
    '2mbit',
  );
  await client.event('progress');
  await (await window.open('Photos of the summer')).waitFor();
  await take(app, window, 'share', [ORDINARY]);
  await window.row('Photos of the summer').press('ArrowLeft');

  await (await window.open('Expedition notes.zip')).waitFor();
  await take(app, window, 'waiting', [ORDINARY]);
  await window.row('Expedition notes.zip').press('ArrowLeft');

  await window.row('Timetable.ods').press('Delete');
  await window.dialog.waitFor();
  await take(app, window, 'remove', [ORDINARY]);
  await window.page.keyboard.press('Escape');

  await window.linkField.fill('rain:not-an-id');
  await window.linkField.press('Enter');
  await window.page.getByRole('alert').waitFor();
  await take(app, window, 'bad-link', [ORDINARY]);
  await window.page.keyboard.press('Escape');
  lossy.close();
});

test('settings and about', async ({ openApp }) => {
  const app = await openApp();
  const window = await app.window();
  await window.goTo('Settings');
  await take(app, window, 'settings', [ORDINARY, SMALLEST]);
  await window.goTo('About');
  await take(app, window, 'about', [ORDINARY, SMALLEST]);
});

test('store', async ({ openApp, folder, rain: run }) => {
  const app = await openApp({ settings: { store: true, storePort: 8042 } });
  const window = await app.window();
  await window.goTo('Store');
  await window.page.getByText('No entries yet').waitFor();
  await take(app, window, 'store-empty', [ORDINARY, SMALLEST]);

  const peer = run('node', '--http', '127.0.0.1:0');
  const { http, port } = await peer.event('listening');
  await window.page.evaluate((address) => rain.addServer({ address }), `127.0.0.1:${port}`);
  await window.page.evaluate(() => rain.addServer({ address: '127.0.0.1:9' }));
  const files = ['Harbour.mp4', 'Timetable.pdf', 'Boats.jpg', 'Storm.jpg', 'Notes'].map((name, at) =>
    plant(join(folder, name), [48e6, 400e3, 3.2e6, 2.9e6, 700][at]),
  );
  await app.answerDialogs(files);
  await window.button('Put files…').click();
  await window.dialog.waitFor();
  await take(app, window, 'store-put', [ORDINARY]);
  await window.dialog.getByRole('button', { name: 'Choose files…' }).click();
  const page = { method: 'PUT', body: '<h1>Rain</h1>', headers: { 'content-type': 'text/html' } };
  for (const id of [42, 1980, 2012]) await fetch(`http://${http}/${id}`, page);
  await expect(window.page.getByRole('grid').locator('[data-index]')).toHaveCount(8);
  await window.page.getByRole('row', { name: '000000000000002a' }).focus();
  await window.page.keyboard.press('Delete');
  await window.dialog.waitFor();
  await take(app, window, 'store-delete', [ORDINARY]);
  await window.dialog.getByRole('button', { name: 'Delete everywhere' }).click();
  await expect(window.page.getByRole('grid').locator('[data-index]')).toHaveCount(7);
  // The words that say so go by themselves.
  await expect(window.toast('The entry is deleted everywhere')).toHaveCount(0);
  await take(app, window, 'store', [ORDINARY, SMALLEST]);
  await window.button('Peers 2').click();
  await window.page.getByRole('row', { name: /Does not answer/ }).waitFor();
  await take(app, window, 'store-peers', [ORDINARY, SMALLEST]);
  await window.button('Recent').click();
  await window.page.getByRole('row', { name: /^Deleted here/ }).waitFor();
  await take(app, window, 'store-recent', [ORDINARY, SMALLEST]);
  await window.goTo('Settings');
  await window.page.getByRole('link', { name: 'Store' }).click();
  await take(app, window, 'store-settings', [ORDINARY, SMALLEST]);
});

async function fetchHeld(window: AppWindow, link: string): Promise<void> {
  await window.linkField.fill(link);
  await window.linkField.press('Enter');
  await window.dialog.waitFor();
  if (link !== NOBODY) return;
  await window.dialog.getByRole('button', { name: /background/i }).click();
}

async function fetchWhole(window: AppWindow, link: string): Promise<void> {
  await window.linkField.fill(link);
  await window.linkField.press('Enter');
  await window.dialog.getByRole('button', { name: 'Fetch', exact: true }).click();
  await expect.poll(async () => (await window.transfer('Timetable.ods')).state).toBe('done');
}

/** In both themes; motion has come to rest, and nothing is under the pointer. */
async function take(
  app: App,
  window: AppWindow,
  name: string,
  sizes: readonly (readonly [number, number])[],
): Promise<void> {
  await window.page.mouse.move(0, 0);
  for (const [width, height] of sizes) {
    await app.resize(width, height);
    for (const theme of THEMES) {
      await window.page.evaluate((chosen) => rain.changeSettings({ theme: chosen }), theme);
      await window.page.waitForFunction(
        (dark) => matchMedia('(prefers-color-scheme: dark)').matches === dark,
        theme === 'dark',
      );
      const size = width === ORDINARY[0] ? '' : '-small';
      const picture = await window.page.screenshot({ animations: 'disabled' });
      writeFileSync(join(PICTURES, `${name}${size}-${theme}.png`), picture);
    }
  }
}
