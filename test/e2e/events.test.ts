// @module-tag real-time
/** The words of the command line that scripts rely on: each event to the field, and nothing else beside them. */
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { noise, plant, temporaryFolder } from '../content/temporary.ts';
import { get, Rain, share, startRain } from './rain.ts';

const count = z.int().min(0);
const part = z.number().min(0).max(1);
const ADDRESS = /^(\d+\.\d+\.\d+\.\d+|\[[0-9a-f:.]+(%\w+)?\]):\d+$/;

const server = {
  address: z.string().regex(ADDRESS),
  found: z.enum(['asked', 'link', 'list', 'lan', 'server']),
  droplets: count,
  bytes: count,
  share: part,
  loss: part,
  rttMs: z.number().positive().nullable(),
  state: z.enum(['resolving', 'silent', 'absent', 'busy', 'refused', 'pouring', 'idle', 'banned']),
};

/** What `share` says on standard error until it is ready. */
const hashing = z.strictObject({
  event: z.literal('hashing'),
  name: z.string(),
  hashed: count,
  bytes: count,
});

/** Every event of `share` and `get` that may come, with just these fields. */
const anyEvent = z.discriminatedUnion('event', [
  z.strictObject({
    event: z.literal('shared'),
    id: z.string().regex(/^[0-9a-f]{16}$/),
    link: z.string().regex(/^rain:[0-9a-f]{16}(\.[\w-]{22}|\?d=[\w-]{32})/),
    name: z.string().min(1),
    bytes: count,
    files: count,
    port: z.int().min(1).max(65_535),
    addresses: z.array(z.string().regex(ADDRESS)).min(1),
  }),
  z.strictObject({
    event: z.literal('start'),
    id: z.string().regex(/^[0-9a-f]{16}$/),
    name: z.string().min(1),
    bytes: count,
    files: count,
    folders: count,
    resumedBytes: count,
  }),
  z.strictObject({
    event: z.literal('progress'),
    verified: count,
    bytes: count,
    rate: z.number().min(0),
    eta: z.number().min(0).nullable(),
    overhead: z.number().min(0),
    state: z.enum(['waiting', 'manifest', 'running', 'finishing', 'stalled']),
    servers: z.array(z.strictObject({ ...server, rate: z.number().min(0) })),
  }),
  z.strictObject({
    event: z.literal('done'),
    path: z.string().startsWith('/'),
    bytes: count,
    seconds: z.number().positive(),
    resumedBytes: count,
    wireBytes: count,
    overhead: z.number().min(0),
    droplets: z.strictObject({
      needed: count,
      received: count,
      source: count,
      repair: count,
      duplicate: count,
      late: count,
      rejected: count,
    }),
    servers: z.array(z.strictObject(server)),
  }),
  z.strictObject({
    event: z.literal('error'),
    code: z.string().regex(/^[a-z-]+$/),
    message: z.string().min(1),
    hint: z.string().min(1).optional(),
  }),
]);

type AnyEvent = z.infer<typeof anyEvent>;

/** All that was written to standard output, every line of it an event of a known shape. */
function eventsOf(stdout: string): AnyEvent[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => anyEvent.parse(JSON.parse(line)));
}

test('share and get in JSON', async () => {
  const file = join(plant(temporaryFolder(), { 'a file.bin': noise(4_000_000) }), 'a file.bin');
  const { node, shared, address } = await share(file, '--limit', '2M');
  const run = get(shared.link, [address], temporaryFolder());
  const { code, stdout, stderr } = await run.exit;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const events = eventsOf(stdout);
  const names = events.map(({ event }) => event);
  expect(names[0]).toBe('start');
  expect(names.at(-1)).toBe('done');
  expect(new Set(names.slice(1, -1))).toEqual(new Set(['progress']));
  expect(events[0]).toMatchObject({ id: shared.id, name: 'a file.bin', bytes: 4_000_000, resumedBytes: 0 });

  const sharer = await node.kill('SIGTERM');
  expect(sharer.code).toBe(0);
  for (const line of sharer.stderr.trimEnd().split('\n')) hashing.parse(JSON.parse(line));
  expect(eventsOf(sharer.stdout)).toMatchObject([
    {
      event: 'shared',
      name: 'a file.bin',
      bytes: 4_000_000,
      files: 1,
      port: shared.port,
      addresses: [address],
    },
  ]);
});

