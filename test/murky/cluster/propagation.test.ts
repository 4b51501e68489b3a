/** What a put costs, where it goes, and that nothing goes round in circles. */
import { expect, test } from 'vitest';
import type { ContentRecord } from '../../../core/murky/record.ts';
import type { Seen } from './simulation/network.ts';
import { digestOf, type SimulatedNode } from './simulation/node.ts';
import { addressOf, entryId, Stage } from './simulation/stage.ts';

/** Requests of TELL that are sent on `stage` from now on. */
function tellings(stage: Stage): Seen[] {
  const told: Seen[] = [];
  stage.network.watch = (seen) => {
    if (seen.bytes[0] === 3 && seen.bytes[2] === 1) told.push(seen);
  };
  return told;
}

function fetches({ events }: SimulatedNode): ContentRecord[] {
  return events.flatMap((event) => (event.type === 'fetch' ? [event.record] : []));
}

test('a put, an overwrite and a delete reach every node within seconds', () => {
  const stage = new Stage(1);
  const [first, second, third] = stage.gather(6);
  for (const write of [
    () => first.put(entryId(1), 'hello'),
    () => second.put(entryId(1), 'hello again'),
    () => third.delete(entryId(1)),
  ]) {
    const record = write();
    stage.run(5000);
    for (const node of stage.nodes) expect(node.catalogue.get(entryId(1))).toEqual(record);
  }
});

test.each([3, 10, 20])('a put among %i nodes is told a few times each, and fetched once each', (count) => {
  const stage = new Stage(2);
  const [first] = stage.gather(count);
  stage.run(60_000);
  const told = tellings(stage);
  first.put(entryId(1), 'hello');
  stage.run(10_000);
  expect(stage.isAlike).toBe(true);
  expect(told.length).toBeGreaterThanOrEqual(count - 1);
  // One from the writer, two from each, and some from who happened to compare just then.
  expect(told.length).toBeLessThanOrEqual(3.5 * (count - 1));
  for (const node of stage.nodes.slice(1)) expect(fetches(node).length).toBe(1);
  told.length = 0;
  stage.run(300_000);
  expect(told, 'and then there is quiet').toEqual([]);
});

test('a thousand puts at once share datagrams', () => {
  const stage = new Stage(3);
  const [first] = stage.gather(2);
  const before = stage.network.datagrams;
  for (let i = 0; i < 1000; i++) first.put(entryId(i), `entry ${i}`);
  expect(stage.runUntilAlike(120_000)).toBe(true);
  expect(stage.network.datagrams - before).toBeLessThan(1000);
});

test('a cluster at rest is quiet', () => {
  const stage = new Stage(4);
  const nodes = stage.gather(10);
  for (const [index, node] of nodes.entries()) node.put(entryId(index), `entry ${index}`);
  stage.run(300_000);
  const { datagrams, bytes } = stage.network;
  stage.run(600_000);
  const minutes = 10;
  const perNode = (stage.network.datagrams - datagrams) / nodes.length / minutes;
  expect(perNode, 'datagrams a minute').toBeLessThan(60);
  expect((stage.network.bytes - bytes) / (stage.network.datagrams - datagrams)).toBeLessThan(150);
});

test('the version before stays readable until the content of the next is here', () => {
  const stage = new Stage(5);
  const [writer, reader] = stage.gather(2);
  const before = writer.put(entryId(1), 'before');
  stage.run(5000);
  const after = writer.put(entryId(1), 'after');
  let steps = 0;
  while (reader.catalogue.get(entryId(1))?.version.time === before?.version.time) {
    expect(reader.catalogue.get(entryId(1))).toEqual(before);
    stage.run(1);
    steps++;
  }
  expect(steps).toBeGreaterThan(0);
  expect(reader.catalogue.get(entryId(1))).toEqual(after);
});

test('a hub that may not introduce its peers to each other passes on what each writes', () => {
  const stage = new Stage(6);
  const leaves = Array.from({ length: 8 }, (_, index) => addressOf(index + 1));
  const hub = stage.add({ listed: leaves, autoAddPeers: false });
  for (const _ of leaves) stage.add({ listed: [hub.properties.address], autoAddPeers: false });
  for (const node of stage.nodes) node.start();
  stage.run(20_000);
  const record = stage.nodes[1].put(entryId(1), 'from a leaf');
  stage.run(6000);
  for (const node of stage.nodes) expect(node.catalogue.get(entryId(1))).toEqual(record);
});

