/**
 * What the datagrams of Pouring Rain say, and their limits. Byte tables and golden records: docs/wire.md.
 * To bytes and back: rain.ts for the droplets, control.ts for everything else.
 */

/** First byte of every datagram; a request on the classic wire of 2012 starts with 1, 2 or 3. */
export const MAGIC = 0xa7;
export const VERSION = 1;

export const TYPE_SUBSCRIBE = 1;
export const TYPE_RAIN = 2;
export const TYPE_HELLO = 3;
export const TYPE_SORRY = 4;
export const TYPE_UNSUBSCRIBE = 5;
export const TYPE_MEMBER = 6;

/** Blocks with this bit set carry the manifest. */
export const MANIFEST_BLOCK = 0x8000_0000;

export const RAIN_HEADER = 32;
export const SUBSCRIBE_HEADER = 48;
export const EXTENT_BYTES = 16;
export const MAX_EXTENTS = 64;
export const COOKIE_BYTES = 16;
export const CHALLENGE_BYTES = 28;
export const HELLO_HEADER = 50;
/** In the place of a block of the content: none. */
export const NO_BLOCK = 0xffff_ffff;
export const SORRY_BYTES = 24;
export const UNSUBSCRIBE_BYTES = 36;
/** Of a MEMBER, which has no token. */
export const MEMBER_HEADER = 4;
export const MAX_MEMBER_PAYLOAD = 1152;
export const MAX_NAME_BYTES = 512;
export const MAX_PEERS = 16;
/** Largest UDP payload over IPv4. */
export const MAX_DATAGRAM = 65507;
/** Sizes of symbols are multiples of this, bytes. */
export const SYMBOL_UNIT = 64;
/** Largest symbol of a resource, bytes. */
export const MAX_SYMBOL_SIZE = 1152;
/** What every path carries: one symbol of the largest size and its header. */
export const BASE_DATAGRAM = RAIN_HEADER + MAX_SYMBOL_SIZE;
/** A client takes at least one symbol of the smallest size. */
export const MIN_DATAGRAM = RAIN_HEADER + SYMBOL_UNIT;
/** Fewest and most source symbols of a full block. */
export const MIN_BLOCK_SYMBOLS = 4;
export const MAX_BLOCK_SYMBOLS = 1024;
export const MAX_MANIFEST_BYTES = 64 * 1024 * 1024;

/** 64 bits from a random source, as two unsigned 32-bit halves. */
export interface Token {
  readonly high: number;
  readonly low: number;
}

/** Droplets `from` to `from + count - 1` of a block, at a place in the order of one subscription. */
export interface Extent {
  /** Place of the first droplet in the order: the number of droplets ordered before it, u32. */
  readonly offset: number;
  readonly block: number;
  readonly from: number;
  readonly count: number;
}

export interface Subscribe {
  readonly type: typeof TYPE_SUBSCRIBE;
  readonly wantsHello: boolean;
  readonly token: Token;
  /** 16 hex digits. */
  readonly resource: string;
  /** 16 bytes; all zero when the client has none yet. */
  readonly cookie: Uint8Array;
  readonly sequence: number;
  /** How long the server may pour without hearing from the client again, ms. */
  readonly lease: number;
  /** Largest UDP payload that the client takes, bytes. */
  readonly maxDatagram: number;
  /** Symbols per second. */
  readonly rate: number;
  readonly extents: readonly Extent[];
}

/** Proves nothing and promises nothing: echo the cookie. */
export interface Challenge {
  readonly type: typeof TYPE_HELLO;
  readonly kind: 'challenge';
  readonly token: Token;
  readonly cookie: Uint8Array;
}

/** What a server has of a resource. */
export interface Hello {
  readonly type: typeof TYPE_HELLO;
  readonly kind: 'resource';
  readonly token: Token;
  readonly cookie: Uint8Array;
  /** Sequence of the SUBSCRIBE that this answers. */
  readonly echo: number;
  readonly manifestBytes: number;
  readonly symbolSize: number;
  readonly blockSymbols: number;
  readonly profile: number;
  /** Block of the content that others are poured, to go on from; NO_BLOCK: nobody, or only this client. */
  readonly front: number;
  /** Name hint: UTF-8, or sealed under the content key of a private resource. */
  readonly name: Uint8Array;
  /** `address:port` of other servers that have the resource. */
  readonly peers: readonly PeerAddress[];
}

export interface PeerAddress {
  /** 4 or 16 bytes. */
  readonly ip: Uint8Array;
  readonly port: number;
}

export type SorryReason = 'absent' | 'busy' | 'version' | 'refused';

export interface Sorry {
  readonly type: typeof TYPE_SORRY;
  readonly reason: SorryReason;
  readonly token: Token;
  readonly resource: string;
  /** Do not ask again before, ms. */
  readonly retryAfter: number;
}

export interface Unsubscribe {
  readonly type: typeof TYPE_UNSUBSCRIBE;
  /** The client has all of it now and serves it from this address. */
  readonly serves: boolean;
  readonly token: Token;
  readonly resource: string;
  readonly cookie: Uint8Array;
}

/** From a node of a Murky Waters to another. */
export interface Member {
  readonly type: typeof TYPE_MEMBER;
  /** 1 to 1152 bytes that mean something to them alone. */
  readonly payload: Uint8Array;
}

export type ControlDatagram = Subscribe | Challenge | Hello | Sorry | Unsubscribe | Member;

/** Why a datagram is not one of ours. */
export type Malformed = 'short' | 'magic' | 'version' | 'type' | 'length' | 'reserved' | 'range';

/** Fields of a RAIN datagram, read in place; one object is used for all. */
export interface RainHeader {
  /** Number of symbols, all of the same size, of consecutive ids. */
  count: number;
  /** Nothing that was ordered is left after this. */
  drained: boolean;
  tokenHigh: number;
  tokenLow: number;
  /** Number of the datagram within the subscription, u32. */
  sequence: number;
  /** Clock of the server, microseconds, u32, wraps. */
  timestamp: number;
  /** Low 16 bits of the newest SUBSCRIBE sequence the server has seen. */
  echo: number;
  /** How long the server has had that SUBSCRIBE, ms. */
  echoDelay: number;
  block: number;
  id: number;
  symbolSize: number;
}
