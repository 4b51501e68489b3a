import { expect, test } from 'vitest';
import { MemberGate } from '../../core/engine/member-gate.ts';

/** How many of `count` datagrams a second from `from` get through in a second. */
function through(gate: MemberGate, from: (n: number) => string, count: number): number {
  let admitted = 0;
  for (let n = 0; n < count; n++) {
    if (!gate.admit((n * 1000) / count, from(n))) continue;
    admitted++;
    gate.taken(1);
  }
  return admitted;
}

function open(): MemberGate {
  const gate = new MemberGate();
  gate.isOpen = true;
  return gate;
}

test('nothing gets through while nobody listens', () => {
  const gate = new MemberGate();
  expect(gate.admit(0, '192.0.2.1:1')).toBe(false);
  gate.isOpen = true;
  expect(gate.admit(0, '192.0.2.1:1')).toBe(true);
  gate.isOpen = false;
  expect(gate.admit(0, '192.0.2.1:1')).toBe(false);
});

test('a stranger gets through a little, and all strangers together not much more', () => {
  expect(through(open(), () => '192.0.2.1:1', 10_000)).toBeLessThanOrEqual(101);
  expect(through(open(), (n) => `192.0.2.${n % 250}:1`, 50_000)).toBeLessThanOrEqual(1001);
  expect(through(open(), (n) => `192.0.2.1:${n}`, 50_000)).toBeLessThanOrEqual(1001);
});

test('who was sent to lately is heard, whatever strangers send', () => {
  const gate = open();
  gate.sendsTo(0, '192.0.2.9:9');
  expect(through(gate, (n) => `192.0.2.1:${n}`, 10_000)).toBeLessThanOrEqual(1001);
  let heard = 0;
  for (let n = 0; n < 2000; n++) {
    gate.admit(1000 + n / 2, `192.0.2.1:${n}`);
    if (gate.admit(1000 + n / 2, '192.0.2.9:9')) heard++;
    gate.taken(1);
  }
  expect(heard).toBeGreaterThan(1900);
  expect(through(gate, () => '192.0.2.9:9', 100_000)).toBeLessThan(6000);
});

test('an address is forgotten that was not sent to for a minute', () => {
  const gate = open();
  gate.sendsTo(0, '192.0.2.9:9');
  let heard = 0;
  for (let n = 0; n < 1000; n++) if (gate.admit(61_000, '192.0.2.9:9')) heard++;
  expect(heard).toBe(50);
});

test('when the node does not keep up, what comes is dropped until it does', () => {
  const gate = open();
  gate.sendsTo(0, '192.0.2.9:9');
  let heard = 0;
  for (let n = 0; n < 5000; n++) if (gate.admit(n, '192.0.2.9:9')) heard++;
  expect(heard).toBe(1024);
  gate.taken(10);
  for (let n = 0; n < 50; n++) if (gate.admit(6000, '192.0.2.9:9')) heard++;
  expect(heard).toBe(1034);
});
