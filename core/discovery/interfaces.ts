import { BlockList } from 'node:net';
import os from 'node:os';

export type Family = 4 | 6;

export interface InterfaceAddress {
  readonly family: Family;
  /** Without zone. */
  readonly address: string;
  /** Bits of the network part. */
  readonly prefix: number;
}

/** A network interface that is up, as the system shows it at one moment. */
export interface NetworkInterface {
  readonly name: string;
  /** Loopback. */
  readonly internal: boolean;
  /** What stands behind `%` in a link-local address of this interface: its name, on Windows its number. */
  readonly zone: string;
  readonly addresses: readonly InterfaceAddress[];
  /** Changes when the interface is another one or has other addresses: sockets on it must be made anew. */
  readonly fingerprint: string;
}

/** Bits of the network part where hosts choose their own addresses (RFC 4291, section 2.5.1). */
const IPV6_SUBNET = 64;

/** The interfaces that are up and have an address; loopback last, otherwise in the order of the system. */
export function networkInterfaces(
  entries: NodeJS.Dict<os.NetworkInterfaceInfo[]> = os.networkInterfaces(),
  platform: NodeJS.Platform = process.platform,
): readonly NetworkInterface[] {
  const found: NetworkInterface[] = [];
  for (const [name, infos = []] of Object.entries(entries)) {
    const addresses = infos.flatMap(interfaceAddress);
    const [first] = infos;
    if (first === undefined || addresses.length === 0) continue;
    const index = infos.find((info) => info.family === 'IPv6' && info.scopeid !== 0)?.scopeid;
    found.push({
      name,
      internal: first.internal,
      zone: platform === 'win32' ? String(index ?? 0) : name,
      addresses,
      // An interface that went and came back under its name has another index, if not another MAC address.
      fingerprint: JSON.stringify([name, index, first.mac, addresses]),
    });
  }
  return found.sort((a, b) => Number(a.internal) - Number(b.internal));
}

/**
 * The addresses of this machine under which others may reach it, best first: routable ones, then link-local
 * ones with their zone (valid on this machine only), then loopback.
 */
export function ownHosts(interfaces: readonly NetworkInterface[] = networkInterfaces()): readonly string[] {
  const hosts = interfaces.flatMap((each) =>
    each.addresses.map(({ address }) => ({
      host: isLinkLocal(address) ? `${address}%${each.zone}` : address,
      rank: each.internal ? 2 : isLinkLocal(address) || address.startsWith('169.254.') ? 1 : 0,
    })),
  );
  return hosts.sort((a, b) => a.rank - b.rank).map(({ host }) => host);
}

/** True for an address of fe80::/10, with or without zone. */
export function isLinkLocal(address: string): boolean {
  return /^fe[89ab][0-9a-f]:/i.test(address);
}

/** Tells whether an address (with zone, as a socket names a sender) is on the network of an interface itself. */
export function neighbourhood(local: NetworkInterface): (host: string) => boolean {
  const subnets = new BlockList();
  for (const { family, address, prefix } of local.addresses) {
    // Tunnels claim the whole internet as their subnet.
    if (prefix >= 8) subnets.addSubnet(address, prefix, family === 4 ? 'ipv4' : 'ipv6');
  }
  return (host) => {
    const [address = '', zone] = host.split('%', 2);
    if (isLinkLocal(address) && zone !== local.zone) return false;
    return subnets.check(address, address.includes(':') ? 'ipv6' : 'ipv4');
  };
}

/**
 * Tells whether an address without zone is of this machine, or of a network that it is on. An IPv6 address of its own
 * speaks for the /64 around it, whatever it says: what DHCP gives out stands alone (RFC 5942, section 1).
 */
export function ownNetworks(
  interfaces: readonly NetworkInterface[] = networkInterfaces(),
): (host: string) => boolean {
  const own = new Set(interfaces.flatMap(({ addresses }) => addresses.map(({ address }) => address)));
  // Around ::1 lies what IPv4 addresses are mapped to.
  const near = interfaces.map((each) => neighbourhood(each.internal ? each : widened(each)));
  return (host) => own.has(host) || near.some((isNeighbour) => isNeighbour(host));
}

function widened(local: NetworkInterface): NetworkInterface {
  const addresses = local.addresses.map((of) =>
    of.family === 6 ? { ...of, prefix: Math.min(of.prefix, IPV6_SUBNET) } : of,
  );
  return { ...local, addresses };
}

function interfaceAddress(info: os.NetworkInterfaceInfo): InterfaceAddress[] {
  const prefix = Number(info.cidr?.split('/')[1] ?? Number.NaN);
  if (!Number.isInteger(prefix)) return []; // a netmask with holes
  return [{ family: info.family === 'IPv4' ? 4 : 6, address: info.address, prefix }];
}
