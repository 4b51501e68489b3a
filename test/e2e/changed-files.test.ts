// @module-tag real-time
/** Files that change while they are shared. */
import {
  closeSync,
  copyFileSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { noise } from '../content/temporary.ts';
import { sha256 } from './contents.ts';
import { freePort } from './free-port.ts';
import { expectHonest } from './honest.ts';
import { get, share } from './rain.ts';
import { MB, scene } from './scene.ts';

const BYTES = 12 * MB;

const CHANGES: readonly (readonly [string, string, (file: string) => void])[] = [
  ['gets longer', 'changed-while-read', (file) => truncateSync(file, BYTES + 1)],
  ['gets shorter', 'changed-while-read', (file) => truncateSync(file, BYTES / 2)],
  ['gets other bytes', 'changed-while-read', overwriteEnd],
  ['gets other bytes and the time it had', 'changed-while-read', overwriteUnseen],
  ['is another one', 'changed-while-read', replace],
  ['is removed', 'no-such-path', (file) => rmSync(file)],
];

test.each(CHANGES)('a file that %s is served no more, and the sharer is told', async (_how, code, change) => {
  const { folder, file, out } = scene(BYTES);
  const copy = join(folder, 'copy');
  copyFileSync(file, copy);
  const port = await freePort();
  const { node, shared, address } = await share(file, '--limit', '3M');
  const client = get(shared.link, [address, `127.0.0.1:${port}`], out);
  await client.until('progress', ({ verified }) => verified > 0);
  change(file);
  const changedAt = performance.now();
  const problem = await node.until('error');
  expect(problem.code).toBe(code);
  expect(problem.at - changedAt).toBeLessThan(4000);
  expect((await node.exit).code).toBe(1);
  await client.until('progress', ({ state }) => state === 'waiting');
  expect(client.heard('progress').at(-1)?.verified).toBeLessThan(BYTES);

  // All that was poured before is right: with a server of the right bytes it comes to a good end.
  await share(copy, '--as', shared.link, '--port', String(port));
  const done = await client.until('done');
  expect(sha256(done.path)).toBe(sha256(copy));
  expectHonest(done);
  expect(done.servers.map(({ state }) => state)).not.toContain('banned');
});

function overwriteEnd(file: string): void {
  const fd = openSync(file, 'r+');
  writeSync(fd, noise(2 * MB, 7), 0, 2 * MB, BYTES - 2 * MB);
  closeSync(fd);
}

/** Only who looks at the bytes can tell. */
function overwriteUnseen(file: string): void {
  const { atime, mtime } = statSync(file);
  overwriteEnd(file);
  utimesSync(file, atime, mtime);
}

function replace(file: string): void {
  const other = `${file}.new`;
  copyFileSync(file, other);
  overwriteUnseen(other);
  renameSync(other, file);
}
