/** Datagrams cut short, or with one byte another: what is wrong with each is said, not only that something is. */
import { describe, expect, test } from 'vitest';
import { readControl, writeControl } from '../../core/wire/control.ts';
import {
  type Extent,
  type Hello,
  type Subscribe,
  TYPE_HELLO,
  TYPE_MEMBER,
  TYPE_SUBSCRIBE,
} from '../../core/wire/datagram.ts';

const TOKEN = { high: 1, low: 2 };
const COOKIE = new Uint8Array(16).fill(3);

const HELLO: Hello = {
  type: TYPE_HELLO,
  kind: 'resource',
  token: TOKEN,
  cookie: COOKIE,
  echo: 7,
  manifestBytes: 100,
  symbolSize: 1152,
  blockSymbols: 1024,
  profile: 1,
  front: 5,
  name: new TextEncoder().encode('name'),
  peers: [
    { ip: Uint8Array.of(192, 0, 2, 1), port: 1980 },
    { ip: new Uint8Array(16).fill(9), port: 1981 },
  ],
};

function subscribe(extents: readonly Extent[]): Subscribe {
  return {
    type: TYPE_SUBSCRIBE,
    wantsHello: false,
    token: TOKEN,
    resource: '3a3a3a3a3a3a3a3a',
    cookie: COOKIE,
    sequence: 1,
    lease: 1000,
    maxDatagram: 1184,
    rate: 1000,
    extents: [...extents],
  };
}

function changed(bytes: Uint8Array, at: number, to: number): Uint8Array {
  return bytes.map((byte, i) => (i === at ? to : byte));
}

describe('HELLO', () => {
  const bytes = writeControl(HELLO);

  test('is short without its header, and has a wrong length anywhere behind it', () => {
    for (let n = 0; n < 50; n++) {
      const whole = n === 28 ? ['short', 'object'] : ['short'];
      const read = readControl(bytes.subarray(0, n));
      expect(whole, `${n}`).toContain(typeof read === 'string' ? read : 'object');
    }
    for (let n = 50; n < bytes.length; n++) expect(readControl(bytes.subarray(0, n)), `${n}`).toBe('length');
    expect(readControl(bytes)).toEqual(HELLO);
    expect(readControl(Uint8Array.of(...bytes, 0))).toBe('length');
  });

  test.each([41, 45])('with something in byte %d, which is reserved, is told so', (at) => {
    expect(readControl(changed(bytes, at, 1))).toBe('reserved');
  });
});

describe('SUBSCRIBE', () => {
  test('may order nothing, and is no shorter than that', () => {
    const bytes = writeControl(subscribe([]));
    expect(readControl(bytes)).toEqual(subscribe([]));
    expect(readControl(bytes.subarray(0, bytes.length - 1))).toBe('short');
    expect(readControl(changed(bytes, 2, 2))).toBe('reserved');
  });

  test.each([
    [0xffff_fffe, 1, 'object'],
    [0xffff_ffff, 1, 'range'],
    [0xffff_fff0, 15, 'object'],
    [0xffff_fff0, 16, 'range'],
  ])('may have its last place at 2^32 - 1: at %d, %d droplets', (offset, count, verdict) => {
    const read = readControl(writeControl(subscribe([{ offset, block: 0, from: 0, count }])));
    expect(typeof read === 'string' ? read : 'object').toBe(verdict);
  });

  test.each([
    [0xffff_ffff, 1, 'object'],
    [0xffff_ffff, 2, 'range'],
  ])('may have its last id at 2^32 - 1: from %d, %d droplets', (from, count, verdict) => {
    const read = readControl(writeControl(subscribe([{ offset: 0, block: 0, from, count }])));
    expect(typeof read === 'string' ? read : 'object').toBe(verdict);
  });
});

test('a datagram of any type is short without the header that all have, and one of no type is of none', () => {
  expect(readControl(new Uint8Array(0))).toBe('short');
  expect(readControl(Uint8Array.of(0xa7, 0x16, 0))).toBe('short');
  const member = writeControl({ type: TYPE_MEMBER, payload: new Uint8Array(1) });
  expect(readControl(member)).toMatchObject({ type: TYPE_MEMBER });
  expect(readControl(member.subarray(0, 4))).toBe('short');
  const unknown = new Uint8Array(24);
  unknown.set([0xa7, 0x19]);
  expect(readControl(unknown)).toBe('type');
  expect(readControl(unknown.subarray(0, 23))).toBe('short');
});
