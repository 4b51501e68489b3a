import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatAddress, parseAddress } from '../../core/wire/address.ts';

test.each([
  ['example.org:2000', 'example.org', 2000],
  ['Example.ORG.', 'example.org', 1980],
  ['  10.0.0.1 ', '10.0.0.1', 1980],
  ['10.0.0.1:65535', '10.0.0.1', 65535],
  ['[::1]:7', '::1', 7],
  ['[2001:DB8:0:0::1]', '2001:db8::1', 1980],
  ['::1', '::1', 1980],
  ['fe80::1%eth0', 'fe80::1%eth0', 1980],
  ['[fe80::1%eth0]:5', 'fe80::1%eth0', 5],
  ['[fe80::1%wg+büro@x]:5', 'fe80::1%wg+büro@x', 5],
  ['my_host', 'my_host', 1980],
  ['[::ffff:192.0.2.7]:5', '192.0.2.7', 5],
  ['[::FFFF:c000:207]:5', '192.0.2.7', 5],
  ['0:0:0:0:0:ffff:7f00:1', '127.0.0.1', 1980],
  ['[::ffff:10.0.0.1%eth0]:5', '10.0.0.1', 5],
  ['[::ffff:0:192.0.2.7]:5', '::ffff:0:c000:207', 5],
])('%s is understood', (text, host, port) => {
  expect(parseAddress(text)).toEqual({ host, port });
});

test.each([
  ['', 'empty'],
  [':1980', 'host is missing'],
  ['a:', 'port after the colon is missing'],
  ['a:x', '"x" is not a number'],
  ['a:0', 'not between'],
  ['a:65536', 'not between'],
  ['a:-1', 'not a number'],
  ['a..b', 'empty part'],
  ['-a', 'cannot be part'],
  ['a b', 'cannot be part'],
  ['a/b', 'cannot be part'],
  ['300.1.1.1', 'no IPv4'],
  ['1.2.3', 'no IPv4'],
  ['0x7f.1', 'no IPv4'],
  ['01.2.3.4', 'no IPv4'],
  ['[1.2.3.4]:5', 'no IPv6'],
  ['[::1', 'no IPv6'],
  ['1:2:3', 'no IPv6'],
  ['[::1%a%b]', 'no IPv6'],
  ['x'.repeat(64), 'cannot be part'],
  [`${'a.'.repeat(127)}a`, 'longer than'],
])('%s is refused', (text, reason) => {
  expect(() => parseAddress(text)).toThrow(
    expect.objectContaining({ code: 'bad-address', message: expect.stringContaining(reason) }),
  );
});

test('what is written is understood as the same address', () => {
  const host = fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6());
  fc.assert(
    fc.property(host, fc.integer({ min: 1, max: 65535 }), (text, port) => {
      const once = parseAddress(text.includes(':') ? `[${text}]:${port}` : `${text}:${port}`);
      expect(once.port).toBe(port);
      expect(parseAddress(formatAddress(once))).toEqual(once);
    }),
  );
});
