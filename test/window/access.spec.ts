import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { examine } from './harness/examine.ts';
import { plant } from './harness/files.ts';
import { appFolder, writeSettings } from './harness/settings.ts';
import { expect, test } from './harness/test.ts';

const MEGABYTE = 1_000_000;

test('first run, screens and messages can be reached by everybody', async ({ openApp }) => {
  test.setTimeout(120_000);
  const app = await openApp();
  const window = await app.window();
  await window.ready();
  await examine(app, 'first run');
  await window.goTo('Settings');
  await examine(app, 'settings');
  await window.goTo('About');
  await examine(app, 'about');
  await window.goTo('Transfers');
  await app.electron.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0].webContents.send('online', false),
  );
  await expect(window.page.getByText('This computer is offline')).toBeVisible();
  await app.copy('rain:0123456789abcdef?n=film.mkv');
  await app.focus();
  await expect(window.page.getByText('Your clipboard holds a link')).toBeVisible();
  await examine(app, 'offline, with an offer');
  await window.button('Share').click();
  await expect(window.page.getByRole('menu')).toBeVisible();
  await examine(app, 'menu');
  await window.page.keyboard.press('Escape');
  await window.paste('no link');
  await expect(window.dialog).toBeVisible();
  await examine(app, 'bad link');
});

test('rows of every kind, open and closed, and their dialogs can be reached by everybody', async ({
  folder,
  openApp,
  serve,
}) => {
  test.setTimeout(120_000);
  const long = `a name that is ${'very '.repeat(20)}long.mkv`;
  const fast = await serve(plant(join(folder, 'done.bin'), 1000)).link();
  const slow = await serve(plant(join(folder, 'slow.bin'), 20 * MEGABYTE), '--limit', '300k').link();
  const app = await openApp({ settings: { askBeforeDownload: false } });
  const window = await app.window();
  await window.drop([plant(join(folder, long), 1000)]);
  await expect(window.rows).toContainText('Shared');
  await window.paste('rain:0123456789abcdef');
  await expect(window.row('Unnamed, 0123456789abcdef')).toBeVisible();
  await window.paste(fast);
  await expect(window.row('done.bin')).toContainText('Done');
  await window.paste(slow);
  await expect(window.row('slow.bin')).toContainText('Fetching');
  await examine(app, 'list');

  for (const name of ['slow.bin', 'done.bin', 'Unnamed, 0123456789abcdef', long]) {
    await expect(await window.open(name)).toBeVisible();
    await examine(app, `open row of ${name}`);
  }
  for (const name of ['done.bin', long]) {
    await window.row(name).press('Delete');
    await expect(window.dialog).toBeVisible();
    await examine(app, `removing ${name}`);
    await window.page.keyboard.press('Escape');
  }
  await window.row(long).press('Delete');
  await window.page.keyboard.press('Escape');

  await window.page.evaluate(() => rain.changeSettings({ askBeforeDownload: true }));
  await window.paste(await serve(plant(join(folder, 'asked.bin'), 1000)).link());
  await expect(window.dialog).toHaveAccessibleName('Fetch this?');
  await examine(app, 'question before a download');
  await window.page.keyboard.press('Escape');
  await window.paste('rain:fedcba9876543210');
  await expect(window.dialog).toHaveAccessibleName('Looking for servers');
  await examine(app, 'search for servers');
});

test('an engine that failed can be reached by everybody', async ({ folder, openApp }) => {
  const data = join(folder, 'app');
  writeSettings(data, {});
  mkdirSync(join(appFolder(data), 'node'));
  writeFileSync(join(appFolder(data), 'node', 'rain.db'), Buffer.alloc(8192, 'no database '));
  const app = await openApp({ data });
  await expect((await app.window()).button('Try again')).toBeVisible();
  await examine(app, 'engine failed');
});
