// @module-tag real-time
/** A finished file that another program has open, as scanners on Windows do, cannot be given its name yet. */
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Node } from '../../core/api.ts';
import { type FileSystem, realFileSystem } from '../../core/content/file-system.ts';
import { temporaryFolder } from '../store/fixtures.ts';
import { openNode } from '../torture/scene.ts';
import { reaches, shared } from './open.ts';

const open: Node[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((node) => node.close()));
});

/** A client that fetches a file which `program.holds` when it is complete. */
async function fetching() {
  const folder = temporaryFolder();
  const content = randomBytes(100_000);
  writeFileSync(join(folder, 'film'), content);
  const program = { holds: true };
  const fs: FileSystem = {
    ...realFileSystem,
    link: (from, to) => {
      if (program.holds) throw Object.assign(new Error('held'), { code: 'EBUSY' });
      realFileSystem.link(from, to);
    },
  };
  const server = await openNode(join(folder, 'server'));
  const client = await openNode(join(folder, 'client'), fs);
  open.push(server, client);
  const { link } = await shared(server, [join(folder, 'film')], true);
  const into = temporaryFolder();
  const { key } = await client.fetch({ link, from: server.snapshot().addresses, into, seed: false });
  return { client, key, program, content };
}

test('it is told, waited for, and finished as soon as it is let go of', async () => {
  const { client, key, program, content } = await fetching();
  const stalled = await reaches(client, key, ['stalled', 'done', 'failed']);
  expect(stalled).toMatchObject({ state: 'stalled', problem: { code: 'busy' } });
  program.holds = false;
  const { state, path, problem } = await reaches(client, key, ['done', 'failed']);
  expect([state, problem]).toEqual(['done', undefined]);
  expect(readFileSync(String(path)).equals(content)).toBe(true);
});

test('a transfer that waits for it can be paused, and is finished when it goes on', async () => {
  const { client, key, program, content } = await fetching();
  await reaches(client, key, ['stalled', 'done', 'failed']);
  await client.pause(key);
  expect((await reaches(client, key, ['paused'])).verified).toBe(content.length);
  program.holds = false;
  await client.resume(key);
  expect((await reaches(client, key, ['done', 'failed'])).state).toBe('done');
});