test('what was written while a node was down is there soon after it returns, and the other way round', () => {
  const stage = new Stage(7);
  const [a, b, c] = stage.gather(3);
  c.stop();
  for (let i = 0; i < 20; i++) a.put(entryId(i), `a ${i}`);
  b.stop();
  a.delete(entryId(3));
  stage.run(60_000);
  a.stop();
  b.start();
  c.start();
  stage.run(10_000);
  expect(c.catalogue.size, 'from one that had it from the writer').toBe(b.catalogue.size);
  a.start();
  stage.run(10_000);
  expect(stage.isAlike).toBe(true);
  expect(c.catalogue.get(entryId(3))?.kind).toBe('tombstone');
});

test('content that its holder has lost is had from another, which is asked for', () => {
  const stage = new Stage(8);
  const [a, b] = stage.gather(2);
  a.put(entryId(1), 'precious');
  stage.run(5000);
  a.contents.clear();
  const late = stage.add();
  late.start();
  expect(b.isWhole).toBe(true);
  stage.run(30_000);
  expect(late.catalogue.size).toBe(1);
});

test('a record whose content nobody has is given up, and nothing is kept of it', () => {
  const stage = new Stage(9);
  const [a, b] = stage.gather(2);
  a.put(entryId(1), 'gone');
  a.contents.clear();
  stage.run(600_000);
  expect(b.catalogue.size).toBe(0);
  const attempts = fetches(b).length;
  expect(attempts).toBeGreaterThan(5);
  expect(attempts, 'tried again ever more seldom').toBeLessThan(60);
});

test('content that is here already is not fetched for a newer version', () => {
  const stage = new Stage(10);
  const [a, b] = stage.gather(2);
  a.put(entryId(1), 'same');
  stage.run(5000);
  const again = a.put(entryId(1), 'same');
  stage.run(5000);
  expect(b.catalogue.get(entryId(1))).toEqual(again);
  expect(fetches(b).length).toBe(1);
});

test('a newer version calls off the fetching of an older one, and a delete of both', () => {
  const stage = new Stage(11);
  const [a, b] = stage.gather(2, { fetching: 1000 });
  const first = a.put(entryId(1), 'first');
  stage.run(100);
  const second = a.put(entryId(1), 'second');
  stage.run(100);
  const deleted = a.delete(entryId(1));
  stage.run(5000);
  const abandoned = b.events.flatMap((event) => (event.type === 'abandon' ? [event.record] : []));
  expect(abandoned).toEqual([first, second]);
  expect(b.catalogue.get(entryId(1))).toEqual(deleted);
});

test('of two writes at the same moment the same one wins everywhere', () => {
  for (let seed = 100; seed < 110; seed++) {
    const stage = new Stage(seed);
    const nodes = stage.gather(4);
    const written = nodes.map((node, index) => node.put(entryId(1), `by ${index}`));
    stage.run(20_000);
    expect(stage.isAlike).toBe(true);
    expect(written).toContainEqual(nodes[0].catalogue.get(entryId(1)));
  }
});

test('propagate tells every peer again, and only of what there is', () => {
  const stage = new Stage(12);
  const [a] = stage.gather(4);
  a.put(entryId(1), 'hello');
  stage.run(5000);
  const told = tellings(stage);
  expect(a.cluster?.propagate(a.at, entryId(1))).toBe(true);
  expect(a.cluster?.propagate(a.at, entryId(2))).toBe(false);
  stage.run(60_000);
  expect(told.length).toBe(3);
});

test('a fetched version that has been overtaken is not kept over the newer one', () => {
  const stage = new Stage(13);
  const [a] = stage.gather(2);
  const newer = a.put(entryId(1), 'newer');
  if (newer === undefined) throw new Error('not written');
  const version = { ...newer.version, time: newer.version.time - 1 };
  const older: ContentRecord = {
    kind: 'content',
    id: entryId(1),
    version,
    size: 5,
    digest: digestOf('older'),
    contentType: '',
  };
  expect(a.cluster?.kept(a.at, older)).toBe(false);
  expect(a.catalogue.get(entryId(1))).toEqual(newer);
});
