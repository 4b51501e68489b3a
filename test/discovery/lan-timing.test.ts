import dnsPacket from 'dns-packet';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LanAnnouncer } from '../../core/discovery/lan-announcer.ts';
import { question } from '../../core/discovery/lan-presence.ts';
import { LanSearcher } from '../../core/discovery/lan-searcher.ts';

const NODE = '0123456789abcdef';
const never = () => Number.POSITIVE_INFINITY;
const query = dnsPacket.decode(dnsPacket.encode({ type: 'query', ...question([]) }));

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Collects the times, in ms from now, at which the returned function is called. */
function clocked(): { times: number[]; call: () => void } {
  const began = performance.now();
  const times: number[] = [];
  return { times, call: () => times.push(Math.round(performance.now() - began)) };
}

test('a search asks at once, then at doubling distances up to a minute, until it is stopped', () => {
  const { times, call } = clocked();
  const search = new LanSearcher(call, never).search();
  vi.advanceTimersByTime(200_000);
  search.stop();
  vi.advanceTimersByTime(200_000);
  expect(times.map((time) => time / 1000)).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183]);
});

test('a second search begins anew, not within a second of the last question; one that ends leaves the other', () => {
  const { times, call } = clocked();
  const searcher = new LanSearcher(call, never);
  const first = searcher.search();
  vi.advanceTimersByTime(7500);
  const second = searcher.search();
  vi.advanceTimersByTime(0);
  first.stop();
  vi.advanceTimersByTime(1500);
  searcher.search();
  searcher.search();
  second.stop();
  vi.advanceTimersByTime(1000);
  expect(times).toEqual([0, 1000, 3000, 7000, 8000, 9000, 10_000]);
});

test('somebody whose time runs out is asked for before the next question is due', () => {
  const { times, call } = clocked();
  const due = performance.now() + 96_000;
  new LanSearcher(call, (now) => (now < due ? due : Number.POSITIVE_INFINITY)).search();
  vi.advanceTimersByTime(130_000);
  expect(times).toContain(96_000);
});

test('a node that appears says so at once, after one second, after three', () => {
  const { times, call } = clocked();
  new LanAnnouncer(NODE, call).announce();
  vi.advanceTimersByTime(60_000);
  expect(times.map((time) => Math.round(time / 1000))).toEqual([0, 1, 3]);
});

test('a crowd of questions gets one answer, after 20 to 120 ms', () => {
  const { times, call } = clocked();
  const announcer = new LanAnnouncer(NODE, call);
  for (let asker = 0; asker < 50; asker++) announcer.hear(query);
  vi.advanceTimersByTime(60_000);
  expect(times).toHaveLength(1);
  expect(times[0]).toBeGreaterThanOrEqual(20);
  expect(times[0]).toBeLessThanOrEqual(121);
});

test('whoever goes on asking gets no more than one answer a second, and whoever asks late gets his', () => {
  const { times, call } = clocked();
  const announcer = new LanAnnouncer(NODE, call);
  announcer.announce();
  for (let asked = 0; asked < 1000; asked++) {
    announcer.hear(query);
    vi.advanceTimersByTime(10);
  }
  vi.advanceTimersByTime(60_000);
  expect(times.length).toBeGreaterThan(8);
  expect(times.length).toBeLessThanOrEqual(12);
  for (const [index, time] of times.entries()) {
    if (index > 0) expect(time - times[index - 1]).toBeGreaterThanOrEqual(1000);
  }
});

test('after the end nothing is said', () => {
  const { times, call } = clocked();
  const announcer = new LanAnnouncer(NODE, call);
  announcer.announce();
  announcer.hear(query);
  announcer.stop();
  vi.advanceTimersByTime(60_000);
  expect(times).toEqual([]);
});
