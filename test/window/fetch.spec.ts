import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright/test';
import { freePort } from '../e2e/free-port.ts';
import { digest, plant } from './harness/files.ts';
import { withServer } from './harness/peer.ts';
import { expect, test } from './harness/test.ts';

const MEGABYTE = 1_000_000;

test('a pasted link is asked about, then rains down in a chart, a table, overhead and blocks', async ({
  folder,
  openApp,
  serve,
}) => {
  const film = plant(join(folder, 'film.mkv'), 12 * MEGABYTE);
  const first = await serve(film, '--limit', '1M').link();
  const addresses = [serverOf(first), serverOf(await serve(film, '--limit', '1M', '--as', first).link())];
  const link = withServer(first, addresses[1]);
  const app = await openApp();
  const window = await app.window();
  mkdirSync(app.downloads);

  await window.paste(link);
  const { dialog } = window;
  await expect(dialog).toHaveAccessibleName('Fetch this?');
  await expect(dialog).toContainText('film.mkv');
  await expect(dialog).toContainText('12.0 MB · 1 file');
  await expect(dialog).toContainText('Private');
  await expect(dialog).toContainText(app.downloads);
  await expect(dialog).toContainText(/[\d.]+ [kMGTP]B free there/);
  await expect(window.row('film.mkv')).toContainText('Waiting for your answer');
  expect((await window.transfer('film.mkv')).verified).toBe(0);

  const elsewhere = join(folder, 'elsewhere');
  mkdirSync(elsewhere);
  await app.answerDialogs([elsewhere]);
  await dialog.getByRole('button', { name: 'Change…' }).click();
  await expect(dialog).toContainText(elsewhere);
  await dialog.getByRole('button', { name: 'Fetch', exact: true }).click();
  await expect(window.row('film.mkv')).toContainText('Fetching');
  const details = await window.open('film.mkv');
  for (const address of addresses) {
    const server = details.getByRole('row').filter({ hasText: address });
    await expect(server).toContainText('in the link');
    await expect(server.getByRole('cell').nth(0)).toHaveText(/^[\d.]+ [kM]B\/s$/);
    await expect(server.getByRole('cell').nth(1)).toHaveText(/^[1-9]\d?(\.\d)?%$/);
    await expect(server.getByRole('cell').nth(3)).toHaveText(/^[\d.]+ ms$/);
    await expect(server.getByRole('cell').nth(4)).toHaveText(/^[\d,]{3,}$/);
    await expect(server).toContainText('Pouring');
  }

  const chart = details.getByRole('img', { name: /now, at most/ });
  await expect(chart).toHaveAccessibleName(
    /^[\d.]+ [kM]B\/s now, at most [\d.]+ [kM]B\/s .*127\.0\.0\.1:\d+: [\d.]+ [kM]B\/s$/,
  );
  for (const address of addresses) await expect(chart).toHaveAccessibleName(new RegExp(`${address}: [1-9]`));
  await expect.poll(() => colours(chart.locator('canvas'))).toBeGreaterThan(2);
  const blocks = details.getByRole('img', { name: /blocks verified$/ });
  await expect(blocks).toHaveAccessibleName(/^[1-9][\d.]*% of \d+ blocks verified$/);
  await expect.poll(() => colours(blocks)).toBeGreaterThan(1);
  await expect(details).toContainText(/[\d,]+ droplets received, [\d,]+ needed; [\d.]+ MB on the wire/);
  for (const part of ['Source', 'Repair of loss', 'Manifest', 'Duplicate', 'Late', 'Rejected']) {
    await expect(details.getByRole('term').filter({ hasText: part })).toBeVisible();
  }

  await expect(window.row('film.mkv')).toContainText('Done, sharing it on', { timeout: 30_000 });
  const { path, droplets, verified } = await window.transfer('film.mkv');
  expect(path).toBe(join(elsewhere, 'film.mkv'));
  expect(digest(join(elsewhere, 'film.mkv'))).toBe(digest(film));
  expect(verified).toBe(12 * MEGABYTE);
  const { received, source, repair, duplicate, late, rejected } = droplets;
  expect(source + repair + duplicate + late + rejected).toBe(received);
});

