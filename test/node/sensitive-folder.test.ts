import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { checkSensitive } from '../../core/node/sensitive-folder.ts';
import { temporaryFolder } from '../content/temporary.ts';

afterEach(() => vi.unstubAllEnvs());

/** A home with a folder and a file in it, below another folder; the data folder is elsewhere. */
function scene(): { above: string; home: string; data: string } {
  const above = temporaryFolder();
  const home = join(above, 'me');
  mkdirSync(join(home, 'pictures'), { recursive: true });
  writeFileSync(join(home, 'notes'), '');
  vi.stubEnv('HOME', home);
  return { above, home, data: join(temporaryFolder(), 'rain') };
}

const sensitive = expect.objectContaining({ code: 'sensitive-folder' });

test('a home folder is one by whatever spelling', async () => {
  const { above, home, data } = scene();
  const link = join(above, 'link');
  symlinkSync(home, link);
  const spellings = [home, `${home}/`, `${home}/.`, `${home}/pictures/..`, link, `${link}/`, above, '/'];
  for (const path of [...spellings, dirname(above)])
    await expect(checkSensitive([path], data), path).rejects.toEqual(sensitive);
  await expect(checkSensitive([join(home, 'notes'), home], data)).rejects.toEqual(sensitive);
});

test('the home that the system knows is one when HOME is not set', async () => {
  vi.stubEnv('HOME', undefined);
  await expect(checkSensitive([homedir()], temporaryFolder())).rejects.toEqual(sensitive);
});

test('the data folder is refused, and what holds it', async () => {
  const { data } = scene();
  mkdirSync(data);
  for (const path of [data, dirname(data)])
    await expect(checkSensitive([path], data)).rejects.toEqual(
      expect.objectContaining({ code: 'sensitive-folder', message: expect.stringContaining('keys') }),
    );
});

test('what lies in a home is nothing to ask about, nor what is not there', async () => {
  const { home, data } = scene();
  for (const name of ['pictures', 'notes', 'not there'])
    await expect(checkSensitive([join(home, name)], data)).resolves.toBeUndefined();
});
