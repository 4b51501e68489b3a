import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  compareBytes,
  compareRecords,
  decodeRecord,
  type EntryRecord,
  encodeRecord,
  MAX_RECORD_BYTES,
  PLACES,
  placeOf,
  recordLength,
} from '../../../core/murky/record.ts';
import { anyRecord } from './arbitrary.ts';
import { entryId } from './simulation/stage.ts';

test('a record is read as it was written, and fits its bound', () => {
  fc.assert(
    fc.property(anyRecord(), (record) => {
      const bytes = encodeRecord(record);
      expect(decodeRecord(bytes)).toEqual(record);
      expect(bytes.length).toBeLessThanOrEqual(MAX_RECORD_BYTES);
    }),
  );
});

test('whatever is read as a record has that encoding and no other', () => {
  const mutants = fc.tuple(anyRecord(), fc.nat(), fc.nat(255)).map(([record, at, value]) => {
    const bytes = encodeRecord(record);
    bytes[at % bytes.length] = value;
    return bytes;
  });
  fc.assert(
    fc.property(fc.oneof(mutants, fc.uint8Array({ maxLength: 250 })), (bytes) => {
      const record = decodeRecord(bytes);
      if (record !== undefined) expect(encodeRecord(record)).toEqual(bytes);
    }),
  );
});

test('records are ordered as their bytes behind the id are', () => {
  const few = anyRecord({ id: entryId(1), times: 3 });
  fc.assert(
    fc.property(few, few, (a, b) => {
      const bytes = compareBytes(encodeRecord(a).subarray(8), encodeRecord(b).subarray(8));
      expect(Math.sign(compareRecords(a, b))).toBe(Math.sign(bytes));
      expect(Math.sign(compareRecords(b, a))).toBe(-Math.sign(bytes) + 0);
    }),
  );
});

test('what a record cannot hold is refused', () => {
  const version = { time: 1, counter: 0, writer: entryId(1) };
  const record: EntryRecord = {
    kind: 'content',
    id: entryId(1),
    version,
    size: 1,
    digest: new Uint8Array(32),
    contentType: 'a/b',
  };
  for (const wrong of [
    { id: '1' },
    { id: 'G'.repeat(16) },
    { size: -1 },
    { size: 1.5 },
    { size: 2 ** 51 },
    { digest: new Uint8Array(31) },
    { contentType: 'x'.repeat(128) },
    { contentType: 'a\nb' },
    { version: { ...version, time: -1 } },
    { version: { ...version, time: 2 ** 48 } },
    { version: { ...version, counter: 65_536 } },
  ]) {
    expect(() => encodeRecord({ ...record, ...wrong }), JSON.stringify(wrong)).toThrow(RangeError);
  }
});

test('ids that people count up lie evenly among the places', () => {
  const eighths = new Array<number>(8).fill(0);
  for (let i = 0; i < 8000; i++) eighths[Math.floor((placeOf(entryId(i)) / PLACES) * 8)]++;
  for (const count of eighths) expect(Math.abs(count - 1000)).toBeLessThan(150);
});

test('bytes that no record is written as are none: more of them, fewer, or a media type that cannot be a header', () => {
  const version = { time: 1, counter: 0, writer: entryId(1) };
  const content = { kind: 'content', id: entryId(1), version, size: 1, digest: new Uint8Array(32) } as const;
  const bytes = encodeRecord({ ...content, contentType: 'a/b' });
  const deleted = encodeRecord({ kind: 'tombstone', id: entryId(1), version });
  for (const right of [bytes, deleted]) {
    expect(decodeRecord(right)).toBeDefined();
    expect(decodeRecord(Uint8Array.of(...right, 0))).toBeUndefined();
    expect(decodeRecord(right.subarray(0, -1))).toBeUndefined();
    expect(recordLength(Uint8Array.of(7, ...right, 0), 1)).toBe(right.length);
    expect(recordLength(right.subarray(0, -1), 0)).toBeUndefined();
  }
  for (const type of ['a\nb', 'a\u007fb', 'a\u00e9b', 'a\0b']) {
    const strange = bytes.slice();
    for (let i = 0; i < 3; i++) strange[bytes.length - 3 + i] = type.charCodeAt(i);
    expect(decodeRecord(strange), JSON.stringify(type)).toBeUndefined();
  }
});