test('progress comes at most four times a second, never goes back, and knows what is left', async () => {
  const file = join(plant(temporaryFolder(), { file: noise(5_000_000) }), 'file');
  const { shared, address } = await share(file, '--limit', '2M');
  const run = get(shared.link, [address], temporaryFolder());
  await run.exit;
  const progress = run.heard('progress');
  expect(progress.length).toBeGreaterThan(5);
  const span = (progress.at(-1)?.at ?? 0) - progress[0].at;
  expect(progress.length - 1).toBeLessThanOrEqual(Math.ceil(span / 250));
  const verified = progress.map((event) => event.verified);
  expect(verified).toEqual(verified.toSorted((a, b) => a - b));
  expect(progress.some(({ eta, rate }) => eta !== null && rate > 0)).toBe(true);
});

test('what is counted adds up', async () => {
  const file = join(plant(temporaryFolder(), { file: noise(3_000_000) }), 'file');
  const servers = await Promise.all([0, 1].map(() => share(file, '--public', '--limit', '3M')));
  const addresses = servers.map(({ address }) => address);
  const { droplets, ...done } = await get(servers[0].shared.id, addresses, temporaryFolder()).until('done');
  const { needed, received, source, repair, duplicate, late, rejected } = droplets;
  expect(needed).toBe(Math.ceil(3_000_000 / 1152));
  expect(received).toBe(source + repair + duplicate + late + rejected);
  expect(done.overhead).toBeCloseTo(received / needed - 1, 6);
  expect(done.overhead).toBeLessThan(0.1);
  expect(done.wireBytes).toBeGreaterThan(received * 1152);
  expect(done.servers.reduce((sum, each) => sum + each.droplets, 0)).toBe(received);
  expect(done.servers.reduce((sum, each) => sum + each.share, 0)).toBeCloseTo(1, 6);
  expect(done.servers.map(({ address }) => address).toSorted()).toEqual(addresses.toSorted());
  for (const { found, loss, rttMs } of done.servers) {
    expect(found).toBe('asked');
    expect(loss).toBeLessThan(0.05);
    expect(rttMs).not.toBeNull();
  }
});

test('an error in JSON', async () => {
  const run = startRain('share', '/no/such/path');
  const { stdout, stderr } = await run.exit;
  expect(stderr).toBe('');
  expect(eventsOf(stdout)).toMatchObject([{ event: 'error', code: 'no-such-path' }]);
});

test('for people: the link alone, then the path alone, on standard output', async () => {
  const folder = realpathSync(plant(temporaryFolder(), { file: noise(5000), 'out/side': undefined }));
  const sharer = new Rain(['share', join(folder, 'file'), '--no-lan', '--bind', '127.0.0.1']);
  const link = await sharer.when('a link', () => /^(rain:.+)\n$/.exec(sharer.stdout)?.[1]);
  await sharer.when('the port', () => sharer.stderr.includes('on port') || undefined);
  const port = /on port (\d+)/.exec(sharer.stderr)?.[1];
  const out = join(folder, 'out');
  const run = new Rain(['get', link, '--from', `127.0.0.1:${port}`, '--out', out, '--no-lan']);
  const { code, stdout } = await run.exit;
  expect({ code, stdout }).toEqual({ code: 0, stdout: `${join(out, 'file')}\n` });
  expect((await sharer.kill('SIGINT')).stdout).toBe(`${link}\n`);
});

test('--quiet says no more than that', async () => {
  const file = join(plant(temporaryFolder(), { file: noise(5000) }), 'file');
  const { shared, address } = await share(file);
  const out = temporaryFolder();
  const run = new Rain(['get', shared.link, '--from', address, '--out', out, '--no-lan', '--quiet']);
  expect(await run.exit).toMatchObject({ code: 0, stdout: `${join(out, 'file')}\n`, stderr: '' });
});
