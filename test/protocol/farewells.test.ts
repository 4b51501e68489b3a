import { expect, test } from 'vitest';
import { Farewells } from '../../core/protocol/farewells.ts';
import { Session } from '../../core/protocol/session.ts';
import { COOKIE_BYTES, TYPE_HELLO } from '../../core/wire/datagram.ts';

const TOKEN = { high: 1, low: 2 };

/** A session whose server has answered after `rtt` ms. */
function session(rtt: number): Session {
  const config = { resource: 'ab'.repeat(8), maxDatagram: 1184, servers: () => 1, company: undefined };
  const made = new Session(0, 0, '192.0.2.1:1980', 'asked', TOKEN, config);
  made.pollSubscribe(0, false);
  const cookie = new Uint8Array(COOKIE_BYTES).fill(1);
  made.challenged(rtt, { type: TYPE_HELLO, kind: 'challenge', token: TOKEN, cookie });
  return made;
}

/** When each farewell leaves that is said at 1000, ms. */
function times(farewells: Farewells): number[] {
  const at: number[] = [];
  for (let now = 1000; now <= 3000; now++) while (farewells.poll(now) !== undefined) at.push(now);
  return at;
}

test('a farewell is said at once, and after one and three round trips', () => {
  const farewells = new Farewells();
  farewells.say(1000, [session(200)], false);
  const [first, second, third] = times(farewells);
  expect(first).toBe(1000);
  expect(third - first).toBe(3 * (second - first));
  expect(second - first).toBeGreaterThanOrEqual(200);
});

test('a process that ends says its farewells as often, and waits for nothing', () => {
  const farewells = new Farewells();
  farewells.say(1000, [session(200), session(50)], false);
  farewells.hasten();
  expect(times(farewells)).toEqual(Array.from({ length: 6 }, () => 1000));
});
