import { join } from 'node:path';
import type { Page } from 'playwright/test';
import { digest, plant } from './harness/files.ts';
import { expect, test } from './harness/test.ts';

test('from the start to a finished fetch, and a share that comes and goes, with the keyboard alone', async ({
  folder,
  openApp,
  serve,
}) => {
  const film = plant(join(folder, 'film.mkv'), 100_000);
  const link = await serve(film).link();
  const app = await openApp();
  const window = await app.window();
  const { page } = window;
  const press = (...keys: readonly string[]) => inTurn(keys, (key) => page.keyboard.press(key));
  await window.ready();

  for (const name of [
    'Transfers',
    'Settings',
    'About',
    'Link or id',
    'Share',
    'Share files…',
    'Paste a link',
  ]) {
    await press('Tab');
    expect(await focused(page)).toEqual({ name, isSeen: true });
  }
  // The button leads to the field, and the field takes the link.
  await press('Enter');
  await expect(window.linkField).toBeFocused();
  await app.copy(link);
  await press('ControlOrMeta+V', 'Enter');
  const { dialog } = window;
  await expect(dialog).toHaveAccessibleName('Fetch this?');
  await expect(dialog.getByRole('button', { name: 'Fetch', exact: true })).toBeFocused();
  for (let i = 0; i < 8; i++) {
    await press('Tab');
    expect(
      await page.evaluate(() => document.querySelector('dialog[open]')?.contains(document.activeElement)),
    ).toBe(true);
  }

  await tabTo(page, 'Close');
  await expect(page.getByRole('tooltip')).toBeVisible();
  await tabTo(page, 'Fetch');
  // Escape decides nothing: the row is there, and asks again.
  await press('Escape');
  await expect(dialog).toBeHidden();
  await expect(window.row('film.mkv')).toContainText('Waiting for your answer');
  await tabTo(page, 'film.mkv');
  await press('Enter');
  await expect(dialog.getByRole('button', { name: 'Fetch', exact: true })).toBeFocused();
  await press('Enter');
  await expect(window.row('film.mkv')).toContainText('Done');
  await expect(window.row('film.mkv')).toBeFocused();
  expect((await focused(page)).isSeen).toBe(true);
  expect(digest(join(app.downloads, 'film.mkv'))).toBe(digest(film));

  await press('Enter');
  await expect(window.details('film.mkv')).toBeVisible();
  await press('Enter');
  await expect(window.details('film.mkv')).toBeHidden();
  await press('Tab');
  expect(await focused(page)).toEqual({ name: 'Copy link', isSeen: true });
  await press('Escape');
  await expect(window.row('film.mkv')).toBeFocused();

  await app.answerDialogs([plant(join(folder, 'own.bin'), 1000)]);
  await window.button('Share').focus();
  await press('Enter');
  await expect(page.getByRole('menuitem', { name: 'Files…' })).toBeFocused();
  await press('Escape');
  await expect(window.button('Share')).toBeFocused();
  await press('Enter', 'Enter');
  await expect(window.row('own.bin')).toContainText('Shared');
  await expect(window.row('own.bin')).toBeFocused();
  await press('ControlOrMeta+C');
  await expect.poll(() => app.clipboard()).toMatch(/^rain:/);
  await press('ArrowDown');
  await expect(window.row('film.mkv')).toBeFocused();
  await press('Home');
  await expect(window.row('own.bin')).toBeFocused();
  await press(' ');
  await expect(window.row('own.bin')).toContainText('Paused');

  await press('Delete');
  await expect(dialog).toHaveAccessibleName(/^Stop sharing .own\.bin.\?$/);
  await press('Escape');
  await expect(window.row('own.bin')).toBeFocused();
  await press('Delete');
  await expect(dialog.getByRole('button', { name: 'Stop sharing' })).toBeFocused();
  await press('Enter');
  await expect(window.row('own.bin')).toBeHidden();
  await expect(window.rows).toHaveCount(1);
  // The focus is not lost with the row.
  await expect(window.row('film.mkv')).toBeFocused();
});

test('the first share, from the first button, takes the focus over from it', async ({ folder, openApp }) => {
  const app = await openApp();
  const window = await app.window();
  await window.ready();
  await app.answerDialogs([plant(join(folder, 'own.bin'), 1000)]);
  await window.button('Share files…').focus();
  await window.page.keyboard.press('Enter');
  await expect(window.row('own.bin')).toContainText('Shared');
  await expect(window.row('own.bin')).toBeFocused();
});

/** What has the focus, and whether it can be seen that it has. */
function focused(page: Page): Promise<{ readonly name: string; readonly isSeen: boolean }> {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (!(element instanceof HTMLElement) || element === document.body)
      throw new TypeError('the focus is lost');
    // A field may draw the focus around what it stands in.
    const drawn = [element, element.parentElement]
      .filter((each) => each !== null)
      .map((each) => getComputedStyle(each));
    return {
      name: element.getAttribute('aria-label') ?? element.textContent.trim(),
      isSeen: drawn.some(
        ({ outlineStyle, outlineWidth }) => outlineStyle !== 'none' && outlineWidth !== '0px',
      ),
    };
  });
}

/** Goes on with the Tab key, unless it is there already, to what is called so, past nothing that cannot be seen to have the focus. */
async function tabTo(page: Page, name: string): Promise<void> {
  const passed: string[] = [];
  for (let i = 0; i < 20; i++) {
    const now = await focused(page);
    expect(now.isSeen, now.name).toBe(true);
    if (now.name.startsWith(name)) return;
    passed.push(now.name);
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not come to ${name}, but to ${passed.join(', ')}`);
}

async function inTurn<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  for (const item of items) await act(item);
}
