import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { expect, test } from './harness/test.ts';

/** A port of the loopback at which whoever is contacted would be heard. */
async function listener() {
  const socket = createSocket('udp4');
  let heard = 0;
  socket.on('message', () => heard++);
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { port: socket.address().port, heard: () => heard, close: () => socket.close() };
}

const idOf = (number: number): string => `rain:${number.toString(16).padStart(16, '0')}`;

for (const askBeforeDownload of [true, false])
  test(`a link from outside contacts nobody before it is answered, asking ${askBeforeDownload}`, async ({
    openApp,
  }) => {
    // Three starts of the app.
    test.slow();
    const { port, heard, close } = await listener();
    const link = `rain:0123456789abcdef?n=holiday.jpg&s=127.0.0.1:${port}&s=[::ffff:7f00:1]:${port}`;
    let app = await openApp({ settings: { askBeforeDownload }, args: [link] });
    let window = await app.window();
    const { dialog } = window;
    await expect(dialog).toHaveAccessibleName('Another program opened a link');
    await expect(dialog).toContainText('holiday.jpg');
    await expect(dialog).toContainText(link.slice(0, 21));
    await expect(dialog.getByRole('listitem')).toHaveText([
      new RegExp(`^127.0.0.1:${port}In your own network`),
    ]);
    await expect(dialog.getByRole('button', { name: 'Don’t fetch' })).toBeFocused();

    // Keys that somebody types for another window, faster than the question wakes.
    const { clock } = window.page;
    await clock.install();
    await app.unfocus();
    await expect(dialog.getByRole('button', { name: 'Don’t fetch' })).toBeDisabled();
    await clock.runFor(5_000);
    await expect(dialog.getByRole('button', { name: 'Don’t fetch' })).toBeDisabled();
    await app.focus();
    await expect.poll(async () => (await window.state()).focused).toBeDefined();
    for (let i = 0; i < 30; i++) {
      await window.page.keyboard.press(['Enter', 'Space', 'Escape'][i % 3]);
      await clock.runFor(120);
    }
    await expect(dialog).toBeVisible();
    await expect(dialog.getByRole('button', { name: 'Don’t fetch' })).toBeDisabled();
    await clock.runFor(1_000);
    await expect(dialog.getByRole('button', { name: 'Don’t fetch' })).toBeEnabled();
    await expect(window.rows).toHaveCount(0);
    expect(heard()).toBe(0);

    // Nobody answers: it is gone with the process.
    const { data } = app;
    await app.quit();
    app = await openApp({ data });
    window = await app.window();
    await window.ready();
    await expect(window.dialog).toBeHidden();
    await expect(window.rows).toHaveCount(0);
    expect(heard()).toBe(0);

    await app.startAgain(link);
    await app.focus();
    const yes = window.dialog.getByRole('button', { name: /^Contact and/ });
    await expect(yes).toBeEnabled();
    await yes.click();
    await expect.poll(heard).toBeGreaterThan(0);
    await expect(window.row('holiday.jpg')).toBeVisible();
    close();
  });

test('links from outside wait in turn, twenty at most', async ({ openApp }) => {
  const app = await openApp();
  const window = await app.window();
  await window.ready();
  const links = Array.from({ length: 23 }, (_, number) => idOf(number)).join(' ');
  await app.startAgain(links);
  await expect(window.dialog).toContainText(idOf(0));
  await expect(window.dialog).toContainText('19 more links wait for an answer.');
  await expect(window.dialog).toContainText('3 links more came than can wait, and were not kept.');
  await app.focus();
  const refuse = window.dialog.getByRole('button', { name: 'Don’t fetch' });
  await expect(refuse).toBeEnabled();
  await refuse.click();
  await expect(window.dialog).toContainText(idOf(1));
  // The next one has to be looked at, too.
  await expect(refuse).toBeDisabled();
});

test('a message with several links offers them all', async ({ openApp }) => {
  const app = await openApp();
  const window = await app.window();
  await window.ready();
  const links = [`${idOf(1)}?n=first.bin`, `${idOf(2)}.AAAAAAAAAAAAAAAAAAAAAA?n=second.bin`];
  await window.paste(`Here:\n<${links[0]}>, and\n"${links[1]}" – or rain:0123456789.\nThanks!`);
  const { dialog } = window;
  await expect(dialog).toHaveAccessibleName('There are 3 links in this');
  await expect(dialog.getByRole('listitem')).toHaveCount(3);
  await expect(dialog).toContainText('too short: got 10 of 16 digits');
  await dialog.getByRole('button', { name: 'Fetch first.bin' }).click();
  await expect(window.row('first.bin')).toHaveCount(1);
  await dialog.getByRole('button', { name: 'Wait in the background' }).click();
  await window.linkField.blur();
  await window.paste(links.join('\n'));
  await expect(dialog).toContainText('Here already');
  await dialog.getByRole('button', { name: 'Fetch second.bin' }).click();
  await expect(window.row('second.bin')).toHaveCount(1);
});

test('the clipboard is left alone when the setting says so', async ({ openApp }) => {
  const app = await openApp({ settings: { clipboardLinks: false } });
  const window = await app.window();
  await window.ready();
  await app.copy(idOf(7));
  await app.focus();
  await expect.poll(async () => (await window.state()).focused).toBeDefined();
  await expect(window.page.getByText('Your clipboard holds a link')).toBeHidden();
  await window.page.evaluate(() => rain.changeSettings({ clipboardLinks: true }));
  await app.focus();
  await expect(window.page.getByText('Your clipboard holds a link')).toBeVisible();
});
