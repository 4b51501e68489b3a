/** Whom the clients of a server follow. */
import { expect, test } from 'vitest';
import { Fronts } from '../../core/protocol/fronts.ts';
import { Pouring } from '../../core/protocol/pouring.ts';
import type { Spring } from '../../core/protocol/spring.ts';
import { NO_BLOCK, type Subscribe, TYPE_SUBSCRIBE } from '../../core/wire/datagram.ts';

const SPRING: Spring = {
  manifestBytes: 100,
  symbolSize: 1152,
  blockSymbols: 1024,
  profile: 1,
  name: new Uint8Array(0),
  realSymbols: () => 1024,
  ready: () => true,
  write: () => undefined,
};
const SUBSCRIBE: Subscribe = {
  type: TYPE_SUBSCRIBE,
  wantsHello: true,
  token: { high: 1, low: 2 },
  resource: '7a7a7a7a7a7a7a7a',
  cookie: new Uint8Array(16),
  sequence: 0,
  lease: 1000,
  maxDatagram: 1184,
  rate: 1000,
  extents: [],
};
/** Between heartbeats, ms: longer than it is remembered who leads. */
const PAUSE = 200;

/** Clients that are poured so many bytes between heartbeats, and order the next of their blocks with each. */
function race(clients: readonly { readonly bytes: number; readonly blocks: readonly number[] }[]) {
  const pourings = clients.map((_, i) => new Pouring(0, i, `10.0.0.${i}:4000`, `10.0.0.${i}`, SUBSCRIBE));
  const fronts = new Fronts(() => pourings);
  const heartbeats = clients[0].blocks.length;
  for (let beat = 0; beat < heartbeats; beat++) {
    const now = (beat + 1) * PAUSE;
    for (const [i, { bytes, blocks }] of clients.entries()) {
      const extents = [{ offset: 1024 * beat, block: blocks[beat], from: 0, count: 1024 }];
      pourings[i].bytes += bytes;
      pourings[i].heartbeat(now, { ...SUBSCRIBE, sequence: beat + 1, extents }, 1000);
      fronts.ordered(pourings[i], SPRING);
    }
    fronts.of(now, pourings[0]);
  }
  return pourings.map((pouring) => fronts.of(heartbeats * PAUSE, pouring));
}

test('all but the fastest are told where the fastest is', () => {
  const clients = [
    { bytes: 100, blocks: [1, 3] },
    { bytes: 300, blocks: [3, 9] },
  ];
  expect(race(clients)).toEqual([9, NO_BLOCK]);
});

test('who leads goes on to lead as long as nobody is twice as fast', () => {
  const clients = [
    { bytes: 100, blocks: [5, 10, 15] },
    { bytes: 90, blocks: [5, 11, 16] },
  ];
  expect(race(clients)).toEqual([NO_BLOCK, 15]);
});

test('who has come to the end and gone back leads those who are about as fast', () => {
  const clients = [
    { bytes: 100, blocks: [180, 190, 200] },
    { bytes: 90, blocks: [215, 227, 12] },
  ];
  expect(race(clients)).toEqual([12, NO_BLOCK]);
});

test('who has gone back and is slow by far leads nobody', () => {
  const clients = [
    { bytes: 100, blocks: [180, 190, 200] },
    { bytes: 10, blocks: [215, 227, 12] },
  ];
  expect(race(clients)).toEqual([NO_BLOCK, 200]);
});