test('a link goes from one window to another, by its field, as dropped text, and from the clipboard', async ({
  folder,
  openApp,
}) => {
  const first = plant(join(folder, 'first.bin'), MEGABYTE);
  const second = plant(join(folder, 'second.bin'), MEGABYTE);
  const third = plant(join(folder, 'third.bin'), MEGABYTE);
  const giving = await openApp();
  const from = await giving.window();
  for (const path of [first, second, third]) await from.drop([path]);
  await expect(from.rows.filter({ hasText: 'Shared' })).toHaveCount(3);
  const address = await from.address();
  const linkOf = async (name: string) => withServer((await from.share(name)).link, address);

  const taking = await openApp({ settings: { askBeforeDownload: false } });
  const to = await taking.window();
  await to.linkField.fill(await linkOf('first.bin'));
  await to.linkField.press('Enter');
  await expect(to.row('first.bin')).toContainText('Done');
  expect(digest(join(taking.downloads, 'first.bin'))).toBe(digest(first));

  await to.dropText(await linkOf('second.bin'));
  await expect(to.row('second.bin')).toContainText('Done');
  expect(digest(join(taking.downloads, 'second.bin'))).toBe(digest(second));

  await taking.copy(await linkOf('third.bin'));
  await taking.focus();
  await expect(to.page.getByText('Your clipboard holds a link')).toBeVisible();
  await to.button('Fetch it').click();
  await expect(to.row('third.bin')).toContainText('Done');
  expect(digest(join(taking.downloads, 'third.bin'))).toBe(digest(third));
  // What is here already is shown, and not offered again.
  await taking.focus();
  await expect(to.page.getByText('Your clipboard holds a link')).toBeHidden();
  await to.paste(await linkOf('first.bin'));
  await expect(to.toast('This is here already')).toBeVisible();
  await expect(to.row('first.bin')).toBeFocused();
  await expect(to.rows).toHaveCount(3);
});

test('a second start hands its link to the first, which asks in any case', async ({
  folder,
  openApp,
  serve,
}) => {
  const film = plant(join(folder, 'film.mkv'), MEGABYTE);
  const link = await serve(film).link();
  const app = await openApp({ settings: { askBeforeDownload: false } });
  const window = await app.window();

  expect(await app.startAgain(link)).toBe(0);
  await expect(window.dialog).toHaveAccessibleName('Another program opened a link');
  await app.focus();
  await expect(window.dialog).toContainText('film.mkv');
  await expect(window.rows).toHaveCount(0);
  await window.dialog.getByRole('button', { name: 'Contact and fetch' }).click();
  await expect(window.row('film.mkv')).toContainText('Done');

  await app.startAgain('rain:no-link-at-all');
  await expect(window.dialog).toContainText('This is not a link');
  await expect(window.dialog).toContainText('rain:no-link-at-all');
});

test('what is no link says why, beside the field or in a dialog that takes another one', async ({
  folder,
  openApp,
  serve,
}) => {
  const window = await (await openApp()).window();
  await window.linkField.fill('0123-4567');
  await window.linkField.press('Enter');
  const said = window.page.getByRole('alert').filter({ hasText: 'This is not a link' });
  await expect(said).toContainText('16 digits');
  await expect(window.linkField).toHaveAccessibleDescription(/This is not a link/);
  await window.linkField.fill('');
  await expect(said).toBeHidden();
  await window.linkField.blur();

  await window.paste('just some words');
  await expect(window.dialog).toHaveAccessibleName('This is not a link');
  await expect(window.dialog).toContainText('just some words');
  await expect(window.rows).toHaveCount(0);
  await window.paste(await serve(plant(join(folder, 'film.mkv'), 1000)).link());
  await expect(window.dialog).toHaveAccessibleName('Fetch this?');
  await window.dialog.getByRole('button', { name: 'Don’t fetch' }).click();
  await expect(window.rows).toHaveCount(0);
});

test('without a server the row waits, says where it looked, and begins by itself when one appears', async ({
  folder,
  openApp,
  serve,
}) => {
  const film = plant(join(folder, 'film.mkv'), MEGABYTE);
  const port = String(await freePort());
  const gone = serve(film, '--port', port);
  const link = await gone.link();
  await gone.kill();
  const app = await openApp({ settings: { askBeforeDownload: false } });
  const window = await app.window();

  await window.paste(link);
  await expect(window.row('film.mkv')).toContainText('Waiting: asked 1 server, none pours now');
  const details = await window.open('film.mkv');
  await expect(details).toContainText('No server answers');
  await expect(details).toContainText(`Asked: 127.0.0.1:${port}`);
  await expect(details).toContainText('Finding servers on the local network is off');
  await expect(details).toContainText('Add a server that has it to your list');

  const back = serve(film, '--port', port, '--as', link);
  await back.event('shared');
  await expect(window.row('film.mkv')).toContainText('Done', { timeout: 30_000 });
  expect(digest(join(app.downloads, 'film.mkv'))).toBe(digest(film));
});

/** The last address that a link names. */
function serverOf(link: string): string {
  return link.slice(link.lastIndexOf('=') + 1);
}

/** How many colours are drawn. */
function colours(canvas: Locator): Promise<number> {
  return canvas.evaluate((element) => {
    if (!(element instanceof HTMLCanvasElement)) throw new TypeError('not a canvas');
    const pixels = element.getContext('2d')?.getImageData(0, 0, element.width, element.height).data;
    return new Set(new Uint32Array(pixels?.buffer ?? new ArrayBuffer(0))).size;
  });
}
