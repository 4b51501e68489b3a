import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { removeFetched, removePart } from '../../core/content/removal.ts';
import { build, noise, plant, temporaryFolder } from './temporary.ts';

test('a part in a folder that has become a file is gone', async () => {
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, '');
  await removePart(join(file, 'x.part'));
  expect(existsSync(file)).toBe(true);
});

test.skipIf(process.platform === 'win32')('what cannot be taken away is told with its path', async () => {
  const name = join(temporaryFolder(), 'n'.repeat(300));
  await expect(removePart(name)).rejects.toMatchObject({
    name: 'Failure',
    code: 'name-too-long',
    message: expect.stringMatching(/n cannot be written: .* too long .*\(ENAMETOOLONG\)/),
  });
});

test('what a system left in a folder keeps nobody from removing it', async () => {
  const root = plant(temporaryFolder(), { 'a/b.txt': noise(10) });
  const { manifest } = await build(root);
  writeFileSync(join(root, 'a', '.DS_Store'), '');
  writeFileSync(join(root, 'desktop.ini'), '');
  await removeFetched(root, manifest);
  expect(existsSync(root)).toBe(false);
});

test('a folder that has the name of a file stays, and a file is removed alone', async () => {
  const root = plant(temporaryFolder(), { 'f.bin': noise(10), 'other.bin': noise(10) });
  const { manifest } = await build(join(root, 'f.bin'));
  await removeFetched(join(root, 'f.bin'), manifest);
  expect(readdirSync(root)).toEqual(['other.bin']);
  mkdirSync(join(root, 'f.bin'));
  await removeFetched(join(root, 'f.bin'), manifest);
  await removeFetched(join(root, 'gone.bin'), manifest);
  expect(readdirSync(root).sort()).toEqual(['f.bin', 'other.bin']);
});
