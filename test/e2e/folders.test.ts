/** What is in a folder: what cannot travel is told at once and can be left out, links and times arrive. */
import { execFileSync } from 'node:child_process';
import { lstatSync, readdirSync, readlinkSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { plant, temporaryFolder } from '../content/temporary.ts';
import { get, share, startRain } from './rain.ts';

const onPosix = test.skipIf(process.platform === 'win32');
const THEN = 981_158_400;

/** Three names that cannot travel, a pipe, links in and out, and a file that is old. */
function box(): string {
  const root = plant(join(temporaryFolder(), 'box'), {
    'Shot 10:11:12.png': '',
    'Shot 10:11:13.png': '',
    'Icon\r': '',
    'ok.png': 'ok',
    'd/old': 'old',
    'sınır.txt': '1',
    'sinir.txt': '2',
  });
  execFileSync('mkfifo', [join(root, 'pipe')]);
  symlinkSync('../ok.png', join(root, 'd/in'));
  symlinkSync('/etc/passwd', join(root, 'd/out'));
  utimesSync(join(root, 'd/old'), THEN, THEN);
  return root;
}

onPosix('all names that cannot travel are told at once, and nothing is shared', async () => {
  const run = startRain('share', box(), '--no-lan', '--bind', '127.0.0.1');
  const { code, refused } = await run.until('error');
  expect((await run.exit).code).toBe(1);
  expect(code).toBe('bad-name');
  expect(refused?.count).toBe(3);
  expect(refused?.entries).toHaveLength(3);
});

onPosix.each([
  ['private', [], ['Icon\r', 'Shot 10:11:12.png', 'Shot 10:11:13.png', 'd/out', 'pipe']],
  ['public', ['--public'], []],
])('the rest arrives, and who fetches it is told what was left out: %s', async (_, access, names) => {
  const { shared, address } = await share(box(), '--skip', ...access);
  expect(shared.leftOut?.count).toBe(5);
  const done = await get(shared.link, [address], temporaryFolder()).until('done');
  expect(done.leftOut).toEqual({ count: 5, names });
  expect(readdirSync(done.path).sort()).toEqual(['d', 'ok.png', 'sinir.txt', 'sınır.txt']);
  expect(readlinkSync(join(done.path, 'd/in'))).toBe('../ok.png');
  const isOld = lstatSync(join(done.path, 'd/old')).mtimeMs === THEN * 1000;
  expect(isOld).toBe(access.length === 0);
});
