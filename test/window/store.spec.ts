import { once } from 'node:events';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { freePort } from '../e2e/free-port.ts';
import { examine } from './harness/examine.ts';
import { plant } from './harness/files.ts';
import type { Peer } from './harness/peer.ts';
import { expect, test } from './harness/test.ts';
import type { AppWindow } from './harness/window.ts';

const SECRET = 'a secret of this cluster alone';

test('an entry that is put in the app arrives at another node, and the other way round', async ({
  folder,
  openApp,
  rain,
}) => {
  test.setTimeout(180_000);
  const port = await freePort();
  const app = await openApp({ settings: { port } });
  const window = await app.window();
  const { page } = window;
  const storePort = await freeTcpPort();
  await expect(page.getByRole('button', { name: 'Store' })).toHaveCount(0);
  await window.goTo('Settings');
  await fill(window, 'HTTP port', String(storePort));
  await expect.poll(async () => (await window.state()).settings.storePort).toBe(storePort);
  await page.getByRole('switch', { name: 'Run a store' }).click();
  const url = `http://127.0.0.1:${storePort}/`;
  await expect(page.getByText(url)).toBeVisible();
  await window.goTo('Store');
  await expect(page.getByText('No entries yet')).toBeVisible();
  await examine(app, 'empty store');

  const other = await startNode(rain, folder, { 'servers-list': listOf(folder, port) });
  const letter = plant(join(folder, 'letter.txt'), 3_000_000);
  await app.answerDialogs([letter]);
  await window.button('Put files…').click();
  await examine(app, 'question before files are put');
  await window.dialog.getByRole('button', { name: 'Choose files…' }).click();
  await expect(window.toast('1 entry is in the store')).toBeVisible();
  const put = page.getByRole('row', { name: /, 3\.00 MB$/ });
  await expect(put).toContainText('text/plain');
  const id = (await put.getByRole('gridcell').first().textContent())?.slice(0, 16) ?? '';
  await expect.poll(() => statusOf(`${other.url}0x${id}`), { timeout: 30_000 }).toBe(200);
  expect(await bytesOf(`${other.url}0x${id}`)).toEqual(readFileSync(letter));

  const song = readFileSync(plant(join(folder, 'song.ogg'), 200_000));
  const answer = await fetch(`${other.url}42`, {
    method: 'PUT',
    body: song,
    headers: { 'content-type': 'audio/ogg' },
  });
  expect(answer.status).toBe(200);
  const arrived = page.getByRole('row', { name: '000000000000002a, 200 kB' });
  await expect(arrived).toContainText('audio/ogg');
  expect(await bytesOf(`${url}42`)).toEqual(song);
  await examine(app, 'entries');

  await window.button('Peers 1').click();
  await expect(page.getByRole('row', { name: /127\.0\.0\.1:\d+.*Answers/ })).toBeVisible();
  await examine(app, 'peers');
  await window.button('Recent').click();
  await expect(page.getByRole('row', { name: /^Arrived 000000000000002a 200 kB/ })).toBeVisible();
  await expect(page.getByRole('row', { name: new RegExp(`^Put here ${id} 3\\.00 MB`) })).toBeVisible();
  await examine(app, 'recent');

  // What brings entries is no transfer of the person's.
  expect((await window.state()).node.transfers).toEqual([]);
  await window.button('Copy address').click();
  await expect.poll(() => app.clipboard()).toBe(url);
  await app.electron.evaluate(({ shell }) => {
    shell.openExternal = async (opened) => console.log(`opened outside: ${opened}`);
  });
  await window.button('Open in the browser').click();
  await expect.poll(() => app.output).toContain(`opened outside: ${url}\n`);
  const { data } = app;
  await app.quit();

  const again = await openApp({ data });
  const after = await again.window();
  await after.goTo('Store');
  await after.button('Entries 2').waitFor();
  const rows = after.page.getByRole('grid').locator('[data-index]');
  await expect(rows).toHaveCount(2);
  await rows.first().focus();
  await after.page.keyboard.press('End');
  await expect(rows.nth(1)).toBeFocused();
  await after.page.getByRole('row', { name: '000000000000002a' }).focus();
  await after.page.keyboard.press('Delete');
  await expect(after.dialog).toHaveAccessibleName('Delete this entry?');
  await examine(again, 'question before an entry is deleted');
  await after.dialog.getByRole('button', { name: 'Delete everywhere' }).click();
  await expect(rows).toHaveCount(1);
  await expect(rows).toBeFocused();
  await expect.poll(() => statusOf(`${other.url}42`), { timeout: 30_000 }).toBe(404);

  await after.goTo('Settings');
  await after.page.getByRole('switch', { name: 'Run a store' }).click();
  await expect(after.page.getByRole('button', { name: 'Store', exact: true })).toHaveCount(0);
  await expect.poll(() => statusOf(url)).toBe('no answer');
});

