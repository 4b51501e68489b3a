import { expect, test } from 'vitest';
import { AddressList } from '../../core/engine/address-list.ts';

const HOME = new AddressList(['loopback', 'lan']);

test.each([
  '127.0.0.1:1980',
  '127.9.9.9:1',
  '[::1]:1980',
  '10.255.0.1:1980',
  '172.31.255.255:1980',
  '192.168.0.1:1980',
  '169.254.7.7:1980',
  '[fd12::1]:1980',
  '[fe80::1%eth0]:1980',
])('%s is of this machine or its network', (address) => {
  expect(HOME.allows(address)).toBe(true);
});

test.each([
  '128.0.0.1:1980',
  '11.0.0.1:1980',
  '172.32.0.1:1980',
  '192.169.0.1:1980',
  '203.0.113.7:1980',
  '[::]:1980',
  '[2001:db8::1]:1980',
  '[::ffff:127.0.0.1]:1980',
  '[::ffff:10.0.0.1]:1980',
  '0.0.0.0:1980',
  'localhost:1980',
  '',
])('%s is not', (address) => {
  expect(HOME.allows(address)).toBe(false);
});

test('loopback alone is not the network, and nothing is nobody', () => {
  expect(new AddressList(['loopback']).allows('10.0.0.1:1')).toBe(false);
  expect(new AddressList([]).allows('127.0.0.1:1')).toBe(false);
});

test('addresses and networks of either family', () => {
  const list = new AddressList(['192.0.2.7', '198.51.100.0/25', '2001:db8:1::/48', '2001:db8:2::7']);
  const asked = ['192.0.2.7', '192.0.2.8', '198.51.100.127', '198.51.100.128'].map((host) => `${host}:9`);
  expect(asked.map((address) => list.allows(address))).toEqual([true, false, true, false]);
  const six = ['[2001:db8:1:ffff::1]:9', '[2001:db8:2::7]:9', '[2001:db8:2::8]:9'];
  expect(six.map((address) => list.allows(address))).toEqual([true, true, false]);
});

test.each([
  '',
  'LAN',
  'example.org',
  '10.0.0.1:1980',
  '10.0.0.0/33',
  '10.0.0.0/-1',
  '10.0.0.0/',
  '10.0.0.0/8/8',
  '10.0.0.0/1e1',
  '::/129',
  '300.1.1.1',
  'fe80::1%eth0',
])('"%s" is no entry, and is named', (entry) => {
  expect(() => new AddressList(['loopback', entry])).toThrowError(
    expect.objectContaining({ code: 'bad-address', message: expect.stringContaining(`"${entry}"`) }),
  );
});
