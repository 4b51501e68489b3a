/** For whom a cookie is good, and for how long. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { CookieJar } from '../../core/protocol/cookie.ts';

const MINUTE = 60_000;
const ADDRESS = '192.0.2.1:4000';
const SUBJECT = '3a3a3a3a3a3a3a3a 1.2';
/** The middle of an epoch of ten minutes. */
const MADE = 5005 * MINUTE;

const jar = new CookieJar((message) => createHash('sha256').update('secret').update(message).digest());
const cookie = jar.make(MADE, ADDRESS, SUBJECT);

function verdict(minutes: number, of = cookie, proven?: Uint8Array): string {
  return jar.check(MADE + minutes * MINUTE, ADDRESS, SUBJECT, of, proven);
}

function flipped(at: number): Uint8Array {
  return cookie.map((byte, i) => (i === at ? byte ^ 1 : byte));
}

describe('a cookie', () => {
  test.each([
    [-5.1, 'bad'],
    [-5, 'good'],
    [0, 'good'],
    [4.9, 'good'],
    [5, 'stale'],
    [14.9, 'stale'],
    [15, 'bad'],
    [25, 'bad'],
    [60, 'bad'],
  ])('that was made in the middle of an epoch is, %d minutes later, %s', (minutes, expected) => {
    expect(verdict(minutes)).toBe(expected);
    expect(verdict(minutes, cookie, cookie)).toBe(expected);
  });

  test.each(Array.from({ length: 16 }, (_, at) => at))('is bad when byte %d is another', (at) => {
    expect(verdict(0, flipped(at))).toBe('bad');
    expect(verdict(5, flipped(at))).toBe('bad');
    expect(verdict(0, flipped(at), cookie)).toBe('bad');
  });

  test('is of 16 bytes, and all but the epoch differ from address to address and subject to subject', () => {
    const others = [
      jar.make(MADE, '192.0.2.1:4001', SUBJECT),
      jar.make(MADE, ADDRESS, '3a3a3a3a3a3a3a3a 1.3'),
      jar.make(MADE + 10 * MINUTE, ADDRESS, SUBJECT),
    ];
    expect(cookie).toHaveLength(16);
    for (const other of others) {
      expect(other.subarray(4)).not.toEqual(cookie.subarray(4));
      expect(verdict(0, other)).toBe('bad');
    }
    // A part of the MAC that is left out would be zeros.
    expect(cookie.subarray(12)).not.toEqual(new Uint8Array(4));
  });

  test('cannot be given a new date: the epoch in clear is in the MAC too', () => {
    const dated = cookie.slice();
    const later = jar.make(MADE + 60 * MINUTE, ADDRESS, SUBJECT);
    dated.set(later.subarray(0, 4));
    expect(verdict(60, dated)).toBe('bad');
  });

  test('that was found good is not reckoned again, and no other is good for that', () => {
    let reckoned = 0;
    const counting = new CookieJar((message) => {
      reckoned++;
      return createHash('sha256').update(message).digest();
    });
    const good = counting.make(MADE, ADDRESS, SUBJECT);
    const other = counting.make(MADE, ADDRESS, 'another');
    reckoned = 0;
    expect(counting.check(MADE, ADDRESS, SUBJECT, good, good)).toBe('good');
    expect(reckoned).toBe(0);
    expect(counting.check(MADE, ADDRESS, SUBJECT, good, other)).toBe('good');
    expect(counting.check(MADE, ADDRESS, SUBJECT, other, good)).toBe('bad');
    expect(reckoned).toBe(2);
  });

  test('is read where it lies in a longer datagram', () => {
    const datagram = new Uint8Array(40).fill(0xff);
    datagram.set(cookie, 20);
    expect(verdict(0, datagram.subarray(20, 36))).toBe('good');
  });
});
