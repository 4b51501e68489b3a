import { join } from 'node:path';
import { Tmpfs, whyNoTmpfs } from '../e2e/tmpfs.ts';
import { digest, plant } from './harness/files.ts';
import { downloadFolder } from './harness/settings.ts';
import { expect, test } from './harness/test.ts';

const MEGABYTE = 1_000_000;

const why = whyNoTmpfs();
test.skip(why !== undefined, `SKIPPED: a full disk, since ${why}`);

test('a full disk is said with what to do, in the question and in the row, which goes on when there is room', async ({
  folder,
  openApp,
  serve,
}) => {
  const film = plant(join(folder, 'film.mkv'), 4 * MEGABYTE);
  const link = await serve(film).link();
  const data = join(folder, 'app');
  using disk = new Tmpfs(downloadFolder(data), 8 * MEGABYTE);
  const empty = disk.fill();
  const app = await openApp({ data });
  const window = await app.window();

  await window.paste(link);
  const { dialog } = window;
  await expect(dialog).toContainText(/Only [\d.]+ \w+ free there: [34]\.\d+ MB too little/);
  await dialog.getByRole('button', { name: 'Fetch', exact: true }).click();
  await expect(dialog).toContainText('There is not enough room');
  await expect(dialog).toContainText('Free some space or choose another folder.');
  await expect(window.row('film.mkv')).toContainText('Waiting for your answer');
  await dialog.getByRole('button', { name: 'Don’t fetch' }).click();
  await expect(window.rows).toHaveCount(0);

  await window.page.evaluate(() => rain.changeSettings({ askBeforeDownload: false }));
  await window.paste(link);
  await expect(window.row('film.mkv')).toContainText('There is not enough room', { timeout: 20_000 });
  await expect(await window.open('film.mkv')).toContainText('Free some space or choose another folder.');

  await expect(window.row('film.mkv')).toContainText('Stalled');

  empty();
  await expect(window.row('film.mkv')).toContainText('Done', { timeout: 30_000 });
  expect(digest(join(app.downloads, 'film.mkv'))).toBe(digest(film));
  await app.quit();
});
