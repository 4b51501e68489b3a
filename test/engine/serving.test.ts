/** The serving side of the network thread, from the first question to the last droplet. */
import { expect, test } from 'vitest';
import { FULL_RETRY } from '../../core/engine/udp.ts';
import { openPair, RESOURCE } from './pair.ts';

test('a block that a client waits for is poured as soon as a codec has read it, and the thread is woken for it', () => {
  const { until, served, find, loader, load, wakes, step } = openPair();
  until('asked for', () => served.some(({ type }) => type === 'find'));
  find();
  until('to be loaded', () => loader.asked.length > 0);
  for (let ms = 0; ms < 20; ms++) expect(step()).toBe(0);
  expect(wakes()).toBe(0);
  load();
  expect(wakes()).toBeGreaterThan(0);
  // The client has its first droplets within a few of its rounds, and not when it next asks.
  let ms = 0;
  until('poured', (came) => ++ms > 0 && came > 0);
  expect(ms).toBeLessThan(20);
});

test('a resource that is dropped is poured to nobody any more, and who was poured to is told of for a last time', () => {
  const { serving, begin, step, posts, served } = openPair();
  begin();
  expect(serving.takeClients()).toMatchObject([{ resource: RESOURCE, hasLeft: false }]);
  posts(served);
  serving.drop(RESOURCE);
  const [left, ...others] = serving.takeClients();
  expect(left).toMatchObject({ resource: RESOURCE, hasLeft: true });
  expect(left.poured).toBeGreaterThan(0);
  expect(others).toEqual([]);
  expect(serving.takeClients()).toEqual([]);
  for (let ms = 0; ms < 50; ms++) expect(step()).toBe(0);
});

test('while the link is full nothing is sent, and it is looked at again soon', () => {
  const { clock, serving, udp, sent, begin, until } = openPair();
  begin();
  udp.isFull = true;
  const { poured } = serving;
  expect(serving.pump(udp)).toBe(clock.now + FULL_RETRY);
  expect({ sent, poured: serving.poured }).toEqual({ sent: [], poured });
  udp.isFull = false;
  until('poured', (came) => came > 0);
});

test('an upload limit holds from when it is set', () => {
  const { clock, serving, begin, step } = openPair();
  begin();
  serving.setUploadLimit(10_000);
  const before = serving.poured;
  const from = clock.now;
  while (clock.now < from + 100) step();
  // A tenth of a second of it, and a datagram more.
  expect(serving.poured - before).toBeLessThanOrEqual(1000 + 1300);
  expect(serving.poured).toBeGreaterThan(before);
});
