import { expect, test } from 'vitest';
import { RollCall } from '../../core/protocol/roll-call.ts';
import { readControl } from '../../core/wire/control.ts';
import { type Subscribe, TYPE_SUBSCRIBE } from '../../core/wire/datagram.ts';

let drawn = 0;
const counting = { u32: () => ++drawn };

/** Runs a roll call in virtual time; `answers` says after how many ms a server answers its n-th question. */
function run(addresses: string[], answers: (address: string, n: number) => number | undefined) {
  const rollCall = new RollCall(0, addresses, counting);
  const sent: { at: number; address: string; question: Subscribe }[] = [];
  const arriving: { at: number; token: Subscribe['token'] }[] = [];
  let now = 0;
  while (!rollCall.isOver(now)) {
    for (let out = rollCall.pollTransmit(now); out !== undefined; out = rollCall.pollTransmit(now)) {
      const question = readControl(out.bytes);
      if (typeof question === 'string' || question.type !== TYPE_SUBSCRIBE) throw new Error('no SUBSCRIBE');
      const { address } = out;
      const delay = answers(address, sent.filter((other) => other.address === address).length + 1);
      if (delay !== undefined) arriving.push({ at: now + delay, token: question.token });
      sent.push({ at: now, address, question });
    }
    const next = Math.min(rollCall.pollTimeout(now), ...arriving.map(({ at }) => at));
    if (next === Number.POSITIVE_INFINITY) break;
    // Or the network thread would turn in a circle.
    expect(next).toBeGreaterThan(now);
    now = next;
    for (let i = arriving.length - 1; i >= 0; i--)
      if (arriving[i].at <= now) for (const { token } of arriving.splice(i, 1)) rollCall.handle(now, token);
  }
  return { now, sent, rtts: rollCall.rtts };
}

test('who answers is asked once, who does not three times, and it ends', () => {
  const { now, sent, rtts } = run(['a', 'b'], (address) => (address === 'a' ? 30 : undefined));
  expect(rtts).toEqual([30, undefined]);
  expect(sent.map(({ address }) => address)).toEqual(['a', 'b', 'b', 'b']);
  expect(now).toBeLessThan(3000);
});

test('a lost question costs patience and no round trip, and a slow answer is still one', () => {
  const { rtts } = run(['lossy', 'slow'], (address, n) =>
    address === 'slow' ? 1000 : n === 2 ? 40 : undefined,
  );
  expect(rtts).toEqual([40, 1000]);
});

test('the answer to the last question is waited for as long as those to the others', () => {
  expect(run(['late'], (_, n) => (n === 3 ? 600 : undefined)).rtts).toEqual([600]);
});

test('nobody is waited for who has been given up', () => {
  const { now, rtts } = run(['a', 'b', 'c'], () => undefined);
  expect(rtts).toEqual([undefined, undefined, undefined]);
  expect(now).toBe(2 * 5 + 3 * 700);
});

test('a long list is asked at an even pace, each without a cookie and for something nobody has', () => {
  const { sent, now } = run(
    Array.from({ length: 200 }, (_, i) => `server ${i}`),
    () => 20,
  );
  for (const [i, { at }] of sent.entries()) expect(at).toBeGreaterThanOrEqual(5 * i);
  expect(now).toBeLessThan(200 * 5 + 100);
  expect(new Set(sent.map(({ question }) => question.resource)).size).toBe(200);
  for (const { question } of sent) expect(question.cookie).toEqual(new Uint8Array(16));
});

test('an answer that nobody asked for is none', () => {
  expect(new RollCall(0, ['a'], counting).handle(1, { high: 1, low: 2 })).toBe(false);
});
