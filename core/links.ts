/** Links and addresses for hosts, apart from the engine: the thread of a window has no use for the rest of it. */
export { formatAddress } from './wire/address.ts';
export { formatLink, parseLink } from './wire/link.ts';