test('files that are dropped on the store are put, not shared, and closing the window does not end it', async ({
  folder,
  openApp,
}) => {
  const storePort = await freeTcpPort();
  const url = `http://127.0.0.1:${storePort}/`;
  const app = await openApp({ settings: { store: true, storePort } });
  const window = await app.window();
  await window.goTo('Store');
  await expect(window.page.getByText('No entries yet')).toBeVisible();
  await window.drop([plant(join(folder, 'a.bin'), 1000), plant(join(folder, 'b.bin'), 2000)]);
  await expect(window.toast('2 entries are in the store')).toBeVisible();
  await expect(window.page.getByRole('row', { name: /1\.00 kB$/ })).toBeVisible();
  expect((await window.state()).node.shares).toEqual([]);
  const large = join(folder, 'large.bin');
  writeFileSync(large, '');
  truncateSync(large, 2 ** 29);
  await window.drop([large]);
  const onTheirWay = window.page.getByRole('list', { name: 'Files on their way into the store' });
  await expect(onTheirWay).toContainText('large.bin');
  await expect(onTheirWay.getByRole('progressbar')).toHaveAccessibleName('Progress of large.bin');
  await expect(window.toast('1 entry is in the store')).toBeVisible({ timeout: 30_000 });
  await expect(onTheirWay).toHaveCount(0);

  const unwanted = join(folder, 'unwanted.bin');
  writeFileSync(unwanted, '');
  truncateSync(unwanted, 2 ** 33);
  await window.drop([unwanted]);
  await onTheirWay.getByRole('button', { name: 'Do not put unwanted.bin' }).click();
  await expect(onTheirWay).toHaveCount(0);
  // The head, and what was put before.
  await expect(window.page.getByRole('row')).toHaveCount(1 + 3);

  await app.closeWindow();
  await expect(window.toast('There is no tray here')).toBeVisible();
  expect(await statusOf(url)).toBe(200);
});

test('a file is put under an id of its own, and what has it already is replaced when that is confirmed', async ({
  folder,
  openApp,
}) => {
  const url = `http://127.0.0.1:${await freeTcpPort()}/`;
  const app = await openApp({ settings: { store: true, storePort: Number(new URL(url).port) } });
  const window = await app.window();
  const { dialog, page } = window;
  await window.goTo('Store');
  const [first, second] = [plant(join(folder, 'a.bin'), 1000), plant(join(folder, 'b.bin'), 2000)];
  const id = dialog.getByRole('textbox', { name: 'Id of the entry' });

  await window.button('Put files…').click();
  await id.fill('the film');
  await dialog.getByRole('button', { name: 'Choose a file…' }).click();
  await expect(id).toHaveAccessibleDescription(/This is not the id of an entry/);
  await examine(app, 'a wrong id');
  await id.fill('42');
  await expect(id).not.toHaveAccessibleDescription(/This is not the id of an entry/);
  await app.answerDialogs([first]);
  await id.press('Enter');
  await expect(page.getByRole('row', { name: '000000000000002a, 1.00 kB' })).toBeVisible();
  expect(await bytesOf(`${url}42`)).toEqual(readFileSync(first));

  await window.button('Put files…').click();
  await id.fill('0x2a');
  await id.press('Enter');
  await expect(dialog).toContainText('There is an entry with this id');
  await examine(app, 'an id that is taken');
  await app.answerDialogs([second]);
  await dialog.getByRole('button', { name: 'Replace by a file…' }).click();
  await expect(page.getByRole('row', { name: '000000000000002a, 2.00 kB' })).toBeVisible();
  expect(await bytesOf(`${url}42`)).toEqual(readFileSync(second));
});

