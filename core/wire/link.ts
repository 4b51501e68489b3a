import { withoutUnseen } from '../plain-text.ts';
import { type Address, formatAddress } from './address.ts';
import { toBase64url } from './base64url.ts';

/**
 * 16 lower-case hex digits: the first 8 bytes of BLAKE3 of the manifest. The brand is structural, so that this
 * type and that of core/content, which knows nothing of links, are the same.
 */
export type ResourceId = string & { readonly brand: 'ResourceId' };

/**
 * What a person passes on:
 *
 *     rain:<16 hex>[.<content key: 22 base64url>][?d=<32 base64url>&n=<name>&s=<host:port>&s=...]
 */
export interface Link {
  readonly id: ResourceId;
  /** 16 bytes; present for a private resource. */
  readonly key?: Uint8Array;
  /** All 32 bytes of BLAKE3 of the manifest, the id being the first 8; `d=` carries the other 24. */
  readonly digest?: Uint8Array;
  /** To be shown only: what a file is called on disk goes through safeName of core/content. */
  readonly name?: string;
  readonly servers: readonly Address[];
}

export const MAX_LINK_LENGTH = 8192;
export const MAX_LINK_SERVERS = 16;
const MAX_NAME_LENGTH = 255;

/**
 * The one spelling of a link. Servers after the first 16 are left out, a name is cut to what is shown.
 * Throws RangeError where the key or digest has the wrong length or the digest is not that of the id.
 */
export function formatLink(link: Link): string {
  let text = `rain:${link.id}`;
  if (link.key !== undefined) {
    if (link.key.length !== 16) throw new RangeError('a content key has 16 bytes');
    text += `.${toBase64url(link.key)}`;
  }
  const hints: string[] = [];
  if (link.digest !== undefined) {
    if (link.digest.length !== 32 || toHex(link.digest.subarray(0, 8)) !== link.id)
      throw new RangeError('the digest is not that of the id');
    hints.push(`d=${toBase64url(link.digest.subarray(8))}`);
  }
  const name = displayName(link.name ?? '');
  if (name !== undefined) hints.push(`n=${escaped(name)}`);
  for (const server of link.servers.slice(0, MAX_LINK_SERVERS))
    hints.push(`s=${formatAddress(server).replace(/[^\w.:[\]-]/gu, escaped)}`);
  return hints.length === 0 ? text : `${text}?${hints.join('&')}`;
}

/** Also what a reader takes for an end or an ornament of the link, and not for a part of it. */
function escaped(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*~]|[._]$|r(?=ain%3A)/gi,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** A name from a stranger, without what is unseen, and at most 255 characters. Undefined if nothing is left. */
export function displayName(text: string): string | undefined {
  const shown = withoutUnseen(text);
  return shown === '' ? undefined : [...shown].slice(0, MAX_NAME_LENGTH).join('').trimEnd();
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
