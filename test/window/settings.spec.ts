import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../e2e/free-port.ts';
import { digest, plant } from './harness/files.ts';
import { expect, test } from './harness/test.ts';

const MEGABYTE = 1_000_000;

test('all settings apply at once and are kept over a restart', async ({ folder, openApp, serve }) => {
  const film = plant(join(folder, 'film.mkv'), 3 * MEGABYTE);
  const link = await serve(film).link();
  const port = String(await freePort());
  const app = await openApp();
  const window = await app.window();
  const { page } = window;
  await window.drop([plant(join(folder, 'own.bin'), 1000)]);
  await expect(window.row('own.bin')).toContainText('Shared');
  await window.goTo('Settings');

  const elsewhere = join(folder, 'elsewhere');
  mkdirSync(elsewhere);
  await app.answerDialogs([elsewhere]);
  await window.button('Choose…').click();
  await expect(page.getByText(elsewhere)).toBeVisible();
  await page.getByRole('switch', { name: 'Ask before a download' }).click();
  await page.getByRole('switch', { name: 'Share on what was fetched' }).click();
  await page.getByRole('textbox', { name: 'UDP port' }).fill(port);
  await page.getByRole('textbox', { name: 'UDP port' }).press('Enter');
  await expect(page.getByText(`In use now: ${port}.`)).toBeVisible();
  await expect(page.getByText(`127.0.0.1:${port}`)).toBeVisible();
  await page.getByRole('textbox', { name: 'Upload limit' }).fill('3');
  await page.getByRole('combobox', { name: 'Unit of the download limit' }).selectOption('kB/s');
  await page.getByRole('textbox', { name: 'Download limit' }).fill('1000');
  await page.getByRole('textbox', { name: 'Download limit' }).press('Enter');
  await page.getByRole('radio', { name: 'Quit' }).click();
  const autostart = join(app.data, 'config', 'autostart', 'pouring-rain.desktop');
  await page.getByRole('switch', { name: 'Start at login' }).click();
  await expect.poll(() => existsSync(autostart)).toBe(true);
  const wanted = {
    downloadFolder: elsewhere,
    askBeforeDownload: false,
    seed: false,
    port: Number(port),
    uploadLimit: 3_000_000,
    downloadLimit: 1_000_000,
    onClose: 'quit',
    startAtLogin: true,
  };
  await expect.poll(async () => (await window.state()).settings).toMatchObject(wanted);

  // Three megabytes at one a second; nothing asks, and it goes to the new folder.
  const began = performance.now();
  await window.paste(link);
  await expect(window.row('film.mkv')).toContainText('Done', { timeout: 20_000 });
  expect(performance.now() - began).toBeGreaterThan(2000);
  expect(digest(join(elsewhere, 'film.mkv'))).toBe(digest(film));
  await expect(window.row('film.mkv')).not.toContainText('sharing it on');
  const { data } = app;
  await app.quit();

  const again = await openApp({ data });
  const after = await again.window();
  expect((await after.state()).settings).toMatchObject(wanted);
  expect(await after.address()).toBe(`127.0.0.1:${port}`);
  await after.goTo('Settings');
  await expect(after.page.getByRole('textbox', { name: 'Upload limit' })).toHaveValue('3');
  await expect(after.page.getByRole('textbox', { name: 'Download limit' })).toHaveValue('1000');
  await expect(after.page.getByRole('combobox', { name: 'Unit of the download limit' })).toHaveValue('kB');
  await expect(after.page.getByRole('switch', { name: 'Start at login' })).toBeChecked();
  await after.page.getByRole('switch', { name: 'Start at login' }).click();
  await expect.poll(() => existsSync(autostart)).toBe(false);

  await after.button('Clear history…').click();
  await after.dialog.getByRole('button', { name: 'Clear history' }).click();
  await expect(after.toast('1 entry removed; its files stay')).toBeVisible();
  await after.goTo('Transfers');
  await expect(after.rows).toHaveCount(1);
  await expect(after.row('own.bin')).toContainText('Shared');
  expect(existsSync(join(elsewhere, 'film.mkv'))).toBe(true);
});

