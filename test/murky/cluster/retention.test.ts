/** What a wrong clock, and a long absence, do to a cluster. */
import { expect, test } from 'vitest';
import { RETENTION } from '../../../core/murky/cluster/limits.ts';
import { EPOCH } from './simulation/node.ts';
import { entryId, Stage } from './simulation/stage.ts';

const DAY = 86_400_000;
const YEAR = 365 * DAY;

/** Everybody's clocks go on by `time`, while nothing happens. */
function later(stage: Stage, time: number): void {
  for (const node of stage.nodes) {
    const isUp = node.cluster !== undefined;
    if (isUp) node.stop();
    node.properties.skew += time;
    if (isUp) node.start();
  }
}

test('tombstones go after thirty days, everywhere, and do not come back', () => {
  const stage = new Stage(1);
  const [a, b] = stage.gather(3);
  a.put(entryId(1), 'short-lived');
  a.put(entryId(2), 'kept');
  stage.run(5000);
  b.delete(entryId(1));
  stage.run(60_000);
  for (const node of stage.nodes) expect(node.catalogue.get(entryId(1))?.kind).toBe('tombstone');
  for (let month = 0; month < 2; month++) {
    later(stage, RETENTION - 5 * DAY);
    stage.run(180_000);
    for (const node of stage.nodes) expect(node.catalogue.size).toBe(month === 0 ? 2 : 1);
  }
});

test('a node that was away for longer deletes what was deleted, and keeps what only it has', () => {
  const stage = new Stage(2);
  const [a, b, away] = stage.gather(3);
  a.put(entryId(1), 'deleted meanwhile');
  a.put(entryId(2), 'kept');
  stage.run(120_000);
  away.cluster && stage.network.cut(away.properties.address, 1);
  stage.run(1000);
  away.put(entryId(3), 'written when nobody heard');
  away.stop();
  stage.network.heal();
  b.delete(entryId(1));
  stage.run(60_000);
  for (let days = 0; days < 40; days += 20) {
    later(stage, 20 * DAY);
    stage.run(180_000);
  }
  expect(a.catalogue.get(entryId(1)), 'the tombstone is gone').toBeUndefined();
  away.start();
  expect(away.cluster?.snapshot.isReturning).toBe(true);
  stage.run(60_000);
  expect(away.cluster?.snapshot.isReturning).toBe(false);
  expect(stage.isAlike).toBe(true);
  expect(a.catalogue.get(entryId(1))).toBeUndefined();
  for (const number of [2, 3]) expect(a.catalogue.get(entryId(number)), `${number}`).toBeDefined();
  expect(away.events).toContainEqual(expect.objectContaining({ type: 'removed', why: 'deleted' }));
});

test('a whole cluster that was switched off for months goes on as it was', () => {
  const stage = new Stage(3);
  const nodes = stage.gather(3);
  nodes[0].put(entryId(1), 'kept');
  stage.run(120_000);
  for (const node of nodes) node.stop();
  later(stage, 90 * DAY);
  for (const node of nodes) node.start();
  nodes[1].put(entryId(2), 'new');
  stage.run(900_000);
  expect(stage.isAlike).toBe(true);
  expect(nodes[2].catalogue.size).toBe(2);
});

test.each([YEAR, -60 * YEAR])('a node whose clock is %i ms off takes part as the others do', (skew) => {
  const stage = new Stage(4);
  const [wrong] = [stage.add({ skew }), stage.add(), stage.add()];
  for (const node of stage.nodes) node.start();
  stage.run(10_000);
  const record = wrong.put(entryId(1), 'by the one with the wrong clock');
  expect(Math.abs((record?.version.time ?? 0) - EPOCH - stage.timeline.now)).toBeLessThan(10_000);
  stage.run(5000);
  expect(stage.isAlike).toBe(true);
  const after = stage.nodes[1].put(entryId(1), 'by another');
  stage.run(5000);
  for (const node of stage.nodes) expect(node.catalogue.get(entryId(1))).toEqual(after);
});

test('what was written alone by a clock a year ahead reaches all, and can be overwritten, when it is found out', () => {
  const stage = new Stage(5);
  const wrong = stage.add({ skew: YEAR });
  wrong.start();
  wrong.put(entryId(1), 'from next year');
  stage.run(1000);
  stage.gather(2);
  stage.run(120_000);
  expect(stage.isAlike).toBe(true);
  const [, b, c] = stage.nodes;
  expect(c.catalogue.get(entryId(1))?.version.time).toBeLessThan(EPOCH + DAY);
  const after = b.put(entryId(1), 'of today');
  stage.run(5000);
  for (const node of stage.nodes) expect(node.catalogue.get(entryId(1))).toEqual(after);
  expect(b.events).toContainEqual(expect.objectContaining({ type: 'skew' }));
});

test('a node that returns says nothing of what it has before it has compared it', () => {
  const stage = new Stage(6);
  const away = stage.add({ autoAddPeers: false });
  const there = stage.add();
  away.start();
  away.put(entryId(1), 'perhaps deleted meanwhile');
  away.stop();
  away.lastContact = EPOCH + DAY;
  away.properties.skew = there.properties.skew = 40 * DAY;
  away.start();
  there.start();
  // It lists nobody, so it has nobody to compare with; the other asks in vain until it has waited long enough.
  stage.run(300_000);
  expect(there.catalogue.size).toBe(0);
  away.cluster?.addPeer(away.at, there.properties.address);
  stage.run(60_000);
  expect(away.catalogue.size).toBe(0);
  expect(away.cluster?.snapshot.isReturning).toBe(false);
});
