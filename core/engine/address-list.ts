/** Which addresses may use something: `loopback`, `lan`, addresses (`192.0.2.7`) and networks (`10.1.0.0/16`). */
import { BlockList, isIP } from 'node:net';
import { Failure } from '../failure.ts';
import { splitAddress } from './ip.ts';

type Network = readonly [network: string, prefix: number];

/** RFC 1122, section 3.2.1.3; RFC 4291, section 2.5.3. */
const LOOPBACK: readonly Network[] = [
  ['127.0.0.0', 8],
  ['::1', 128],
];
/** Private and link-local: RFC 1918, RFC 3927, RFC 4193, RFC 4291. Routers of the internet pass none of them on. */
const LAN: readonly Network[] = [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
  ['fc00::', 7],
  ['fe80::', 10],
];

export class AddressList {
  readonly #v4 = new BlockList();
  /** Apart: one list would judge every IPv4 address by its mapped form. */
  readonly #v6 = new BlockList();

  /** Throws Failure `bad-address` that names the entry. */
  constructor(entries: readonly string[]) {
    for (const entry of entries) for (const network of networksOf(entry)) this.#add(network);
  }

  /** Whether the host of an `ip:port`, IPv6 in brackets, is in the list. */
  allows(address: string): boolean {
    const [host] = splitAddress(address).host.split('%');
    const family = isIP(host);
    if (family === 0) return false;
    return family === 4 ? this.#v4.check(host, 'ipv4') : this.#v6.check(host, 'ipv6');
  }

  #add([network, prefix]: Network): void {
    if (isIP(network) === 4) this.#v4.addSubnet(network, prefix, 'ipv4');
    else this.#v6.addSubnet(network, prefix, 'ipv6');
  }
}

function networksOf(entry: string): readonly Network[] {
  if (entry === 'loopback') return LOOPBACK;
  if (entry === 'lan') return LAN;
  const [network, digits, ...rest] = entry.split('/');
  const family = isIP(network);
  const bits = family === 4 ? 32 : 128;
  const prefix = digits === undefined ? bits : Number(digits);
  const isPrefix = digits === undefined || (/^\d{1,3}$/.test(digits) && prefix <= bits);
  if (family === 0 || network.includes('%') || !isPrefix || rest.length > 0) {
    throw new Failure(
      'bad-address',
      `"${entry.slice(0, 100)}" is no address or network`,
      'Write loopback, lan, an IP address, or a network such as 10.1.0.0/16.',
    );
  }
  return [[network, prefix]];
}
