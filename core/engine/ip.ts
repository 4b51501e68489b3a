/** Addresses of the wire (4 or 16 bytes and a port) and of sockets (text). */
import { BlockList, isIP } from 'node:net';
import { unmapped } from '../wire/address.ts';

/**
 * Ranges that mean this machine, its network, or nobody in particular (RFC 6890, RFC 4291), or that hold an IPv4 address
 * which may be one of these (RFC 8215, RFC 4380, RFC 3056).
 */
const SPECIAL_V4 = new BlockList();
/** Apart: one list would judge every IPv4 address by its mapped form. */
const SPECIAL_V6 = new BlockList();
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const) {
  SPECIAL_V4.addSubnet(net, prefix, 'ipv4');
}
for (const [net, prefix] of [
  ['::', 96],
  ['::ffff:0:0', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2001::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const) {
  SPECIAL_V6.addSubnet(net, prefix, 'ipv6');
}

/** Whether an address `ip:port` is one of the public internet. */
export function isPublicAddress(address: string): boolean {
  const { host, port } = splitAddress(address);
  const family = isIP(host);
  if (family === 0 || port === 0) return false;
  return family === 4 ? !SPECIAL_V4.check(host, 'ipv4') : !SPECIAL_V6.check(host, 'ipv6');
}

/** `1.2.3.4:5` or `[2001:db8::1]:5`; an IPv4-mapped address is the IPv4 address. */
export function formatIp(ip: Uint8Array, port: number): string {
  if (ip.length === 4) return `${ip.join('.')}:${port}`;
  const groups: string[] = [];
  for (let i = 0; i < 16; i += 2) groups.push(((ip[i] << 8) | ip[i + 1]).toString(16));
  return addressOf(unmapped(new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)), port);
}

/** The reverse; undefined for what is no literal, and for link-local addresses, which mean nothing elsewhere. */
export function parseIp(address: string): { ip: Uint8Array; port: number } | undefined {
  const colon = address.lastIndexOf(':');
  const port = Number(address.slice(colon + 1));
  const host = address.slice(0, colon).replace(/^\[|\]$/g, '');
  if (isIP(host) === 0 || host.includes('%') || /^fe[89ab]/i.test(host)) return undefined;
  const full = isIP(host) === 4 ? host : unmapped(new URL(`http://[${host}]`).hostname.slice(1, -1));
  if (isIP(full) === 4) return { ip: Uint8Array.from(full.split('.'), Number), port };
  const [head, tail] = full.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups = [...left, ...Array(8 - left.length - right.length).fill('0'), ...right];
  const ip = new Uint8Array(16);
  groups.forEach((group, i) => {
    const value = Number.parseInt(group, 16);
    ip[2 * i] = value >> 8;
    ip[2 * i + 1] = value;
  });
  return { ip, port };
}

/** The text of a socket's peer, as the protocol knows it. */
export function addressOf(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

export function splitAddress(address: string): { host: string; port: number } {
  const colon = address.lastIndexOf(':');
  return { host: address.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(address.slice(colon + 1)) };
}

export function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address.startsWith('[::1]');
}
