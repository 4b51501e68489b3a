import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readControl, writeControl } from '../../core/wire/control.ts';
import { type Hello, type Subscribe, TYPE_MEMBER, TYPE_RAIN } from '../../core/wire/datagram.ts';
import { control, hello, subscribe } from './arbitraries.ts';
import { toHex } from './documented.ts';
import { CONTROL_NAMES, goldenControl } from './golden.ts';
import { controlProblem } from './well-formed.ts';

const MALFORMED = ['short', 'magic', 'version', 'type', 'length', 'reserved', 'range'];

test('every control datagram is read as it was written', () => {
  fc.assert(
    fc.property(control, (datagram) => {
      expect(readControl(writeControl(datagram))).toEqual(datagram);
    }),
    { seed: 1, numRuns: 2000 },
  );
});

const FIXED = CONTROL_NAMES.filter((name) => name !== 'MEMBER');

test.each(FIXED)('%s is malformed at every other length', (name) => {
  const { bytes } = goldenControl(name);
  const longer = new Uint8Array(bytes.length + 64);
  longer.set(bytes);
  for (let length = 0; length <= longer.length; length++) {
    const read = readControl(longer.subarray(0, length));
    if (length === bytes.length) expect(read).toBeTypeOf('object');
    else expect(MALFORMED, `${length} bytes`).toContain(read);
  }
});

test('MEMBER is malformed with no payload, and with one of more than 1152 bytes', () => {
  const bytes = new Uint8Array(1200);
  bytes.set(goldenControl('MEMBER').bytes);
  for (let length = 0; length <= bytes.length; length++) {
    const read = readControl(bytes.subarray(0, length));
    if (length < 5 || length > 1156) expect(MALFORMED, `${length} bytes`).toContain(read);
    else expect(read).toMatchObject({ payload: { length: length - 4 } });
  }
  const payload = new Uint8Array(1153);
  expect(() => writeControl({ type: TYPE_MEMBER, payload })).toThrow(RangeError);
});

test.each(CONTROL_NAMES)('%s with any one byte changed is malformed or says just that', (name) => {
  const { bytes } = goldenControl(name);
  for (let at = 0; at < bytes.length; at++) {
    for (let value = 0; value < 256; value++) {
      const changed = new Uint8Array(bytes);
      changed[at] = value;
      const read = readControl(changed);
      if (typeof read === 'string') expect(MALFORMED).toContain(read);
      else {
        expect(controlProblem(read)).toBeUndefined();
        expect(toHex(writeControl(read)), `byte ${at} = ${value}`).toBe(toHex(changed));
      }
    }
  }
});

test.each([
  ['SUBSCRIBE', 2, 2, 'reserved'],
  ['CHALLENGE', 2, 2, 'range'],
  ['CHALLENGE', 3, 1, 'reserved'],
  ['HELLO', 3, 1, 'reserved'],
  ['HELLO', 41, 1, 'reserved'],
  ['HELLO', 45, 1, 'reserved'],
  ['SORRY', 2, 4, 'range'],
  ['SORRY', 3, 1, 'reserved'],
  ['SORRY', 22, 1, 'reserved'],
  ['SORRY', 23, 1, 'reserved'],
  ['UNSUBSCRIBE', 2, 2, 'reserved'],
  ['UNSUBSCRIBE', 3, 1, 'reserved'],
  ['SORRY', 0, 1, 'magic'],
  ['SORRY', 1, 0x24, 'version'],
  ['SORRY', 1, 0x10 | TYPE_RAIN, 'type'],
  ['MEMBER', 2, 1, 'reserved'],
  ['MEMBER', 3, 1, 'reserved'],
  ['SORRY', 1, 0x17, 'type'],
] as const)('%s with byte %i = %i is malformed: %s', (name, at, value, why) => {
  const { bytes } = goldenControl(name);
  bytes[at] = value;
  expect(readControl(bytes)).toBe(why);
});

const EXTENT = { offset: 0, block: 0, from: 0, count: 1 };
const LAST = 0xffff_ffff;

