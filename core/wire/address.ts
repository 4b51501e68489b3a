import { Failure } from '../failure.ts';

/** The port of Pouring Rain since 2012; what a host without a port is understood as. */
export const DEFAULT_PORT = 1980;

/**
 * Where a server listens. `host` is a lower-case name, a dotted IPv4 or an IPv6 address without brackets, and never an
 * IPv4-mapped one.
 */
export interface Address {
  readonly host: string;
  /** 1..65535 */
  readonly port: number;
}

/** RFC 1035: a name has at most 253 characters as text. */
const LONGEST_HOST = 253;

/**
 * Understands `host`, `host:port`, `1.2.3.4:port`, `[v6]:port`, `[v6]` and a bare IPv6 address; a missing port
 * is {@link DEFAULT_PORT}. Throws Failure('bad-address') that says what is wrong.
 */
export function parseAddress(text: string): Address {
  const trimmed = text.trim();
  if (trimmed === '') throw bad(text, 'it is empty');
  const { host, port } = split(trimmed);
  return { host: parseHost(host, text), port: port === undefined ? DEFAULT_PORT : parsePort(port, text) };
}

/** `host:port`, an IPv6 host in brackets; {@link parseAddress} gives the same address back. */
export function formatAddress({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function split(text: string): { host: string; port: string | undefined } {
  const bracketed = /^(\[.*\])(?::(.*))?$/.exec(text);
  if (bracketed !== null) return { host: bracketed[1], port: bracketed[2] };
  const colon = text.indexOf(':');
  const several = colon !== text.lastIndexOf(':');
  // More than one colon and no brackets: an IPv6 address with no port, as people copy it from `ip addr`.
  if (several) return { host: `[${text}]`, port: undefined };
  return colon < 0
    ? { host: text, port: undefined }
    : { host: text.slice(0, colon), port: text.slice(colon + 1) };
}

function parsePort(digits: string, whole: string): number {
  if (digits === '') throw bad(whole, 'the port after the colon is missing');
  if (!/^\d+$/.test(digits)) throw bad(whole, `the port "${digits}" is not a number`);
  const port = Number(digits);
  if (port < 1 || port > 65_535) throw bad(whole, `the port ${digits} is not between 1 and 65535`);
  return port;
}

function parseHost(host: string, whole: string): string {
  if (host.startsWith('[')) return parseIpv6(host.slice(1, -1), whole);
  const name = host.toLowerCase().replace(/\.$/, '');
  if (name === '') throw bad(whole, 'the host is missing');
  if (name.length > LONGEST_HOST) throw bad(whole, `the host name is longer than ${LONGEST_HOST} characters`);
  for (const label of name.split('.')) {
    if (label === '') throw bad(whole, 'the host has an empty part between two dots');
    if (!/^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label))
      throw bad(whole, `"${label}" cannot be part of a host name`);
  }
  // A name that ends in a number is read as IPv4 by resolvers (WHATWG URL, "ends in a number checker"):
  // 300.1.1.1 or 1.2.3 would otherwise go to an address nobody wrote.
  if (/(^|\.)\d+$/.test(name) && !isIpv4(name)) throw bad(whole, `"${name}" is no IPv4 address`);
  return name;
}

function isIpv4(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
}

function parseIpv6(text: string, whole: string): string {
  // A zone is the name of an interface, keeps its case, and may have in it what Linux lets interfaces be called.
  const [written, zone, ...rest] = text.split('%');
  const address = written.toLowerCase();
  const zoneIsFine = zone === undefined || (/^[^\s\p{C}/:[\]]{1,32}$/u.test(zone) && rest.length === 0);
  if (!/^[0-9a-f:.]+$/.test(address) || !URL.canParse(`http://[${address}]/`) || !zoneIsFine)
    throw bad(whole, `"${text}" is no IPv6 address`);
  // The URL parser also writes the address in its one short form (RFC 5952), so that equal ones compare equal.
  const canonical = unmapped(new URL(`http://[${address}]/`).hostname.slice(1, -1));
  return zone === undefined || !canonical.includes(':') ? canonical : `${canonical}%${zone}`;
}

/**
 * The IPv4 address of an IPv4-mapped one (RFC 4291, section 2.5.5.2): they are two spellings of one place, and what
 * is not normal would be asked twice and pass for public. Anything else is returned as it is. `ip`: in its short form.
 */
export function unmapped(ip: string): string {
  const groups = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(ip);
  if (groups === null) return ip;
  const [high, low] = groups.slice(1).map((group) => Number.parseInt(group, 16));
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

function bad(text: string, reason: string): Failure {
  return new Failure(
    'bad-address',
    `"${text.slice(0, 300)}" is no address: ${reason}`,
    'Write HOST, HOST:PORT or [IPv6]:PORT.',
  );
}
