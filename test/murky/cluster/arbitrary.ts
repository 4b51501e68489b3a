/** Records and bytes for properties to be tried on. */
import fc from 'fast-check';
import type { EntryRecord } from '../../../core/murky/record.ts';

const digit = fc.constantFrom(...'0123456789abcdef');

export function anyId(): fc.Arbitrary<string> {
  return fc.array(digit, { minLength: 16, maxLength: 16 }).map((digits) => digits.join(''));
}

/** `times`: how many different times, counters and writers there are; few of them make ties. */
export function anyRecord({
  id,
  times = 2 ** 48,
}: {
  id?: string;
  times?: number;
} = {}): fc.Arbitrary<EntryRecord> {
  const writer = times < 100 ? fc.constantFrom('0'.repeat(16), 'f'.repeat(16)) : anyId();
  const version = fc.record({
    time: fc.maxSafeNat().map((time) => time % times),
    counter: fc.nat(Math.min(times, 0xffff)),
    writer,
  });
  const common = { id: id === undefined ? anyId() : fc.constant(id), version };
  return fc.oneof(
    fc.record({ kind: fc.constant('tombstone' as const), ...common }),
    fc.record({
      kind: fc.constant('content' as const),
      ...common,
      size: fc.maxSafeNat().map((size) => size % (2 ** 50 + 1)),
      digest: fc.uint8Array({ minLength: 32, maxLength: 32 }),
      contentType: fc.string({ maxLength: 127, unit: fc.constantFrom(...'abc/+;= 0') }),
    }),
  );
}
