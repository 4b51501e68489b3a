/** Whose datagram is the next, with as many subscriptions as a server has places for. */
import { expect, test } from 'vitest';
import { Pouring } from '../../core/protocol/pouring.ts';
import { Turns } from '../../core/protocol/turns.ts';
import { COOKIE_BYTES, type Subscribe, TYPE_SUBSCRIBE } from '../../core/wire/datagram.ts';

/** As in core/engine/serving.ts. */
const MAX_SUBSCRIPTIONS = 2048;
/** Droplets that each has poured, at one a second. */
const ROUNDS = 3;

function subscribe(number: number): Pouring {
  const heartbeat: Subscribe = {
    type: TYPE_SUBSCRIBE,
    wantsHello: false,
    token: { high: 0, low: number },
    resource: '7e7e7e7e7e7e7e7e',
    cookie: new Uint8Array(COOKIE_BYTES),
    sequence: 1,
    lease: 60_000,
    maxDatagram: 1184,
    rate: 1,
    extents: [{ offset: 0, block: 0, from: 0, count: ROUNDS }],
  };
  // Each becomes due at another moment of a second.
  const now = (number * 1000) / MAX_SUBSCRIPTIONS;
  const pouring = new Pouring(now, number, `10.0.0.1:${number}`, `host ${number}`, heartbeat);
  pouring.heartbeat(now, heartbeat, heartbeat.lease);
  return pouring;
}

/** Has it tell how often somebody asks when it is due. */
function countLooks(pouring: Pouring, looked: () => void): void {
  let { due } = pouring;
  Object.defineProperty(pouring, 'due', {
    get: () => {
      looked();
      return due;
    },
    set: (to: number) => {
      due = to;
    },
  });
}

test('who is not due costs a datagram next to nothing', () => {
  const turns = new Turns();
  let looks = 0;
  for (let i = 0; i < MAX_SUBSCRIPTIONS; i++) {
    const pouring = subscribe(i);
    countLooks(pouring, () => looks++);
    turns.subscribed(pouring);
    turns.enter(pouring);
  }
  let poured = 0;
  looks = 0;
  for (let now = 0; now < ROUNDS * 1000; now += 0.25) {
    const isPoured = (): boolean =>
      turns.take(now, (pouring) => {
        pouring.sent(now, 1, 1184);
        return 1;
      });
    while (isPoured()) poured++;
  }
  expect(poured).toBe(ROUNDS * MAX_SUBSCRIPTIONS);
  expect(looks / poured).toBeLessThan(10 * Math.log2(MAX_SUBSCRIPTIONS));
});
