import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, test } from 'vitest';
import { neighbourhood, networkInterfaces, ownHosts } from '../../core/discovery/interfaces.ts';

function v4(address: string, prefix: number, internal = false): NetworkInterfaceInfo {
  return {
    family: 'IPv4',
    address,
    netmask: '',
    mac: '02:00:00:00:00:01',
    internal,
    cidr: `${address}/${prefix}`,
  };
}

function v6(address: string, prefix: number, scopeid: number, internal = false): NetworkInterfaceInfo {
  return { ...v4(address, prefix, internal), family: 'IPv6', scopeid };
}

const SYSTEM = {
  lo: [v4('127.0.0.1', 8, true), v6('::1', 128, 0, true)],
  wlan0: [v4('192.168.1.20', 24), v6('2001:db8:1::20', 64, 0), v6('fe80::20', 64, 3)],
  eth0: [v4('169.254.7.7', 16), v6('fd00:7::20', 64, 0)],
};

describe('interfaces', () => {
  test('come with loopback last', () => {
    expect(networkInterfaces(SYSTEM).map(({ name }) => name)).toEqual(['wlan0', 'eth0', 'lo']);
  });

  test('are other ones when an address or the index changes', () => {
    const print = (infos: NetworkInterfaceInfo[]) => networkInterfaces({ wlan0: infos })[0]?.fingerprint;
    const before = print(SYSTEM.wlan0);
    expect(print([...SYSTEM.wlan0])).toBe(before);
    expect(print([v4('192.168.1.21', 24), ...SYSTEM.wlan0.slice(1)])).not.toBe(before);
    expect(print([...SYSTEM.wlan0.slice(0, 2), v6('fe80::20', 64, 4)])).not.toBe(before);
  });

  test('have their number as zone on Windows, elsewhere their name', () => {
    expect(networkInterfaces(SYSTEM, 'win32')[0]?.zone).toBe('3');
    expect(networkInterfaces(SYSTEM, 'linux')[0]?.zone).toBe('wlan0');
  });

  test('own hosts: routable, link-local with zone, loopback', () => {
    expect(ownHosts(networkInterfaces(SYSTEM, 'linux'))).toEqual([
      '192.168.1.20',
      '2001:db8:1::20',
      'fd00:7::20',
      'fe80::20%wlan0',
      '169.254.7.7',
      '127.0.0.1',
      '::1',
    ]);
  });

  test('an interface without address or with a netmask with holes has nothing to say', () => {
    expect(networkInterfaces({ a: [], b: [{ ...v4('10.0.0.1', 8), cidr: null }] })).toEqual([]);
  });
});

describe('a neighbour', () => {
  const [wlan, eth, lo] = networkInterfaces(SYSTEM, 'linux');

  test.each(['192.168.1.77', '2001:db8:1::77', 'fe80::77%wlan0'])('is %s', (host) => {
    expect(neighbourhood(wlan)(host)).toBe(true);
  });

  test.each([
    ['of another subnet', '192.168.2.77'],
    ['of the internet', '8.8.8.8'],
    ['of the IPv6 internet', '2001:db8:2::77'],
    ['link-local on another interface', 'fe80::77%eth0'],
    ['link-local without interface', 'fe80::77'],
    ['loopback', '127.0.0.1'],
    ['unspecified', '0.0.0.0'],
    ['multicast', '224.0.0.251'],
    ['IPv4 in IPv6 clothes, of another subnet', '::ffff:8.8.8.8'],
    ['no address', 'localhost'],
    ['empty', ''],
  ])('is not one %s', (_, host) => {
    expect(neighbourhood(wlan)(host)).toBe(false);
  });

  test('belongs to the subnets of its interface only', () => {
    expect(neighbourhood(eth)('192.168.1.77')).toBe(false);
    expect(neighbourhood(eth)('fd00:7::1')).toBe(true);
    expect(neighbourhood(lo)('127.0.0.1')).toBe(true);
  });

  test('is not the whole internet behind a tunnel that claims it', () => {
    const [tunnel] = networkInterfaces({ tun0: [v4('10.8.0.2', 0), v6('fd00:8::2', 0, 0)] });
    expect(neighbourhood(tunnel)('8.8.8.8')).toBe(false);
    expect(neighbourhood(tunnel)('2001:db8::1')).toBe(false);
  });
});
