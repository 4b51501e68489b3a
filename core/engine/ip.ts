/** Addresses of the wire (4 or 16 bytes and a port) and of sockets (text). */
import { isIP } from 'node:net';

/** `1.2.3.4:5` or `[2001:db8::1]:5`. */
export function formatIp(ip: Uint8Array, port: number): string {
  if (ip.length === 4) return `${ip.join('.')}:${port}`;
  const groups: string[] = [];
  for (let i = 0; i < 16; i += 2) groups.push(((ip[i] << 8) | ip[i + 1]).toString(16));
  return `[${new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)}]:${port}`;
}

/** The reverse; undefined for what is no literal, and for link-local addresses, which mean nothing elsewhere. */
export function parseIp(address: string): { ip: Uint8Array; port: number } | undefined {
  const colon = address.lastIndexOf(':');
  const port = Number(address.slice(colon + 1));
  const host = address.slice(0, colon).replace(/^\[|\]$/g, '');
  if (isIP(host) === 4) return { ip: Uint8Array.from(host.split('.'), Number), port };
  if (isIP(host) !== 6 || host.includes('%') || /^fe[89ab]/i.test(host)) return undefined;
  const full = new URL(`http://[${host}]`).hostname.slice(1, -1);
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
