// @module-tag real-time
/** Ends that are none: interrupts, runs after the end, and serving on. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { noise, plant } from '../content/temporary.ts';
import { contentsOf, sha256 } from './contents.ts';
import { freePort } from './free-port.ts';
import { expectHonest } from './honest.ts';
import { readKept } from './kept.ts';
import { get, type Rain, share } from './rain.ts';
import { MB, scene } from './scene.ts';

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  'after %s it goes on with every droplet',
  async (signal) => {
    const { folder, file, out } = scene(2 * MB);
    const { shared, address } = await share(file, '--limit', '800k');
    const data = join(folder, 'client');
    const first = get(shared.link, [address], out, '--data', data);
    await first.until('progress', ({ servers }) => servers.some(({ droplets }) => droplets > 700));
    expect((await first.kill(signal)).code).toBe(130);
    const last = first.heard('progress').at(-1);
    const kept = readKept(data);
    // Some of the first that arrive are of the manifest.
    expect(kept.symbols).toBeGreaterThanOrEqual((last?.servers[0].droplets ?? 0) - 8);

    const second = get(shared.link, [address], out, '--data', data);
    const done = await second.until('done');
    expect(done.resumedBytes).toBe(kept.resumedBytes);
    expect(done.droplets.needed).toBe(kept.needed);
    expectHonest(done);
    expect(sha256(done.path)).toBe(sha256(file));
  },
);

describe('run again after the end', () => {
  test('it fetches nothing, and needs no server', async () => {
    const { folder, file, out } = scene(2 * MB);
    const { node, shared, address } = await share(file);
    const data = join(folder, 'client');
    const client = get(shared.link, [address], out, '--data', data);
    const first = await client.until('done');
    await client.exit;
    await node.kill();
    const again = await get(shared.link, [address], out, '--data', data).until('done');
    expect(again).toMatchObject({ path: first.path, bytes: first.bytes, resumedBytes: first.bytes });
    expect(again.droplets).toMatchObject({ needed: 0, received: 0 });
    expect(contentsOf(out)).toEqual({ 'file.bin': sha256(file) });
  });

  test('it fetches again what is not there as it was', async () => {
    const { folder, file, out } = scene(2 * MB);
    const { shared, address } = await share(file);
    const run = async (): Promise<string> => {
      const client = get(shared.link, [address], out, '--data', join(folder, 'client'));
      const { path } = await client.until('done');
      await client.exit;
      return path;
    };
    const first = await run();
    writeFileSync(first, 'mine now');
    const second = await run();
    expect(contentsOf(out)).toEqual({ 'file.bin': sha256(first), 'file (2).bin': sha256(file) });
    rmSync(second);
    expect(await run()).toBe(second);
    expect(sha256(second)).toBe(sha256(file));
  });
});

describe('--seed', () => {
  test.each([
    ['public', ['--public']],
    ['private', []],
  ])('a %s folder is served on, after a kill too', async (_access, access) => {
    const { folder, out } = scene(1);
    const files = plant(join(folder, 'files'), {
      'a/b/c.bin': noise(2 * MB),
      'd.txt': 'd',
      e: undefined,
    });
    const { node, shared, address } = await share(files, ...access);
    const { link } = shared;
    const port = String(await freePort());
    const seed = (from: readonly string[]): Rain =>
      get(link, from, out, '--data', join(folder, 'seed'), '--seed', '--port', port);
    const first = seed([address]);
    await first.until('done');
    await node.kill();
    await expectServed('while the first runs');

    await first.kill();
    const second = seed([]);
    await second.until('done');
    await expectServed('after a kill');
    expect((await second.kill('SIGINT')).code).toBe(0);

    async function expectServed(when: string): Promise<void> {
      const into = plant(join(folder, when), { out: undefined });
      const done = await get(link, [`127.0.0.1:${port}`], into).until('done');
      expect(contentsOf(done.path)).toEqual(contentsOf(files));
      expectHonest(done);
    }
  });
});