test('a taken HTTP port is said where it is set, and takes nothing down', async ({ folder, openApp }) => {
  const taken = await occupy();
  const free = await freeTcpPort();
  const app = await openApp({ settings: { storePort: taken.port } });
  const window = await app.window();
  const { page } = window;
  await window.goTo('Settings');
  const on = page.getByRole('switch', { name: 'Run a store' });
  await on.click();
  await expect(page.getByRole('alert').filter({ hasText: 'Another program uses this port' })).toBeVisible();
  await expect(on).not.toBeChecked();
  await examine(app, 'a store that cannot be switched on');

  await fill(window, 'HTTP port', String(free));
  await expect.poll(async () => (await window.state()).settings.storePort).toBe(free);
  await on.click();
  await expect(on).toBeChecked();
  await fill(window, 'HTTP port', String(taken.port));
  await expect(page.getByRole('alert').filter({ hasText: 'The old value stays.' })).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'HTTP port' })).toHaveValue(String(free));
  expect(await statusOf(`http://127.0.0.1:${free}/`)).toBe(200);
  const { data } = app;
  await app.quit();

  const squatter = await occupy(free);
  const again = await openApp({ data });
  const after = await again.window();
  await after.drop([plant(join(folder, 'own.bin'), 1000)]);
  await expect(after.row('own.bin')).toContainText('Shared');
  await after.goTo('Store');
  await expect(after.page.getByText('The store could not be opened')).toBeVisible();
  await examine(again, 'a store that failed');
  squatter.server.close();
  await once(squatter.server, 'close');
  await after.button('Try again').click();
  await expect(after.page.getByText('No entries yet')).toBeVisible();
  taken.server.close();
});

test('a cluster with a secret takes those who know it, which no window is ever told', async ({
  folder,
  openApp,
  rain,
}) => {
  test.setTimeout(120_000);
  const port = await freePort();
  const app = await openApp({ settings: { port, store: true, storePort: await freeTcpPort() } });
  const window = await app.window();
  const { page } = window;
  await window.goTo('Settings');
  const secret = page.getByLabel('Secret of the cluster');
  await secret.fill('short');
  await secret.press('Enter');
  await expect(page.getByRole('alert').filter({ hasText: 'at least 16 characters' })).toBeVisible();
  await secret.fill(SECRET);
  await secret.press('Enter');
  await expect(page.getByText('A secret is set.')).toBeVisible();
  await expect(secret).toHaveValue('');
  await examine(app, 'settings with a secret');
  const { data } = app;
  await app.quit();

  const again = await openApp({ data });
  const after = await again.window();
  const list = listOf(folder, port);
  const stranger = await startNode(rain, folder, { 'servers-list': list });
  const member = await startNode(rain, folder, { 'servers-list': list, secret: SECRET });
  await after.goTo('Store');
  for (const { url, id } of [
    { url: stranger.url, id: '1' },
    { url: member.url, id: '2' },
  ]) {
    expect((await fetch(url + id, { method: 'PUT', body: `entry ${id}` })).status).toBe(200);
  }
  await expect(after.page.getByRole('row', { name: /^0000000000000002/ })).toBeVisible({ timeout: 30_000 });
  await expect(after.page.getByRole('row', { name: /^0000000000000001/ })).toHaveCount(0);
  expect(JSON.stringify(await after.state())).not.toContain(SECRET);
});

interface OtherNode {
  readonly url: string;
}

async function startNode(
  rain: (...args: readonly string[]) => Peer,
  folder: string,
  config: Readonly<Record<string, unknown>>,
): Promise<OtherNode> {
  const path = join(folder, `murky-${await freePort()}.json`);
  const bound = { 'pouring-rain': { bind: '127.0.0.1', port: await freePort() }, lan: false, ...config };
  writeFileSync(path, JSON.stringify(bound));
  const { http } = await rain('node', '--config', path, '--http', '127.0.0.1:0').event('listening');
  return { url: `http://${http}/` };
}

/** A server list with the node of the app alone. */
function listOf(folder: string, port: number): string {
  const path = join(folder, 'servers.json');
  writeFileSync(path, JSON.stringify([{ host: '127.0.0.1', port }]));
  return path;
}

async function fill(window: AppWindow, name: string, text: string): Promise<void> {
  const box = window.page.getByRole('textbox', { name });
  await box.fill(text);
  await box.press('Enter');
}

async function statusOf(url: string): Promise<number | 'no answer'> {
  try {
    const answer = await fetch(url);
    await answer.arrayBuffer();
    return answer.status;
  } catch {
    return 'no answer';
  }
}

async function bytesOf(url: string): Promise<Buffer> {
  return Buffer.from(await (await fetch(url)).arrayBuffer());
}

async function occupy(port = 0): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { server, port: address.port };
}

/** A TCP port of the loopback that nobody has at the moment. */
async function freeTcpPort(): Promise<number> {
  const { server, port } = await occupy();
  server.close();
  await once(server, 'close');
  return port;
}
