import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { digest, plant } from './harness/files.ts';
import { expect, test } from './harness/test.ts';
import type { AppWindow } from './harness/window.ts';

const MEGABYTE = 1_000_000;
const FILM = 'film.mkv';

test('a fetch is paused, quit, killed, and goes on each time, without a step back', async ({
  folder,
  openApp,
  serve,
}) => {
  test.setTimeout(120_000);
  const film = plant(join(folder, FILM), 24 * MEGABYTE);
  const link = await serve(film, '--limit', '2.5M').link();
  let app = await openApp({ settings: { askBeforeDownload: false } });
  let window = await app.window();
  const { data } = app;
  await window.noteRows();

  await window.paste(link);
  await fetched(window, 3 * MEGABYTE);
  await window.row(FILM).getByRole('button', { name: 'Pause' }).click();
  await expect(window.row(FILM)).toContainText('Paused');
  const paused = await window.transfer(FILM);
  expectRising(await window.notedRows(), 0);
  expect(sameBytes(join(app.downloads, `${FILM}.part`), film)).toBeGreaterThanOrEqual(paused.verified);
  const shown = await window.row(FILM).getByRole('progressbar').getAttribute('aria-valuenow');
  await app.quit();

  app = await openApp({ data });
  window = await app.window();
  await window.noteRows();
  await expect(window.row(FILM)).toContainText('Paused');
  await expect(window.row(FILM).getByRole('progressbar')).toHaveAttribute('aria-valuenow', shown ?? '');
  expect((await window.transfer(FILM)).verified).toBe(paused.verified);
  await window.row(FILM).getByRole('button', { name: 'Resume' }).click();
  await fetched(window, paused.verified + 3 * MEGABYTE);
  const beforeQuit = await window.transfer(FILM);
  expectRising(await window.notedRows(), Number(shown));
  await app.quit();

  app = await openApp({ data });
  window = await app.window();
  await window.noteRows();
  await fetched(window, beforeQuit.verified + 3 * MEGABYTE);
  expect((await window.transfer(FILM)).resumedBytes).toBeGreaterThanOrEqual(beforeQuit.verified);
  const beforeKill = await window.transfer(FILM);
  expectRising(await window.notedRows(), percent(beforeQuit));
  await app.kill();

  app = await openApp({ data });
  window = await app.window();
  await window.noteRows();
  await expect(window.row(FILM)).toContainText('Done', { timeout: 30_000 });
  const noted = await window.notedRows();
  expectRising(noted, percent(beforeKill));
  expect((await window.transfer(FILM)).resumedBytes).toBeGreaterThanOrEqual(beforeKill.verified);
  expect(digest(join(app.downloads, FILM))).toBe(digest(film));
  expect(existsSync(join(app.downloads, `${FILM}.part`))).toBe(false);
});

test('all are paused and resumed at once; what is removed takes its files along or leaves them', async ({
  folder,
  openApp,
  serve,
}) => {
  const kept = plant(join(folder, 'kept.bin'), 3 * MEGABYTE);
  const deleted = plant(join(folder, 'deleted.bin'), 3 * MEGABYTE);
  const links = await Promise.all([kept, deleted].map((path) => serve(path, '--limit', '400k').link()));
  const app = await openApp({ settings: { askBeforeDownload: false } });
  const window = await app.window();
  const own = plant(join(folder, 'own.bin'), 1000);
  await window.drop([own]);
  await expect(window.row('own.bin')).toContainText('Shared');
  for (const [i, link] of links.entries()) {
    await window.paste(link);
    await expect(window.rows.filter({ hasText: 'Fetching' })).toHaveCount(i + 1);
  }

  await window.button('Actions for all').click();
  await window.page.getByRole('menuitem', { name: 'Pause all' }).click();
  await expect(window.rows.filter({ hasText: 'Paused' })).toHaveCount(3);
  await window.button('Actions for all').click();
  await window.page.getByRole('menuitem', { name: 'Resume all' }).click();
  await expect(window.row('own.bin')).toContainText('Shared');
  await expect(window.row('kept.bin')).toContainText('Done', { timeout: 30_000 });
  await expect(window.row('deleted.bin')).toContainText('Done', { timeout: 30_000 });

  await window.choose('kept.bin', 'Remove…');
  await expect(window.dialog).toHaveAccessibleName(/^Remove .kept\.bin.\?$/);
  await window.dialog.getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(window.row('kept.bin')).toBeHidden();

  await window.choose('deleted.bin', 'Remove…');
  await window.dialog.getByRole('radio', { name: 'Delete the files' }).click();
  await window.dialog.getByRole('button', { name: 'Remove and delete' }).click();
  await expect(window.row('deleted.bin')).toBeHidden();

  await window.choose('own.bin', 'Remove…');
  await expect(window.dialog).toContainText('Your files stay where they are');
  await window.dialog.getByRole('button', { name: 'Stop sharing' }).click();
  await expect(window.rows).toHaveCount(0);
  await expect.poll(() => readdirSync(app.downloads)).toEqual(['kept.bin']);
  expect(digest(join(app.downloads, 'kept.bin'))).toBe(digest(kept));
  expect(existsSync(own)).toBe(true);
});

/** Waits until so many bytes are verified, and some are not. */
async function fetched(window: AppWindow, bytes: number): Promise<void> {
  await window.row(FILM).waitFor();
  const verified = async (): Promise<number> => (await window.transfer(FILM)).verified;
  await expect.poll(verified, { timeout: 20_000, intervals: [100] }).toBeGreaterThan(bytes);
  const { state } = await window.transfer(FILM);
  expect(state).toBe('running');
}

function percent({ verified, bytes = 0 }: { readonly verified: number; readonly bytes?: number }): number {
  return Math.floor((1000 * verified) / bytes) / 10;
}

/** What a row has said of its progress never falls, and begins where the run before it ended. */
function expectRising(labels: readonly string[], from: number): void {
  const shown = labels.flatMap((label) => /, ([\d.]+)%/.exec(label)?.slice(1).map(Number) ?? []);
  expect(shown.length).toBeGreaterThan(0);
  expect([from, ...shown]).toEqual([from, ...shown].toSorted((a, b) => a - b));
}

/** Bytes of a part that are those of the whole, counted in small pieces. */
function sameBytes(part: string, whole: string): number {
  const PIECE = 1024;
  const right = readFileSync(whole);
  const left = readFileSync(part);
  let same = 0;
  for (let at = 0; at < right.length; at += PIECE) {
    const piece = right.subarray(at, at + PIECE);
    if (piece.equals(left.subarray(at, at + PIECE))) same += piece.length;
  }
  return same;
}
