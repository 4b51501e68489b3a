/** Two nodes find out what differs, whatever they have, and for few bytes. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readAsked, readHeld, writeAsked, writeHeld } from '../../../core/murky/cluster/bodies.ts';
import { VersionClock } from '../../../core/murky/cluster/clock.ts';
import { answerTo, Comparison } from '../../../core/murky/cluster/comparison.ts';
import { KeptRecords } from '../../../core/murky/cluster/kept-records.ts';
import { ClusterKey } from '../../../core/murky/cluster/key.ts';
import { MemoryCatalogue } from '../../../core/murky/cluster/memory-catalogue.ts';
import { ALL, partOf, type Span } from '../../../core/murky/cluster/span.ts';
import type { EntryRecord } from '../../../core/murky/record.ts';
import { anyRecord } from './arbitrary.ts';
import { digestOf, EPOCH, hex } from './simulation/node.ts';
import { entryId, SECRET, Stage } from './simulation/stage.ts';

const ENTRIES = 10_000;
const MISSED = 10;

function keeping(records: Iterable<EntryRecord>): KeptRecords {
  const catalogue = new MemoryCatalogue();
  for (const record of records) catalogue.set(record);
  return new KeptRecords(catalogue, new ClusterKey(SECRET), new VersionClock(entryId(1)));
}

function numbered(number: number, time = 1): EntryRecord {
  return { kind: 'tombstone', id: entryId(number), version: { time, counter: 0, writer: entryId(1) } };
}

/** Compares `own` with `other`, some questions being lost; gives what differs and how many bytes it took. */
function compare(own: KeptRecords, other: KeptRecords, isLost: () => boolean = () => false) {
  const comparison = new Comparison(own);
  comparison.begin();
  const theirs = new Set<string>();
  const lacking = new Set<string>();
  let bytes = 0;
  for (let questions = 0; comparison.hasQuestions; questions++) {
    if (questions > 100_000) throw new Error('it does not end');
    const asked = comparison.next();
    if (isLost()) {
      comparison.lost(asked);
      continue;
    }
    const question = writeAsked(asked);
    const answer = writeHeld(answerTo(readAsked(question) ?? [], other));
    expect(answer.length).toBeLessThanOrEqual(1100);
    bytes += question.length + answer.length;
    const found = comparison.answered(asked, readHeld(answer) ?? []);
    for (const id of found.theirs) theirs.add(id);
    for (const { id } of found.lacking) lacking.add(id);
  }
  expect(comparison.isRunning).toBe(false);
  return { theirs: [...theirs].sort(), lacking: [...lacking].sort(), differs: comparison.differs, bytes };
}

test('what differs is found, all of it and nothing else, though questions are lost', () => {
  const few = fc.array(anyRecord({ times: 3 }), { maxLength: 60 });
  fc.assert(
    fc.property(few, few, few, fc.infiniteStream(fc.nat(3)), (common, onlyOwn, onlyOther, luck) => {
      const own = new Map([...common, ...onlyOwn].map((record) => [record.id, record]));
      const other = new Map([...common, ...onlyOther].map((record) => [record.id, record]));
      const found = compare(keeping(own.values()), keeping(other.values()), () => luck.next().value === 0);
      const theirs = [...other.values()].filter((record) => own.get(record.id) !== record);
      const lacking = [...own.keys()].filter((id) => !other.has(id));
      expect(found.theirs).toEqual(theirs.map(({ id }) => id).sort());
      expect(found.lacking).toEqual(lacking.sort());
      expect(found.differs).toBe(theirs.length + lacking.length > 0);
    }),
    { numRuns: 100 },
  );
});

test('a version that differs is found among thousands', () => {
  const records = Array.from({ length: 5000 }, (_, number) => numbered(number));
  const changed = records.map((record, number) => (number === 4321 ? numbered(number, 2) : record));
  expect(compare(keeping(records), keeping(changed))).toMatchObject({ theirs: [entryId(4321)], lacking: [] });
});

test('fingerprints are what the records add up to, however they got there', () => {
  const kept = keeping([]);
  for (let i = 0; i < 200; i++) kept.set(numbered(i));
  for (let i = 0; i < 100; i++) kept.set(numbered(i, 2));
  for (let i = 150; i < 200; i++) kept.remove(numbered(i));
  const fresh = keeping(Array.from({ length: 150 }, (_, i) => numbered(i, i < 100 ? 2 : 1)));
  const same = (span: Span): void => {
    expect(kept.fingerprints.of(span)).toEqual(fresh.fingerprints.of(span));
    if (span.bits >= 16 || fresh.fingerprints.of(span).count === 0) return;
    const parts = Array.from({ length: 16 }, (_, index) => partOf(span, index));
    expect(kept.fingerprints.ofParts(span)).toEqual(parts.map((part) => kept.fingerprints.of(part).sum));
    for (const part of parts) same(part);
  };
  same(ALL);
  expect(fresh.fingerprints.of(ALL).count).toBe(150);
});

test('clusters with other secrets have other fingerprints', () => {
  const catalogue = new MemoryCatalogue();
  catalogue.set(numbered(1));
  const clock = new VersionClock(entryId(1));
  const sums = [SECRET, undefined].map(
    (secret) => new KeptRecords(catalogue, new ClusterKey(secret), clock).fingerprints.of(ALL).sum,
  );
  expect(sums[0]).not.toBe(sums[1]);
});

test(`a node that missed ${MISSED} of ${ENTRIES} entries catches up for a few kilobytes`, () => {
  const stage = new Stage(1);
  const [stayed, left] = [stage.add(), stage.add()];
  const digest = digestOf('the same everywhere');
  for (let i = 0; i < ENTRIES; i++) {
    const version = { time: EPOCH - i, counter: 0, writer: entryId(1) };
    const record: EntryRecord = {
      kind: 'content',
      id: entryId(i),
      version,
      size: 19,
      digest,
      contentType: 'text/plain',
    };
    stayed.catalogue.set(record);
    if (i % (ENTRIES / MISSED) !== 0) left.catalogue.set(record);
  }
  for (const { contents } of stage.nodes) contents.add(hex(digest));
  stayed.start();
  stage.run(60_000);
  const before = stage.network.bytes;
  left.start();
  for (let steps = 0; !stage.isAlike && steps < 20; steps++) stage.run(500);
  expect(stage.isAlike).toBe(true);
  expect(left.catalogue.size).toBe(ENTRIES);
  expect(stage.network.bytes - before).toBeLessThan(8000);
});
