import { spawnSync } from 'node:child_process';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder } from '../../core/content/make-folder.ts';
import { temporaryFolder } from './temporary.ts';

test('a folder is made with those it lies in, and one that is there is left as it is', () => {
  const path = join(temporaryFolder(), 'a', 'b');
  makeFolder(path, 0o700);
  writeFileSync(join(path, 'f'), '');
  makeFolder(path);
  expect(existsSync(join(path, 'f'))).toBe(true);
  if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o700);
});

test('what is in the way is told', () => {
  const file = join(temporaryFolder(), 'f');
  writeFileSync(file, '');
  for (const path of [file, join(file, 'inside'), join(file, 'further', 'inside')])
    expect(() => makeFolder(path)).toThrow(expect.objectContaining({ code: 'in-the-way' }));
});

test.runIf(existsSync('/proc/self'))('where no folder can be made, trying ends', () => {
  const module = new URL('../../core/content/make-folder.ts', import.meta.url);
  const script = `import { makeFolder } from '${module}'; try { makeFolder('/proc/rain/x') } catch (e) { console.log(e.code) }`;
  const args = ['--input-type=module', '-e', script];
  const { stdout, signal } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 20_000 });
  expect({ stdout, signal }).toEqual({ stdout: 'no-such-path\n', signal: null });
});
