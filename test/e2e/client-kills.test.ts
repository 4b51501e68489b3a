// @module-tag real-time
/** A client that is killed again and again, at any moment, gets there, and fetches nothing twice. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFailed, onTestFinished, test } from 'vitest';
import { LossyLink } from '../../cli/lossy-link.ts';
import { seeded, unit } from '../../core/protocol/random.ts';
import { noise, plant, temporaryFolder } from '../content/temporary.ts';
import { contentsOf } from './contents.ts';
import { expectHonest } from './honest.ts';
import { type Kept, NOTHING_KEPT, readKept } from './kept.ts';
import { get, type Heard, type Rain, share } from './rain.ts';

const MB = 1_000_000;
/** "About a second": so long a droplet may be in memory only, ms. */
const LOSS_WINDOW = 2000;
/** Droplets of open blocks beyond what they will turn out to need. */
const SURPLUS = 32;

interface Scene {
  readonly name: string;
  readonly seed: number;
  readonly kills: number;
  /** A run is killed anywhere between so many ms after its start. */
  readonly from: number;
  readonly to: number;
  readonly files: Readonly<Record<string, Uint8Array>>;
  readonly access: readonly string[];
  /** Upload limit of each server, and loss of the link to it, 0..1. */
  readonly servers: readonly { readonly limit: string; readonly loss: number }[];
}

const SCENES: readonly Scene[] = [
  {
    name: 'a public file',
    seed: 1,
    kills: 22,
    from: 0,
    to: 2500,
    files: { 'one.bin': noise(40 * MB) },
    access: ['--public'],
    servers: [{ limit: '6M', loss: 0 }],
  },
  {
    name: 'a private folder, over a good and a lossy link',
    seed: 2,
    kills: 16,
    from: 300,
    to: 2800,
    files: Object.fromEntries(
      Array.from({ length: 40 }, (_, i) => [`all/of ${i % 4}/${i}.bin`, noise((i * i * 700) % MB, i)]),
    ),
    access: [],
    servers: [
      { limit: '2M', loss: 0 },
      { limit: '2M', loss: 0.1 },
    ],
  },
  {
    name: 'a private file over 1 Mbit/s, where a block takes ten seconds',
    seed: 3,
    kills: 12,
    from: 800,
    to: 4500,
    files: { 'slow.bin': noise(1.5 * MB) },
    access: [],
    servers: [{ limit: '1mbit', loss: 0 }],
  },
];

// What a kill may cost is counted in seconds, which a machine that is full at that moment stretches: once more, then.
test.each(SCENES)('$name', { timeout: 200_000 }, async (scene) => {
  // A second try that passes hides what the first one saw.
  onTestFailed(({ task }) => console.warn(task.result?.errors?.at(-1)?.message));
  const folder = temporaryFolder();
  const source = plant(join(folder, 'source'), scene.files);
  const [name] = Object.keys(scene.files)[0].split('/');
  const { link, from } = await serve(scene, join(source, name));
  const random = seeded(scene.seed);

  let kills = 0;
  for (let round = 1; kills < scene.kills; round++) {
    const out = plant(join(folder, `round-${round}`), { out: undefined, data: undefined });
    const data = join(out, 'data');
    const start = (): Rain => get(link, from, join(out, 'out'), '--data', data, '--seed');
    let kept = NOTHING_KEPT;
    while (kills < scene.kills && !kept.isDone) {
      const client = start();
      await Promise.race([delay(scene.from + unit(random) * (scene.to - scene.from)), client.exit]);
      const killedAt = performance.now();
      await client.kill('SIGKILL');
      kills++;
      const before = kept;
      kept = readKept(data);
      expectKept(client, killedAt, before, kept);
    }
    const client = start();
    const done = await client.until('done');
    expect(contentsOf(join(out, 'out'))).toEqual(contentsOf(source));
    expect(done.droplets.needed).toBe(kept.needed);
    expect(done.resumedBytes).toBe(kept.resumedBytes);
    expectHonest(done);
    expectNotReadAgain(client, kept);
    await client.kill('SIGTERM');
  }
});

/** Starts the servers of a scene; resolves with the link and where to get it from. */
async function serve({ access, servers }: Scene, path: string): Promise<{ link: string; from: string[] }> {
  const from: string[] = [];
  let link: string | undefined;
  for (const [i, { limit, loss }] of servers.entries()) {
    const as = link === undefined ? access : ['--as', link];
    const { shared, address } = await share(path, ...as, '--limit', limit);
    link ??= shared.link;
    from.push(loss === 0 ? address : await worsen(shared.port, loss, i));
  }
  return { link: link ?? '', from };
}

/** Where to get from instead of the port, by a link that loses so much. */
async function worsen(to: number, loss: number, seed: number): Promise<string> {
  const link = await LossyLink.open({ to, loss, seed });
  onTestFinished(() => link.close());
  return `127.0.0.1:${link.port}`;
}

/** After a kill: nothing verified is lost, nothing that was told is taken back, and of droplets the last second. */
function expectKept(client: Rain, killedAt: number, before: Kept, kept: Kept): void {
  const [start] = client.heard('start');
  if (start !== undefined) expect(start.resumedBytes).toBe(before.resumedBytes);
  expect([...kept.verified]).toEqual(expect.arrayContaining([...before.verified]));
  const progress = client.heard('progress');
  expect(kept.verifiedBytes).toBeGreaterThanOrEqual(progress.at(-1)?.verified ?? 0);

  const then = progress.findLast(({ at }) => at <= killedAt - LOSS_WINDOW);
  // What came twice or too late by its own count was no loss: at the end, with little left to fetch, that is the most.
  const useful = then === undefined ? 0 : Math.max(0, receivedBy(then) / (1 + then.overhead) - SURPLUS);
  expect(kept.symbols, told(progress, killedAt, before)).toBeGreaterThanOrEqual(
    Math.floor(before.symbols + useful),
  );
}

/** Droplets of all servers. */
function receivedBy({ servers }: Heard<'progress'>): number {
  return servers.reduce((sum, { droplets }) => sum + droplets, 0);
}

/** What a run that was killed had said, for whoever asks where its droplets went. */
function told(progress: readonly Heard<'progress'>[], killedAt: number, before: Kept): string {
  const lines = progress.map((line) => {
    const { at, verified, overhead, state } = line;
    const ms = Math.round(at - killedAt);
    return `${ms} ms: ${receivedBy(line)} droplets, overhead ${overhead.toFixed(3)}, ${verified} bytes verified, ${state}`;
  });
  return [`symbols kept; ${before.symbols} before the run, which said`, ...lines, ''].join('\n');
}

/** What was verified before is not hashed again, and so not read: a run reads its program and stored droplets. */
function expectNotReadAgain({ pid }: Rain, kept: Kept): void {
  const io = `/proc/${pid}/io`;
  if (!existsSync(io)) return;
  const read = Number(/rchar: (\d+)/.exec(readFileSync(io, 'utf8'))?.[1]);
  const stored = kept.resumedBytes - kept.verifiedBytes;
  expect(read).toBeLessThan(12 * MB + 2 * stored);
}
