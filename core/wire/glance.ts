/** What can be seen of a datagram without reading it, to drop what a flood is made of. It may be malformed all the same. */
import { COOKIE_BYTES, MAGIC, SUBSCRIBE_HEADER, VERSION } from './datagram.ts';
import { u32 } from './fields.ts';

/** Where the token is in all datagrams but MEMBER, and the cookie in SUBSCRIBE. */
const TOKEN_AT = 4;
const COOKIE_AT = 20;

export interface Glance {
  /** 0: not a datagram of this version. */
  readonly type: number;
  readonly high: number;
  readonly low: number;
}

const NOTHING: Glance = { type: 0, high: 0, low: 0 };

/** Type and token that a datagram says it has. */
export function glance(bytes: Uint8Array): Glance {
  if (bytes.length < TOKEN_AT + 8 || bytes[0] !== MAGIC || bytes[1] >>> 4 !== VERSION) return NOTHING;
  return { type: bytes[1] & 15, high: u32(bytes, TOKEN_AT), low: u32(bytes, TOKEN_AT + 4) };
}

/** Of a SUBSCRIBE: it has no cookie. */
export function isStranger(bytes: Uint8Array): boolean {
  if (bytes.length < SUBSCRIBE_HEADER) return false;
  for (let at = COOKIE_AT; at < COOKIE_AT + COOKIE_BYTES; at++) if (bytes[at] !== 0) return false;
  return true;
}
