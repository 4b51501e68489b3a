// @module-tag real-time
/** What the window shows of traffic: totals, rates, what droplets were good for, and the uploads of seeds. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import type { NodeEvent } from '../../core/api.ts';
import { Traffic } from '../../core/node/traffic.ts';
import { Nodes, reaches, shared } from './open.ts';

let nodes: Nodes;

beforeEach(async () => {
  nodes = await Nodes.make();
  onTestFinished(() => nodes.close());
});

test('rates are told once a second while something moves, and once, as zeros, when it has stopped', () => {
  const traffic = new Traffic();
  const told: { at: number; event: NodeEvent }[] = [];
  for (let at = 0; at <= 20_000; at += 250) {
    const event = traffic.see(at, Math.min(at, 4000) * 5, 0);
    if (event !== undefined) told.push({ at, event });
  }
  for (const [i, { at }] of told.entries())
    if (i > 0) expect(at - told[i - 1].at).toBeGreaterThanOrEqual(1000);
  expect(told.filter(({ at }) => at <= 4000)).toHaveLength(4);
  expect(told.find(({ at }) => at > 3000)?.event).toEqual({ type: 'rates', rateUp: 5000, rateDown: 0 });
  expect(told.at(-1)?.event).toEqual({ type: 'rates', rateUp: 0, rateDown: 0 });
  expect(told.at(-1)?.at).toBeLessThan(9000);
  expect(told.filter(({ event }) => event.type === 'rates' && event.rateUp === 0)).toHaveLength(1);
  expect(traffic.figures(20_000)).toEqual({ poured: 20_000, received: 0, rateUp: 0, rateDown: 0 });
});

test('totals outlive transfers, every droplet is accounted for, and a seed shows what it pours', async () => {
  const file = join(await nodes.path('from'), 'rain.bin');
  const content = Buffer.alloc(5_000_000);
  for (let i = 0; i < content.length; i += 512) content.writeUInt32LE(i, i);
  await writeFile(file, content);
  const server = await nodes.open({ port: 0 });
  const { link, origin } = await shared(server, [file], true);
  expect(origin).toBe('share');
  const seed = await nodes.open({ port: 0 });
  const fetched = async (node: typeof seed, port: number, into: string, seeds: boolean) => {
    const from = [`127.0.0.1:${port}`];
    const { key } = await node.fetch({ link, from, into: await nodes.path(into), seed: seeds });
    return reaches(node, key, ['done']);
  };
  const done = await fetched(seed, server.snapshot().port, 'seed', true);
  const { needed, received, source, repair, duplicate, late, rejected, manifest, surplus } = done.droplets;
  expect(needed).toBe(Math.ceil(5_000_000 / 1152));
  expect(received).toBe(source + repair + duplicate + late + rejected);
  expect(received - needed).toBe(manifest + surplus + duplicate + late + rejected);
  expect(manifest).toBeGreaterThan(0);
  expect(done.upload).toEqual({ poured: 0, rate: 0, clients: [] });

  const last = await nodes.open({ port: 0 });
  const copy = await fetched(last, seed.snapshot().port, 'last', false);
  expect(copy).not.toHaveProperty('upload');
  const { key } = done;
  const upload = () => seed.snapshot().transfers.find((transfer) => transfer.key === key)?.upload;
  await expect.poll(() => upload()?.poured).toBeGreaterThan(5_000_000);
  expect(seed.snapshot().shares).toMatchObject([{ origin: 'download', poured: upload()?.poured }]);

  await expect.poll(() => last.snapshot().received).toBeGreaterThanOrEqual(copy.wireBytes);
  await last.remove(copy.key, { deleteFiles: true });
  expect(last.snapshot().received).toBeGreaterThanOrEqual(copy.wireBytes);
  expect(seed.snapshot().poured).toBeGreaterThan(5_000_000);
  expect(last.snapshot().poured).toBe(0);
});

test('a seed that pours is told of as a transfer', async () => {
  const file = join(await nodes.path('from'), 'rain.bin');
  await writeFile(file, Buffer.alloc(20_000_000, 'rain'));
  const server = await nodes.open({ port: 0 });
  const { link } = await shared(server, [file], true);
  const seed = await nodes.open({ port: 0, uploadLimit: 4_000_000 });
  const from = [`127.0.0.1:${server.snapshot().port}`];
  const { key } = await seed.fetch({ link, from, into: await nodes.path('seed'), seed: true });
  await reaches(seed, key, ['done']);
  const rates: number[] = [];
  seed.subscribe((event) => {
    if (event.type === 'transfer' && event.transfer.key === key) {
      const { clients = [], rate = 0 } = event.transfer.upload ?? {};
      if (clients.length === 1) rates.push(rate);
    }
  });
  const last = await nodes.open({ port: 0 });
  const address = `127.0.0.1:${seed.snapshot().port}`;
  await last.fetch({ link, from: [address], into: await nodes.path('last'), seed: false });
  await expect.poll(() => rates.at(-1) ?? 0, { timeout: 10_000 }).toBeGreaterThan(1_000_000);
});
