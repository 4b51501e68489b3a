import { join } from 'node:path';
import { freePort } from '../e2e/free-port.ts';
import type { App } from './harness/app.ts';
import { digest, plant } from './harness/files.ts';
import { withServer } from './harness/peer.ts';
import { expect, test } from './harness/test.ts';
import { Desktop, whyNoTray } from './harness/tray.ts';

const MEGABYTE = 1_000_000;

test.describe('with a tray', () => {
  const why = whyNoTray();
  test.skip(why !== undefined, why);
  let desktop: Desktop;
  test.beforeEach(async () => {
    desktop = await Desktop.start();
  });
  test.afterEach(() => desktop.stop());

  test('closing the window goes on in the tray, and a click brings it back', async ({
    folder,
    openApp,
    serve,
    get,
  }) => {
    const film = plant(join(folder, 'film.mkv'), MEGABYTE);
    const book = plant(join(folder, 'book.pdf'), 4 * MEGABYTE);
    const bookLink = await serve(book, '--limit', '1M').link();
    const app = await openApp({ settings: { askBeforeDownload: false } });
    const window = await app.window();
    await desktop.registered();
    await expect.poll(async () => (await window.state()).tray).toBe(true);
    await window.drop([film]);
    await expect(window.row('film.mkv')).toContainText('Shared');
    const link = withServer((await window.share('film.mkv')).link, await window.address());
    await window.paste(bookLink);
    await expect(window.row('book.pdf')).toContainText('Fetching');

    const said = await notifications(app);
    await app.closeWindow();
    await expect.poll(() => app.isVisible()).toBe(false);
    await expect.poll(said).toContain('Pouring Rain goes on');
    const { path } = await get(link).event('done');
    expect(digest(path as string)).toBe(digest(film));
    await expect.poll(said, { timeout: 20_000 }).toContain('book.pdf is here');
    expect(digest(join(app.downloads, 'book.pdf'))).toBe(digest(book));

    desktop.activate();
    await expect.poll(() => app.isVisible()).toBe(true);
    await expect(window.row('book.pdf')).toContainText('Done');
    // It is told once.
    await app.closeWindow();
    await expect.poll(() => app.isVisible()).toBe(false);
    expect((await said()).filter((title) => title === 'Pouring Rain goes on')).toHaveLength(1);
  });

  test('the menu says rates and links, and pauses, resumes, opens and quits', async ({ folder, openApp }) => {
    const app = await openApp();
    const window = await app.window();
    await desktop.registered();
    await window.drop([plant(join(folder, 'R&D.mkv'), 1000)]);
    await expect(window.row('R&D.mkv')).toContainText('Shared');
    await expect
      .poll(() => desktop.menu())
      .toEqual([
        'Open Pouring Rain',
        expect.stringMatching(/^Up 0\sB\/s, down 0\sB\/s$/),
        'Pause all',
        'Resume all',
        'Copy a recent link',
        expect.stringMatching(/^R&+D\.mkv$/),
        'Quit',
      ]);
    desktop.choose('Pause all');
    await expect(window.row('R&D.mkv')).toContainText('Paused');
    desktop.choose('Resume all');
    await expect(window.row('R&D.mkv')).toContainText('Shared');
    desktop.choose(desktop.menu()[5]);
    await expect.poll(() => app.clipboard()).toBe((await window.share('R&D.mkv')).link);
    await app.closeWindow();
    await expect.poll(() => app.isVisible()).toBe(false);
    desktop.choose('Open Pouring Rain');
    await expect.poll(() => app.isVisible()).toBe(true);
    desktop.choose('Quit');
    await app.ended();
  });

  test('a window with nothing to do, or one that is set so, quits when it is closed', async ({
    folder,
    openApp,
  }) => {
    const idle = await openApp();
    await idle.window();
    await desktop.registered();
    await idle.closeWindow();
    await idle.ended();

    const app = await openApp({ settings: { onClose: 'quit' } });
    const window = await app.window();
    await window.drop([plant(join(folder, 'film.mkv'), 1000)]);
    await expect(window.row('film.mkv')).toContainText('Shared');
    await app.closeWindow();
    await app.ended();
  });
});

test('without a tray the window is minimised while something is shared, and says so', async ({
  folder,
  openApp,
}) => {
  const app = await openApp();
  const window = await app.window();
  await window.drop([plant(join(folder, 'film.mkv'), 1000)]);
  await expect(window.row('film.mkv')).toContainText('Shared');
  expect((await window.state()).tray).toBe(false);
  // Without a window manager nothing is minimised: that it is asked for is all that can be seen.
  const minimised = await app.electron.evaluateHandle(({ BrowserWindow }) => {
    const calls = { count: 0 };
    BrowserWindow.getAllWindows()[0].minimize = () => {
      calls.count++;
    };
    return calls;
  });
  await app.closeWindow();
  await expect.poll(() => minimised.evaluate(({ count }) => count)).toBe(1);
  await expect(window.toast('There is no tray here')).toBeVisible();
  expect(await app.isVisible()).toBe(true);
});

test('started hidden it serves without a window, until a second start shows one', async ({
  folder,
  openApp,
  get,
}) => {
  const film = plant(join(folder, 'film.mkv'), MEGABYTE);
  const port = await freePort();
  const first = await openApp({ settings: { port } });
  const { data } = first;
  const before = await first.window();
  await before.drop([film]);
  await expect(before.row('film.mkv')).toContainText('Shared');
  const link = withServer((await before.share('film.mkv')).link, `127.0.0.1:${port}`);
  await first.quit();

  const app = await openApp({ data, args: ['--hidden'] });
  const { path } = await get(link).event('done');
  expect(digest(path as string)).toBe(digest(film));
  const windows = () => app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length);
  expect(await windows()).toBe(0);
  expect(await app.startAgain('--hidden')).toBe(0);
  expect(await windows()).toBe(0);
  expect(await app.startAgain()).toBe(0);
  await expect((await app.window()).row('film.mkv')).toContainText('Shared');
  await expect.poll(() => app.isVisible()).toBe(true);
});

/** Titles of the notifications from now on; there is no desktop that would show them. */
async function notifications(app: App): Promise<() => Promise<readonly string[]>> {
  const shown = await app.electron.evaluateHandle(({ Notification }) => {
    const titles: string[] = [];
    Notification.isSupported = () => true;
    Notification.prototype.show = function show() {
      titles.push(this.title);
    };
    return titles;
  });
  return () => shown.jsonValue();
}