test.each<[string, Partial<Subscribe>, boolean]>([
  ['the least datagram', { maxDatagram: 96 }, true],
  ['no room for a symbol', { maxDatagram: 95 }, false],
  ['the greatest datagram', { maxDatagram: 65_507 }, true],
  ['more than UDP carries', { maxDatagram: 65_508 }, false],
  ['64 extents', { extents: Array.from({ length: 64 }, (_, i) => ({ ...EXTENT, offset: i })) }, true],
  ['an empty extent', { extents: [{ ...EXTENT, count: 0 }] }, false],
  ['the last id', { extents: [{ ...EXTENT, from: LAST }] }, true],
  ['an id beyond 32 bits', { extents: [{ ...EXTENT, from: LAST, count: 2 }] }, false],
  ['the last place', { extents: [{ ...EXTENT, offset: LAST - 1 }] }, true],
  ['a place beyond 32 bits', { extents: [{ ...EXTENT, offset: LAST }] }, false],
  ['all places', { extents: [{ ...EXTENT, count: LAST }] }, true],
  ['both at their most', { extents: [{ offset: LAST, block: LAST, from: LAST, count: LAST }] }, false],
  ['a gap', { extents: [EXTENT, { ...EXTENT, offset: 9 }] }, true],
  [
    'a place twice',
    {
      extents: [
        { ...EXTENT, count: 2 },
        { ...EXTENT, offset: 1 },
      ],
    },
    false,
  ],
  ['places going back', { extents: [{ ...EXTENT, offset: 5 }, EXTENT] }, false],
])('a SUBSCRIBE with %s', (_what, change, fine) => {
  const { datagram } = goldenControl('SUBSCRIBE');
  const changed = { ...(datagram as Subscribe), ...change };
  expect(readControl(writeControl(changed))).toEqual(fine ? changed : 'range');
});

test.each<[string, Partial<Hello>, boolean]>([
  ['no manifest', { manifestBytes: 0 }, false],
  ['the longest manifest', { manifestBytes: 64 * 2 ** 20 }, true],
  ['a longer one', { manifestBytes: 64 * 2 ** 20 + 1 }, false],
  ['symbols of 0', { symbolSize: 0 }, false],
  ['symbols of 64', { symbolSize: 64 }, true],
  ['symbols of 96', { symbolSize: 96 }, false],
  ['symbols of 1216', { symbolSize: 1216 }, false],
  ['blocks of 3', { blockSymbols: 3 }, false],
  ['blocks of 4', { blockSymbols: 4 }, true],
  ['blocks of 1025', { blockSymbols: 1025 }, false],
  ['the longest name', { name: new Uint8Array(512) }, true],
  ['16 peers', { peers: Array.from({ length: 16 }, () => ({ ip: new Uint8Array(16), port: 1 })) }, true],
  ['a peer at port 0', { peers: [{ ip: new Uint8Array(4), port: 0 }] }, false],
])('a HELLO with %s', (_what, change, fine) => {
  const { datagram } = goldenControl('HELLO');
  const changed = { ...(datagram as Hello), ...change };
  expect(readControl(writeControl(changed))).toEqual(fine ? changed : 'range');
});

test('a count in the datagram is checked before anything is made for it', () => {
  const greedy = writeControl(goldenControl('SUBSCRIBE').datagram);
  greedy[3] = 65;
  expect(readControl(greedy)).toBe('range');
  greedy[3] = 64;
  expect(readControl(greedy)).toBe('length');
  const named = writeControl({ ...(goldenControl('HELLO').datagram as Hello), peers: [] });
  named.set([513 >> 8, 513 & 255], 42);
  expect(readControl(named)).toBe('range');
  named.set([512 >> 8, 512 & 255], 42);
  expect(readControl(named)).toBe('length');
  named.set([0, 6, 17], 42);
  expect(readControl(named)).toBe('range');
});

test('a list that no reader takes is not written', () => {
  const one = goldenControl('SUBSCRIBE').datagram as Subscribe;
  expect(() => writeControl({ ...one, extents: Array(65).fill(EXTENT) })).toThrow(RangeError);
  const other = goldenControl('HELLO').datagram as Hello;
  expect(() => writeControl({ ...other, peers: Array(17).fill(other.peers[0]) })).toThrow(RangeError);
});

test('a name that no reader takes is left out', () => {
  const { datagram } = goldenControl('HELLO');
  const named = { ...(datagram as Hello), name: new Uint8Array(513) };
  expect(readControl(writeControl(named))).toEqual({ ...datagram, name: new Uint8Array(0) });
});

test('what was read stays when the memory of the socket is used again', () => {
  fc.assert(
    fc.property(fc.oneof(subscribe, hello), (datagram) => {
      // A socket gives Buffers, whose slice() is a view, in the middle of larger memory.
      const memory = Buffer.alloc(4096, 0xee);
      const bytes = memory.subarray(100, 100 + memory.subarray(100).length);
      const written = writeControl(datagram);
      bytes.set(written);
      const read = readControl(bytes.subarray(0, written.length));
      memory.fill(0x55);
      expect(read).toEqual(datagram);
    }),
    { seed: 2, numRuns: 100 },
  );
});
