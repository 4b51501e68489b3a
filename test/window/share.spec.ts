import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { digest, plant } from './harness/files.ts';
import { withServer } from './harness/peer.ts';
import { expect, test } from './harness/test.ts';

const MEGABYTE = 1_000_000;
const PRIVATE = /^rain:[0-9a-f]{16}\.[\w-]{22}/;
const PUBLIC = /^rain:[0-9a-f]{16}\?d=[\w-]{32}/;

test('what is dropped gets a row at once, is hashed, and can be fetched by its link', async ({
  folder,
  openApp,
  get,
}) => {
  const film = plant(join(folder, 'film with ünusual name.mkv'), 100 * MEGABYTE);
  const app = await openApp();
  const window = await app.window();
  await expect(window.page.getByText('Nothing shared or fetched yet')).toBeVisible();

  await window.noteRows();
  await window.drop([film]);
  const row = window.row('film with ünusual name.mkv');
  await expect(row).toContainText('Shared');
  const [first] = await window.notedRows();
  expect(first).toMatch(/^film with ünusual name.mkv, Hashing, private · 0 bytes of 100 MB/);
  await expect(row).toContainText('private');
  await expect(row).toContainText('100 MB');

  await row.getByRole('button', { name: 'Copy link' }).click();
  await expect(window.toast('Link copied')).toBeVisible();
  const link = await app.clipboard();
  expect(link).toMatch(PRIVATE);

  await app.copy('');
  await row.focus();
  await window.page.keyboard.press('ControlOrMeta+C');
  await expect.poll(() => app.clipboard()).toBe(link);

  // Slow enough to be seen: figures change four times a second.
  const got = get(withServer(link, await window.address()), '--limit', '40M');
  await got.event('start');
  await expect(row).toContainText('1 client');
  const { path } = await got.event('done');
  expect(digest(path as string)).toBe(digest(film));
});

test('several files and a folder are one share; private is the default, and public a choice in words', async ({
  folder,
  openApp,
  get,
}) => {
  const first = plant(join(folder, 'one.bin'), 1000);
  const second = plant(join(folder, 'two.bin'), 2000);
  const papers = join(folder, 'papers');
  const inside = plant(join(papers, 'deep', 'three.bin'), 3000);
  const app = await openApp();
  const window = await app.window();

  await window.drop([first, second, papers]);
  await expect(window.rows).toHaveCount(1);
  await expect(window.rows).toContainText('3 files');
  await expect(window.rows).toContainText('Shared');
  const { name, link, public: isPublic } = (await window.state()).node.shares[0];
  expect(isPublic).toBe(false);
  expect(link).toMatch(PRIVATE);

  const details = await window.open(name);
  await expect(details).toContainText('Only those who have the whole link can read it');
  await details.getByRole('button', { name: 'Make public…' }).click();
  await expect(window.dialog).toContainText('The old link stops working');
  await window.dialog.getByRole('button', { name: 'Make public' }).click();
  await expect(window.rows.filter({ hasText: 'Shared · public' })).toHaveCount(1);
  await expect(window.rows).toHaveCount(1);
  const share = await window.share(name);
  expect(share.link).toMatch(PUBLIC);

  const got = get(withServer(share.link, await window.address()));
  const { path } = await got.event('done');
  expect(digest(join(path as string, 'one.bin'))).toBe(digest(first));
  expect(digest(join(path as string, 'papers/deep/three.bin'))).toBe(digest(inside));
});

test('the lower edge of the window, and a setting, share publicly', async ({ folder, openApp }) => {
  const window = await (await openApp()).window();
  await window.drop([plant(join(folder, 'a.bin'), 1000)], 'bottom');
  await expect(window.row('a.bin')).toContainText('Shared · public');

  await window.button('Share').click();
  await window.page.getByRole('menuitem', { name: 'Share publicly from now on' }).click();
  await window.drop([plant(join(folder, 'b.bin'), 1000)]);
  await expect(window.row('b.bin')).toContainText('Shared · public');
  await window.drop([plant(join(folder, 'c.bin'), 1000)], 'bottom');
  await expect(window.row('c.bin')).toContainText('Shared · private');
});

test('dialogs share files and folders', async ({ folder, openApp }) => {
  const app = await openApp();
  const window = await app.window();
  await app.answerDialogs([]);
  await window.button('Share files…').click();
  await expect(window.rows).toHaveCount(0);

  await app.answerDialogs([plant(join(folder, 'chosen.bin'), 1000)]);
  await window.button('Share files…').click();
  await expect(window.row('chosen.bin')).toContainText('Shared');

  const papers = join(folder, 'papers');
  mkdirSync(papers);
  writeFileSync(join(papers, 'letter.txt'), 'Dear Sir or Madam');
  await app.answerDialogs([papers]);
  await window.button('Share').click();
  await window.page.getByRole('menuitem', { name: 'Folder…' }).click();
  await expect(window.row('papers')).toContainText('Shared');
});
