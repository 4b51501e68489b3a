// @module-tag real-time
/** Whom a stranger's word may have this node ask. */
import { expect, test } from 'vitest';
import { networkInterfaces } from '../../core/discovery/interfaces.ts';
import { toBeAsked } from '../../core/node/told-servers.ts';

const loopback = {
  netmask: '',
  family: 'IPv6',
  mac: '',
  internal: true,
  address: '::1',
  scopeid: 0,
} as const;
const lan = { ...loopback, internal: false } as const;

/** A home behind a firewall, whose hosts have public addresses; one of them from DHCP, which stands alone. */
const INTERFACES = networkInterfaces({
  lo: [{ ...loopback, cidr: '::1/128' }],
  eth0: [
    { ...lan, address: '2a00:99:1:2::5', cidr: '2a00:99:1:2::5/64' },
    { ...lan, address: '2a00:99:1:3::7', cidr: '2a00:99:1:3::7/128' },
    { ...lan, address: 'fe80::5', cidr: 'fe80::5/64', scopeid: 2 },
    { ...lan, family: 'IPv4', address: '198.51.100.9', cidr: '198.51.100.9/28' },
  ],
  tun0: [{ ...lan, address: '2a00:77::1', cidr: '2a00:77::1/0' }],
});

function asked(address: string): boolean {
  return toBeAsked([address], INTERFACES).length > 0;
}

test.each([
  ['the machine itself', '[2a00:99:1:2::5]:53'],
  ['a host of its prefix, as others spell it', '[2a00:0099:1:2:0:0:0:9]:161'],
  ['a host beside its address from DHCP', '[2a00:99:1:3::1]:80'],
  ['its own end of a tunnel', '[2a00:77::1]:80'],
  ['the machine itself by IPv4', '198.51.100.9:53'],
  ['a host of its public IPv4 network', '198.51.100.14:80'],
  ['a private address', '10.98.0.5:53'],
])('%s is not asked', (_, address) => {
  expect(asked(address)).toBe(false);
});

test.each(['[2a00:99:1:4::1]:1980', '[2a00:88::1]:1980', '198.51.100.17:1980', '203.0.113.5:1980'])(
  '%s, which is of another network, is asked',
  (address) => {
    expect(asked(address)).toBe(true);
  },
);

test('what is asked is known to be told of by a server', () => {
  expect(toBeAsked(['203.0.113.5:1980', '10.0.0.1:1980'], INTERFACES)).toEqual([
    { address: '203.0.113.5:1980', found: 'server' },
  ]);
});
