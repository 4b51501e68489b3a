import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { plant } from './harness/files.ts';
import { expect, test } from './harness/test.ts';

test('the files of a folder are listed before it is fetched, and programs in it marked', async ({
  folder,
  openApp,
  serve,
}) => {
  const holiday = join(folder, 'holiday');
  mkdirSync(join(holiday, 'rome'), { recursive: true });
  for (let i = 0; i < 300; i++) plant(join(holiday, 'rome', `photo ${String(i).padStart(3, '0')}.jpg`), 10);
  plant(join(holiday, 'invoice.pdf.exe'), 1_000);
  const window = await (await openApp()).window();
  await window.ready();
  await window.paste(await serve(holiday).link());
  const { dialog } = window;
  await expect(dialog).toContainText('1 file in it is a program', { timeout: 30_000 });
  const files = dialog.getByRole('list', { name: 'Files in it' });
  await expect(files.getByRole('listitem').first()).toHaveText('Programinvoice.pdf.exe1.00 kB');
  // Only those in sight are there.
  expect(await files.getByRole('listitem').count()).toBeLessThan(30);
  await dialog.getByRole('searchbox', { name: 'Find a file' }).fill('photo 299');
  await expect(files.getByRole('listitem')).toHaveText(['rome/photo 299.jpg10 bytes']);
  await expect(window.row('holiday')).toContainText('Waiting for your answer');
});
