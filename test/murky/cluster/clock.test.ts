import { expect, test } from 'vitest';
import { type Moment, VersionClock } from '../../../core/murky/cluster/clock.ts';
import { compareRecords, type EntryRecord, type Version } from '../../../core/murky/record.ts';
import { entryId } from './simulation/stage.ts';

const YEAR = 365 * 86_400_000;
const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 5, 1, 12);
const writer = entryId(1);

function at(wall: number, now = 0): Moment {
  return { now, wall };
}

function written(version: Version): EntryRecord {
  return { kind: 'tombstone', id: entryId(9), version };
}

test('every version is newer than the one before, also when the clock stands or goes back', () => {
  const clock = new VersionClock(writer);
  let last = written(clock.next(at(NOON), undefined));
  for (const wall of [NOON, NOON, NOON + 1, NOON - 60_000, NOON - 60_000, NOON + 5]) {
    const next = written(clock.next(at(wall), last));
    expect(compareRecords(next, last)).toBeGreaterThan(0);
    last = next;
  }
});

test('more versions in one millisecond than there are counters run into the next', () => {
  const clock = new VersionClock(writer);
  const last = written({ time: NOON, counter: 0xffff, writer });
  expect(clock.next(at(NOON), last)).toEqual({ time: NOON + 1, counter: 0, writer });
});

test('a write is newer than what it replaces, though its writer is nearly an hour ahead', () => {
  const clock = new VersionClock(writer);
  const current = written({ time: NOON + HOUR, counter: 7, writer: entryId(2) });
  expect(clock.believes(at(NOON), current)).toBe(true);
  expect(compareRecords(written(clock.next(at(NOON), current)), current)).toBeGreaterThan(0);
});

test('a version from the future is not believed, and does not draw the clock along', () => {
  const clock = new VersionClock(writer);
  const lie = written({ time: NOON + YEAR, counter: 0, writer: entryId(2) });
  expect(clock.believes(at(NOON), lie)).toBe(false);
  expect(clock.next(at(NOON), lie).time).toBe(NOON);
});

test('after its clock ran a year ahead and was set right, a node writes by the right time', () => {
  const clock = new VersionClock(writer);
  clock.next(at(NOON + YEAR), undefined);
  expect(clock.next(at(NOON, 10), undefined).time).toBe(NOON);
});

test('a node whose clock is years off goes by that of most', () => {
  for (const wrong of [NOON + 9 * YEAR, 0]) {
    const clock = new VersionClock(writer);
    clock.heard(100, 'a', NOON);
    expect(clock.time(at(wrong, 100)), 'one against one').toBe(wrong);
    expect(clock.isConfirmed(at(wrong, 100))).toBe(false);
    clock.heard(100, 'b', NOON + 10);
    expect(Math.abs(clock.time(at(wrong, 100)) - NOON)).toBeLessThanOrEqual(10);
    expect(clock.isConfirmed(at(wrong, 100))).toBe(true);
    // Its own clock jumps to the right time: nothing else changes.
    expect(Math.abs(clock.time(at(NOON + 5000, 5100)) - NOON - 5000)).toBeLessThanOrEqual(10);
  }
});

test('a few liars do not move a clock that most bear out', () => {
  const clock = new VersionClock(writer);
  clock.heard(0, 'a', NOON + 3);
  clock.heard(0, 'b', NOON + 50 * YEAR);
  clock.heard(0, 'c', NOON - 5);
  clock.heard(0, 'd', NOON + 51 * YEAR);
  expect(clock.time(at(NOON))).toBe(NOON);
});

test('clocks that differ by less than an hour are left as they are', () => {
  const clock = new VersionClock(writer);
  for (const peer of ['a', 'b', 'c']) clock.heard(0, peer, NOON + HOUR / 2);
  expect(clock.time(at(NOON))).toBe(NOON);
  expect(clock.isConfirmed(at(NOON))).toBe(true);
});
