// @module-tag real-time
import { describe, expect, test } from 'vitest';
import { noise } from '../content/temporary.ts';
import { eventually, places, StoreProcess } from './processes.ts';

const is = (expected: Uint8Array) => (bytes: Uint8Array | undefined) =>
  bytes !== undefined && Buffer.from(bytes).equals(expected);
const gone = (bytes: Uint8Array | undefined): boolean => bytes === undefined;

describe('three processes', () => {
  test('have what was put on one of them, until it is deleted on another', async () => {
    const nodes = await Promise.all((await places(3)).map((place) => StoreProcess.start(place)));
    await Promise.all(nodes.map((node) => node.meets(2)));
    const large = noise(3_000_000);
    const text = Buffer.from('The same for all of them. '.repeat(20_000));
    expect(await nodes[0].put(1, large)).toBe(true);
    expect(await nodes[1].put(2, text)).toBe(true);
    for (const node of nodes) {
      expect(is(large)(await eventually(() => node.get(1), is(large)))).toBe(true);
      expect(is(text)(await eventually(() => node.get(2), is(text)))).toBe(true);
    }
    await nodes[2].put(1, 'new');
    for (const node of nodes) {
      const bytes = await eventually(() => node.get(1), is(Buffer.from('new')));
      expect(Buffer.from(bytes ?? '').toString()).toBe('new');
    }
    await fetch(`${nodes[1].url}/2`, { method: 'DELETE' });
    for (const node of nodes) expect(await eventually(() => node.get(2), gone)).toBeUndefined();
    const ends = await Promise.all(nodes.map((node) => node.process.kill('SIGTERM')));
    expect(ends.map(({ code, stderr }) => [code, stderr])).toEqual(ends.map(() => [0, '']));
  });

  test('one of which was down have the same when it is back, deletions too', async () => {
    const [first, second, third] = await places(3);
    const [a, b, c] = await Promise.all([first, second, third].map((place) => StoreProcess.start(place)));
    await Promise.all([a, b, c].map((node) => node.meets(2)));
    const [old, fresh] = [noise(100_000, 1), noise(200_000, 2)];
    await a.put(1, old);
    await a.put(2, old);
    expect(is(old)(await eventually(() => c.get(2), is(old)))).toBe(true);
    await c.process.kill();
    await b.put(1, fresh);
    await a.put(3, fresh);
    await fetch(`${a.url}/2`, { method: 'DELETE' });
    expect(is(fresh)(await eventually(() => a.get(1), is(fresh)))).toBe(true);
    const back = await StoreProcess.start(third);
    expect(is(fresh)(await eventually(() => back.get(1), is(fresh)))).toBe(true);
    expect(is(fresh)(await eventually(() => back.get(3), is(fresh)))).toBe(true);
    expect(await eventually(() => back.get(2), gone)).toBeUndefined();
  });

  test('one of which has another secret share nothing with it', async () => {
    const spots = await places(3, (node) => `the secret of cluster ${node < 2 ? 'one' : 'two'}`);
    const [a, b, stranger] = await Promise.all(spots.map((place) => StoreProcess.start(place)));
    await Promise.all([a.meets(1), b.meets(1)]);
    await stranger.put(1, 'theirs');
    await a.put(2, 'ours');
    expect(await eventually(() => b.get(2), is(Buffer.from('ours')))).toBeDefined();
    const { peers } = (await (
      await fetch(stranger.url, { headers: { accept: 'application/json' } })
    ).json()) as { readonly peers: readonly { readonly state: string }[] };
    expect(peers.map(({ state }) => state)).toEqual(['away', 'away']);
    expect(await stranger.get(2)).toBeUndefined();
    expect(await a.get(1)).toBeUndefined();
  });
});

test('no acknowledged entry is lost while five processes are killed at random', async () => {
  const spots = await places(5);
  const nodes = await Promise.all(spots.map((place) => StoreProcess.start(place)));
  await Promise.all(nodes.map((node) => node.meets(4)));
  const content = (id: number): Uint8Array => noise(2000 + ((id * 7919) % 300_000), id);
  const acknowledged = new Set<number>();
  let state = 7;
  const random = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  let id = 0;
  for (let round = 0; round < 6; round++) {
    const victim = random(nodes.length);
    const puts = Array.from({ length: 12 }, async (_, at) => {
      id += 1;
      const mine = id;
      if (await nodes[random(nodes.length)].put(mine, content(mine))) acknowledged.add(mine);
      if (at === 6) await nodes[victim].process.kill();
    });
    await Promise.all(puts);
    nodes[victim] = await StoreProcess.start(spots[victim]);
  }
  expect(acknowledged.size).toBeGreaterThan(30);
  for (const node of nodes) {
    for (const each of acknowledged) {
      const fits = is(content(each));
      const bytes = await eventually(() => node.get(each), fits, 60_000);
      expect([each, fits(bytes)]).toEqual([each, true]);
    }
  }
}, 300_000);
