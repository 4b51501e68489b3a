/** Links and addresses for hosts, apart from the engine: the thread of a window has no use for the rest of it. */
export { formatAddress } from './wire/address.ts';
export { formatLink } from './wire/link.ts';
export { type FoundLink, findLinks, parseLink, readLinks } from './wire/link-text.ts';
