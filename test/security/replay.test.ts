/** What somebody recorded and sends again, and what was meant for another. */
import { expect, test } from 'vitest';
import { seeded } from '../../core/protocol/random.ts';
import { writeControl } from '../../core/wire/control.ts';
import { ClientHost } from '../protocol/simulation/client-host.ts';
import { resourceOf } from '../protocol/simulation/virtual-resource.ts';
import { CONTROL_NAMES, goldenControl, goldenRain } from '../wire/golden.ts';
import { poured, ServerBench, subscribe, unsubscribe } from './server-bench.ts';

const CLIENT = '192.0.2.7:4000';
const TOKEN = { high: 77, low: 88 };

/** A client that was poured to, and left. */
function pouredOnce(): { bench: ServerBench; heartbeat: Uint8Array; cookie: Uint8Array } {
  const bench = new ServerBench();
  const cookie = bench.cookieFor(CLIENT, TOKEN);
  const heartbeat = subscribe({ token: TOKEN, cookie, sequence: 2 });
  bench.receive(CLIENT, heartbeat);
  expect(poured(bench.runTo(bench.now + 150))).toBe(1000);
  return { bench, heartbeat, cookie };
}

test('a heartbeat that is sent again, in its time or ever after, has nothing poured', () => {
  const { bench, heartbeat, cookie } = pouredOnce();
  for (let i = 0; i < 1000; i++) bench.receive(CLIENT, heartbeat);
  expect(bench.runTo(bench.now + 11_000)).toEqual([]);
  expect(bench.clients, 'its lease is not renewed by it').toBe(0);
  bench.receive(CLIENT, heartbeat);
  bench.receive(CLIENT, unsubscribe(TOKEN, cookie));
  bench.receive(CLIENT, heartbeat);
  expect(bench.runTo(bench.now + 1000)).toEqual([]);
  expect(bench.clients).toBe(0);
});

test('a client that goes on after its lease is served', () => {
  const { bench, cookie } = pouredOnce();
  bench.runTo(bench.now + 11_000);
  bench.receive(CLIENT, subscribe({ token: TOKEN, cookie, sequence: 3 }));
  expect(poured(bench.runTo(bench.now + 150))).toBe(1000);
});

test('a cookie that was seen in passing begins no subscription of another token, nor at another address', () => {
  const { bench, cookie } = pouredOnce();
  for (let low = 0; low < 100; low++) bench.receive(CLIENT, subscribe({ token: { high: 1, low }, cookie }));
  bench.receive('192.0.2.7:4001', subscribe({ token: TOKEN, cookie, sequence: 9 }));
  const sent = bench.runTo(bench.now + 1000);
  expect(sent).toHaveLength(101);
  expect(sent.every(({ bytes }) => bytes.length === 28)).toBe(true);
});

test('what a server sends has no answer, whoever gets it: datagrams that are passed on end there', () => {
  const servers = [new ServerBench(), new ServerBench()];
  const client = new ClientHost(0, resourceOf('0123456789abcdef', 100), seeded(1));
  client.add(0, '192.0.2.1:1980');
  client.pump(0, () => undefined);
  let hops = [goldenRain().bytes, ...CONTROL_NAMES.map((name) => writeControl(goldenControl(name).datagram))];
  for (let round = 0; round < 2; round++) {
    const answers: Uint8Array[] = [];
    for (const bytes of hops) {
      for (const bench of servers) {
        bench.receive('192.0.2.9:9', bytes);
        answers.push(...bench.drain().map((sent) => sent.bytes));
      }
      client.receive(0, '192.0.2.9:9', bytes);
      client.pump(0, (_to, sent) => answers.push(sent));
    }
    // A SUBSCRIBE is challenged, by each server, and less comes back than was sent; a challenge is no question.
    expect(answers.map((bytes) => bytes.length)).toEqual(round === 0 ? [28, 28] : []);
    hops = answers;
  }
});
