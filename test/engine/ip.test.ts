import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addressOf, formatIp, isPublicAddress, parseIp, splitAddress } from '../../core/engine/ip.ts';

test('addresses survive the wire', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array({ minLength: 4, maxLength: 4 }),
        fc.uint8Array({ minLength: 16, maxLength: 16 }),
      ),
      fc.integer({ min: 1, max: 65_535 }),
      (ip, port) => {
        const isLinkLocal = ip.length === 16 && ip[0] === 0xfe && (ip[1] & 0xc0) === 0x80;
        const parsed = parseIp(formatIp(ip, port));
        if (isLinkLocal) expect(parsed).toBeUndefined();
        else expect(parsed).toEqual({ ip, port });
      },
    ),
  );
});

test('an IPv4-mapped address is the IPv4 address, to dial, to tell and to judge', () => {
  const mapped = Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 203, 0, 113, 9]);
  expect(formatIp(mapped, 7)).toBe('203.0.113.9:7');
  expect(parseIp('[::ffff:203.0.113.9]:7')).toEqual({ ip: mapped.subarray(12), port: 7 });
  expect(isPublicAddress(formatIp(mapped, 7))).toBe(true);
  expect(isPublicAddress(formatIp(mapped.with(12, 10), 7))).toBe(false);
});

test('what is no literal is not sent to others', () => {
  expect(parseIp('example.org:1980')).toBeUndefined();
  expect(parseIp('[fe80::1%eth0]:1980')).toBeUndefined();
});

test('a socket address is put together and taken apart', () => {
  expect(addressOf('::1', 7)).toBe('[::1]:7');
  expect(splitAddress('[::1]:7')).toEqual({ host: '::1', port: 7 });
  expect(splitAddress('10.0.0.1:1980')).toEqual({ host: '10.0.0.1', port: 1980 });
});

test.each([
  '127.0.0.1:1980',
  '10.1.2.3:1980',
  '192.168.1.1:53',
  '172.31.0.1:80',
  '169.254.1.1:80',
  '224.0.0.251:5353',
  '255.255.255.255:9',
  '0.0.0.0:1',
  '[::1]:1980',
  '[::]:1980',
  '[fe80::1]:1980',
  '[fd00::2]:1980',
  '[ff02::fb]:5353',
  '[::ffff:127.0.0.1]:1980',
  '[64:ff9b::7f00:1]:1980',
  '[64:ff9b:1::7f00:1]:1980',
  '[2002:7f00:1::1]:1980',
  '[2001:0:7f00:1::1]:1980',
  '[fec0::1]:1980',
])('a stranger cannot aim this node at %s', (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

test.each(['203.0.113.9:1980', '8.8.8.8:1980', '[2001:db8::1]:1980'])('%s is public', (address) => {
  expect(isPublicAddress(address)).toBe(true);
});