test('a value that cannot be taken keeps the old one, and its field says why', async ({
  folder,
  openApp,
}) => {
  const taken = createSocket('udp4').bind(0, '127.0.0.1');
  await once(taken, 'listening');
  try {
    const window = await (await openApp({ settings: { port: await freePort() } })).window();
    const { page } = window;
    await window.drop([plant(join(folder, 'own.bin'), 1000)]);
    const before = await window.address();
    await window.goTo('Settings');
    const port = page.getByRole('textbox', { name: 'UDP port' });
    await port.fill(String(taken.address().port));
    await port.press('Enter');
    await expect(port).toHaveAccessibleDescription(/Another program uses this port.*The old value stays/);
    await expect(port).toHaveValue(before.slice(before.indexOf(':') + 1));
    expect(await window.address()).toBe(before);

    await port.fill('65536');
    await port.press('Enter');
    await expect(port).toHaveAccessibleDescription(/A port is a whole number from 1 to 65535/);
    await port.press('Escape');
    await expect(port).toHaveValue(before.slice(before.indexOf(':') + 1));
    await expect(port).not.toHaveAccessibleDescription(/A port is a whole number|Another program uses/);
    const limit = page.getByRole('textbox', { name: 'Upload limit' });
    await limit.fill('fast');
    await limit.press('Enter');
    await expect(limit).toHaveAccessibleDescription(/A limit is a number greater than 0/);
    expect((await window.state()).settings.uploadLimit).toBeNull();
  } finally {
    taken.close();
  }
});

test('servers are added, imported, asked whether they are there, and removed', async ({
  folder,
  openApp,
  serve,
}) => {
  const film = plant(join(folder, 'film.mkv'), 1000);
  const peer = serve(film);
  const { link, addresses } = await peer.event('shared');
  const [there] = addresses as readonly string[];
  const gone = `127.0.0.1:${await freePort()}`;
  const list = join(folder, 'servers.json');
  writeFileSync(list, JSON.stringify([{ host: '127.0.0.1', port: Number(gone.split(':')[1]) }]));

  const app = await openApp();
  const window = await app.window();
  const { page } = window;
  await window.goTo('Settings');
  const field = page.getByRole('textbox', { name: 'Address of a server' });
  await field.fill('no address at all');
  await window.button('Add').click();
  await expect(field).toHaveAccessibleDescription(/This is not the address of a server/);
  await field.fill(there);
  await field.press('Enter');
  const servers = page.getByRole('list', { name: 'Server list' }).getByRole('listitem');
  await expect(servers.filter({ hasText: there })).toContainText(/Answers in [\d.]+ ms/);

  await app.answerDialogs([list]);
  await window.button('Import…').click();
  await expect(page.getByText('1 server was new.')).toBeVisible();
  await expect(servers.filter({ hasText: gone })).toContainText('Does not answer');
  await window.button(`Remove ${gone}`).click();
  await expect(servers).toHaveCount(1);

  // A link without an address finds the server of the list.
  await page.getByRole('switch', { name: 'Ask before a download' }).click();
  await window.paste(link as string);
  await expect(window.row('film.mkv')).toContainText('Done');
  const details = await window.open('film.mkv');
  await expect(details.getByRole('row').filter({ hasText: there })).toContainText('your list');
});

test('theme and language change everything at once', async ({ folder, openApp }) => {
  const app = await openApp({ settings: { theme: 'system' } });
  const window = await app.window();
  const { page } = window;
  await window.drop([plant(join(folder, 'film.mkv'), 1000)]);
  await expect(window.row('film.mkv')).toContainText('Shared');
  await window.goTo('Settings');
  const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const theme = page.getByRole('combobox', { name: 'Theme' });
  await theme.selectOption('Light');
  await expect
    .poll(() => page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches))
    .toBe(false);
  const light = await background();
  await theme.selectOption('Dark');
  await expect.poll(background).not.toBe(light);
  const source = () => app.electron.evaluate(({ nativeTheme }) => nativeTheme.themeSource);
  expect(await source()).toBe('dark');
  await theme.selectOption('As the system');
  await expect.poll(source).toBe('system');

  await page.getByRole('combobox', { name: 'Language' }).selectOption('Deutsch');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Einstellungen');
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
  const menu = await app.electron.evaluate(({ Menu }) =>
    (Menu.getApplicationMenu()?.items ?? []).map(({ label }) => label),
  );
  expect(menu).toContain('Datei');
  expect(menu).not.toContain('File');
  const words = await page.getByRole('main').innerText();
  expect(words).not.toMatch(/Settings|Download folder|Server list/);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Übertragungen' }).click();
  await expect(window.rows).toContainText('Geteilt');
});
