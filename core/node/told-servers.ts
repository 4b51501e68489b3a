/** Servers that only another server has told of. */
import { type NetworkInterface, networkInterfaces, ownNetworks } from '../discovery/interfaces.ts';
import { isPublicAddress, splitAddress } from '../engine/ip.ts';
import type { ServerAddress } from '../engine/messages.ts';

/**
 * Those of the `ip:port` that may be asked: a stranger's word must not aim this node at what only this machine or its
 * networks can reach, and those of IPv6 are behind the same firewall with public addresses.
 */
export function toBeAsked(
  addresses: readonly string[],
  interfaces: readonly NetworkInterface[] = networkInterfaces(),
): ServerAddress[] {
  const isOwn = ownNetworks(interfaces);
  return addresses
    .filter((address) => isPublicAddress(address) && !isOwn(splitAddress(address).host))
    .map((address) => ({ address, found: 'server' }));
}
