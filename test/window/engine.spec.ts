import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { plant } from './harness/files.ts';
import { Peer } from './harness/peer.ts';
import { appFolder, writeSettings } from './harness/settings.ts';
import { expect, test } from './harness/test.ts';

test('a data folder in use is said, and tried again when it is free', async ({ folder, openApp }) => {
  const data = join(folder, 'app');
  writeSettings(data, {});
  const other = new Peer(
    ['share', plant(join(folder, 'film.mkv'), 1000), '--bind', '127.0.0.1'],
    join(appFolder(data), 'node'),
  );
  try {
    await other.event('shared');
    const window = await (await openApp({ data })).window();
    const failed = window.page.getByRole('main');
    await expect(failed).toContainText('The engine could not be opened');
    await expect(failed).toContainText('Pouring Rain is running already');
    await expect(window.linkField).toBeDisabled();

    await window.button('Try again').click();
    await expect(failed).toContainText('Pouring Rain is running already');
    await other.kill();
    await window.button('Try again').click();
    await expect(window.row('film.mkv')).toContainText('Shared');
    await expect(window.linkField).toBeEnabled();
  } finally {
    await other.kill();
  }
});

test('a damaged database is said, and left as it is', async ({ folder, openApp }) => {
  const data = join(folder, 'app');
  writeSettings(data, {});
  const database = join(appFolder(data), 'node', 'rain.db');
  mkdirSync(join(appFolder(data), 'node'));
  const damaged = Buffer.alloc(8192, 'SQLite format 3 no more ');
  writeFileSync(database, damaged);

  const window = await (await openApp({ data })).window();
  const failed = window.page.getByRole('main');
  await expect(failed).toContainText('The list of transfers is damaged');
  await expect(failed).toContainText('Move the data folder elsewhere');
  await expect(window.button('Try again')).toBeVisible();
  expect(readFileSync(database).equals(damaged)).toBe(true);
});

test('settings that cannot be read are said and kept aside, and the others hold', async ({
  folder,
  openApp,
}) => {
  const data = join(folder, 'app');
  writeSettings(data, { askBeforeDownload: false });
  const file = join(appFolder(data), 'settings.json');
  const text = readFileSync(file, 'utf8').replace('"light"', '"purple"');
  writeFileSync(file, text);

  const window = await (await openApp({ data })).window();
  await expect(window.toast('A setting cannot be used')).toContainText('theme');
  await expect(window.toast('A setting cannot be used')).toContainText('kept as settings.broken.json');
  expect(readFileSync(join(appFolder(data), 'settings.broken.json'), 'utf8')).toBe(text);
  const { settings } = await window.state();
  expect(settings).toMatchObject({ theme: 'system', askBeforeDownload: false, lan: false });
  expect(existsSync(file)).toBe(true);
});

test('a window that is not told what there is says so, and tries again', async ({ openApp }) => {
  const app = await openApp();
  const window = await app.window();
  await window.ready();
  const state = await window.state();
  await app.electron.evaluate(({ ipcMain, BrowserWindow }, later) => {
    const problem = { code: 'no-permission', message: 'It must not be said.', hint: '' };
    const answers = [{ ok: false, problem }];
    ipcMain.removeHandler('state');
    ipcMain.handle('state', () => answers.pop() ?? { ok: true, value: later });
    BrowserWindow.getAllWindows()[0].webContents.reload();
  }, state);
  const failed = window.page.getByRole('main');
  await expect(failed).toContainText('The window could not be opened');
  await expect(failed).toContainText('It must not be said.');

  await window.button('Try again').click();
  await expect(window.linkField).toBeEnabled();
});
