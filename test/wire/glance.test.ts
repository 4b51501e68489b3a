import { expect, test } from 'vitest';
import { writeControl } from '../../core/wire/control.ts';
import { TYPE_MEMBER, TYPE_SUBSCRIBE } from '../../core/wire/datagram.ts';
import { glance, isStranger } from '../../core/wire/glance.ts';
import { CONTROL_NAMES, goldenControl } from './golden.ts';

test('a glance sees the type and the token that reading finds', () => {
  for (const name of CONTROL_NAMES) {
    const { datagram, bytes } = goldenControl(name);
    // It has no token, and may be shorter than one.
    if (datagram.type === TYPE_MEMBER) continue;
    expect(glance(bytes), name).toEqual({ type: datagram.type, ...datagram.token });
  }
});

test('it sees nothing in what is short, of another magic or another version', () => {
  const { bytes } = goldenControl(CONTROL_NAMES[0]);
  const nothing = { type: 0, high: 0, low: 0 };
  expect(glance(bytes.subarray(0, 11))).toEqual(nothing);
  expect(glance(bytes.subarray(0, 12))).toEqual(glance(bytes));
  expect(glance(Uint8Array.from(bytes, (byte, at) => (at === 0 ? byte ^ 1 : byte)))).toEqual(nothing);
  expect(glance(Uint8Array.from(bytes, (byte, at) => (at === 1 ? byte ^ 0x10 : byte)))).toEqual(nothing);
});

test('a stranger is who has no cookie', () => {
  const golden = CONTROL_NAMES.map((name) => goldenControl(name).datagram);
  const subscribe = golden.find((datagram) => datagram.type === TYPE_SUBSCRIBE);
  if (subscribe?.type !== TYPE_SUBSCRIBE) throw new Error('there is no golden SUBSCRIBE');
  for (let at = 0; at < 16; at++) {
    const cookie = new Uint8Array(16);
    expect(isStranger(writeControl({ ...subscribe, cookie }))).toBe(true);
    cookie[at] = 1;
    expect(isStranger(writeControl({ ...subscribe, cookie }))).toBe(false);
  }
  expect(isStranger(new Uint8Array(47))).toBe(false);
  expect(isStranger(new Uint8Array(48))).toBe(true);
});
