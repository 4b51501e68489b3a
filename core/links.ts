/** Links and addresses for hosts, apart from the engine: the thread of a window has no use for the rest of it. */
import { ownNetworks } from './discovery/interfaces.ts';
import { isPublicAddress } from './engine/ip.ts';
import { type Address, formatAddress } from './wire/address.ts';

export { revealed } from './plain-text.ts';
export { type Address, formatAddress } from './wire/address.ts';
export { formatLink } from './wire/link.ts';
export type { LinkReading } from './wire/link-reader.ts';
export { type FoundLink, findLinks, parseLink, readLinks } from './wire/link-text.ts';

/** Where an address leads: to the internet, into a network of this machine, or wherever its name will be found. */
export function placeOf(address: Address): 'public' | 'own' | 'name' {
  const isName = !address.host.includes(':') && !/^[\d.]+$/.test(address.host);
  if (isName)
    return address.host === 'localhost' || /\.(local|localhost)$/.test(address.host) ? 'own' : 'name';
  const [host] = address.host.split('%');
  return isPublicAddress(formatAddress({ ...address, host })) && !ownNetworks()(host) ? 'public' : 'own';
}
