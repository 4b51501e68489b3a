/** A part that somebody deleted, cut or changed: what is right in it is kept, and the rest is fetched again. */
import {
  appendFileSync,
  closeSync,
  openSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { noise, plant } from '../content/temporary.ts';
import { contentsOf, sha256 } from './contents.ts';
import { readKept } from './kept.ts';
import { get, share } from './rain.ts';
import { MB, scene } from './scene.ts';

const BLOCK = 1152 * 1024;

test.each<[string, (part: string) => void, number]>([
  ['deleted', (part) => rmSync(part, { recursive: true }), 0],
  ['without one of its files', (part) => rmSync(join(part, 'b.bin')), 2],
  ['cut', (part) => truncateSync(join(part, 'b.bin'), 2 * BLOCK), 4],
  ['changed', (part) => spoil(join(part, 'a.bin'), 10), 4],
  ['longer than it was', (part) => appendFileSync(join(part, 'a.bin'), 'more'), 5],
])('a part %s does not stand in the way of its link', async (_, harm, right) => {
  const { folder, out } = scene(1);
  const source = plant(join(folder, 'source'), { 'a.bin': noise(2 * BLOCK), 'b.bin': noise(6 * BLOCK, 2) });
  const { shared, address } = await share(source, '--limit', '1M');
  const data = join(folder, 'client');
  const first = get(shared.link, [address], out, '--data', data);
  await first.until('progress', ({ verified }) => verified >= 5 * BLOCK);
  await first.kill('SIGINT');
  const [part] = readdirSync(out);
  harm(join(out, part));

  const second = get(shared.link, [address], out, '--data', data);
  const { resumedBytes } = await second.until('start');
  // The droplets of blocks that are not complete come on top.
  expect(Math.floor(resumedBytes / BLOCK)).toBeGreaterThanOrEqual(right);
  const { path } = await second.until('done');
  expect(contentsOf(path)).toEqual(contentsOf(source));
  expect(readdirSync(out)).toEqual(['source']);
});

test('a part that is deleted under a running transfer ends it with the reason, and the next run begins again', async () => {
  const { folder, out } = scene(1);
  const source = plant(join(folder, 'source'), { 'a.bin': noise(2 * MB), 'b.bin': noise(2 * MB, 2) });
  const { shared, address } = await share(source, '--limit', '1M');
  const data = join(folder, 'client');
  const first = get(shared.link, [address], out, '--data', data);
  await first.until('progress', ({ verified }) => verified >= BLOCK);
  rmSync(join(out, readdirSync(out)[0]), { recursive: true });
  const { code, message, hint } = await first.until('error');
  expect({ code, hint }).toEqual({
    code: 'part-file-lost',
    hint: 'Start it again: what is right is kept, and the rest is fetched.',
  });
  expect(message).toContain('source.part');
  expect((await first.exit).code).toBe(5);

  const { path } = await get(shared.link, [address], out, '--data', data).until('done');
  expect(contentsOf(path)).toEqual(contentsOf(source));
});

test('what somebody else has put in the place of a part stays there', async () => {
  const { folder, file, out } = scene(3 * MB);
  const { shared, address } = await share(file, '--limit', '1M');
  const data = join(folder, 'client');
  const first = get(shared.link, [address], out, '--data', data);
  await first.until('progress', ({ verified }) => verified >= BLOCK);
  await first.kill('SIGINT');
  expect(readKept(data).resumedBytes).toBeGreaterThanOrEqual(BLOCK);
  const theirs = join(out, 'file.bin.part');
  writeFileSync(theirs, noise(4 * MB, 3));
  const theirHash = sha256(theirs);
  await get(shared.link, [address], out, '--data', data).until('done');
  expect(contentsOf(out)).toEqual({ 'file.bin': sha256(file), 'file.bin.part': theirHash });
});

function spoil(path: string, at: number): void {
  const fd = openSync(path, 'r+');
  writeSync(fd, 'x', at);
  closeSync(fd);
}
