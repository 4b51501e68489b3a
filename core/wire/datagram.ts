/**
 * The datagrams of Pouring Rain, to bytes and back. Layout, limits and golden records: docs/wire.md.
 * All integers are big-endian. Readers check the exact length, every bound and every reserved bit, and
 * allocate nothing in proportion to what a datagram claims.
 */

/** First byte of every datagram; the classic wire of 2012 starts with 1, 2 or 3 and seven zeros. */
export const MAGIC = 0xa7;
export const VERSION = 1;

export const TYPE_SUBSCRIBE = 1;
export const TYPE_RAIN = 2;
export const TYPE_HELLO = 3;
export const TYPE_SORRY = 4;
export const TYPE_UNSUBSCRIBE = 5;

/** Blocks with this bit set carry the manifest. */
export const MANIFEST_BLOCK = 0x8000_0000;

export const RAIN_HEADER = 32;
export const SUBSCRIBE_HEADER = 48;
export const EXTENT_BYTES = 16;
export const MAX_EXTENTS = 64;
export const COOKIE_BYTES = 16;
export const CHALLENGE_BYTES = 28;
export const HELLO_HEADER = 46;
export const SORRY_BYTES = 24;
export const UNSUBSCRIBE_BYTES = 36;
export const MAX_NAME_BYTES = 512;
export const MAX_PEERS = 16;
/** Largest UDP payload over IPv4. */
export const MAX_DATAGRAM = 65507;
/** What every path carries: one symbol of 1152 bytes and its header. */
export const BASE_DATAGRAM = RAIN_HEADER + 1152;
/** Largest symbol of a resource, bytes; a multiple of 64. */
export const MAX_SYMBOL_SIZE = 1152;
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
const REASONS: readonly SorryReason[] = ['absent', 'busy', 'version', 'refused'];

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

export type ControlDatagram = Subscribe | Challenge | Hello | Sorry | Unsubscribe;

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

/** Unit of the echo delay on the wire, ms. */
const ECHO_DELAY_UNIT = 1 / 64;

export function emptyRainHeader(): RainHeader {
  return {
    count: 0,
    drained: false,
    tokenHigh: 0,
    tokenLow: 0,
    sequence: 0,
    timestamp: 0,
    echo: 0,
    echoDelay: 0,
    block: 0,
    id: 0,
    symbolSize: 0,
  };
}

const u16 = (b: Uint8Array, at: number): number => (b[at] << 8) | b[at + 1];
const u32 = (b: Uint8Array, at: number): number =>
  ((b[at] << 24) | (b[at + 1] << 16) | (b[at + 2] << 8) | b[at + 3]) >>> 0;

function put16(b: Uint8Array, at: number, value: number): void {
  b[at] = value >>> 8;
  b[at + 1] = value;
}

function put32(b: Uint8Array, at: number, value: number): void {
  b[at] = value >>> 24;
  b[at + 1] = value >>> 16;
  b[at + 2] = value >>> 8;
  b[at + 3] = value;
}

/** True when the datagram claims to be RAIN; the cheap first look of the receive path. */
export function isRain(bytes: Uint8Array): boolean {
  return bytes.length >= RAIN_HEADER && bytes[0] === MAGIC && bytes[1] === ((VERSION << 4) | TYPE_RAIN);
}

/** Reads the header of a RAIN datagram into `out`. Returns undefined when it is well formed. */
export function readRain(bytes: Uint8Array, out: RainHeader): Malformed | undefined {
  if (bytes.length < RAIN_HEADER) return 'short';
  if (bytes[0] !== MAGIC) return 'magic';
  if (bytes[1] >>> 4 !== VERSION) return 'version';
  if ((bytes[1] & 15) !== TYPE_RAIN) return 'type';
  const count = bytes[2];
  if (count === 0) return 'range';
  if (bytes[3] > 1) return 'reserved';
  const payload = bytes.length - RAIN_HEADER;
  const symbolSize = payload / count;
  if (symbolSize < 64 || symbolSize > MAX_SYMBOL_SIZE || symbolSize % 64 !== 0) return 'length';
  out.count = count;
  out.drained = bytes[3] === 1;
  out.tokenHigh = u32(bytes, 4);
  out.tokenLow = u32(bytes, 8);
  out.sequence = u32(bytes, 12);
  out.timestamp = u32(bytes, 16);
  out.echo = u16(bytes, 20);
  out.echoDelay = u16(bytes, 22) * ECHO_DELAY_UNIT;
  out.block = u32(bytes, 24);
  out.id = u32(bytes, 28);
  out.symbolSize = symbolSize;
  if (out.id + count > 0x1_0000_0000) return 'range';
  return undefined;
}

/** Writes the 32 bytes of a RAIN header at the start of `into`; the symbols follow. */
export function writeRain(into: Uint8Array, header: RainHeader): void {
  into[0] = MAGIC;
  into[1] = (VERSION << 4) | TYPE_RAIN;
  into[2] = header.count;
  into[3] = header.drained ? 1 : 0;
  put32(into, 4, header.tokenHigh);
  put32(into, 8, header.tokenLow);
  put32(into, 12, header.sequence);
  put32(into, 16, header.timestamp);
  put16(into, 20, header.echo & 0xffff);
  put16(into, 22, Math.min(0xffff, Math.max(0, Math.round(header.echoDelay / ECHO_DELAY_UNIT))));
  put32(into, 24, header.block);
  put32(into, 28, header.id);
}

/** Reads everything but RAIN. The result holds copies, no views of `bytes`. */
export function readControl(bytes: Uint8Array): ControlDatagram | Malformed {
  if (bytes.length < 20) return 'short';
  if (bytes[0] !== MAGIC) return 'magic';
  if (bytes[1] >>> 4 !== VERSION) return 'version';
  switch (bytes[1] & 15) {
    case TYPE_SUBSCRIBE:
      return readSubscribe(bytes);
    case TYPE_HELLO:
      return readHello(bytes);
    case TYPE_SORRY:
      return readSorry(bytes);
    case TYPE_UNSUBSCRIBE:
      return readUnsubscribe(bytes);
    default:
      return 'type';
  }
}

function readSubscribe(b: Uint8Array): Subscribe | Malformed {
  if (b.length < SUBSCRIBE_HEADER) return 'short';
  if (b[2] > 1) return 'reserved';
  const count = b[3];
  if (count > MAX_EXTENTS) return 'range';
  if (b.length !== SUBSCRIBE_HEADER + count * EXTENT_BYTES) return 'length';
  const maxDatagram = u16(b, 42);
  if (maxDatagram < RAIN_HEADER + 64) return 'range';
  const extents: Extent[] = [];
  let end = 0;
  for (let i = 0; i < count; i++) {
    const at = SUBSCRIBE_HEADER + i * EXTENT_BYTES;
    const extent = {
      offset: u32(b, at),
      block: u32(b, at + 4),
      from: u32(b, at + 8),
      count: u32(b, at + 12),
    };
    // Places in the order ascend, and neither ids nor places leave 32 bits.
    if (extent.count === 0 || extent.offset < end) return 'range';
    end = extent.offset + extent.count;
    if (end > 0xffff_ffff || extent.from + extent.count > 0x1_0000_0000) return 'range';
    extents.push(extent);
  }
  return {
    type: TYPE_SUBSCRIBE,
    wantsHello: b[2] === 1,
    token: readToken(b, 4),
    resource: readResource(b, 12),
    cookie: b.slice(20, 36),
    sequence: u32(b, 36),
    lease: u16(b, 40),
    maxDatagram,
    rate: u32(b, 44),
    extents,
  };
}

function readHello(b: Uint8Array): Challenge | Hello | Malformed {
  if (b.length < CHALLENGE_BYTES) return 'short';
  if (b[3] !== 0) return 'reserved';
  const token = readToken(b, 4);
  const cookie = b.slice(12, 28);
  if (b[2] === 0) {
    if (b.length !== CHALLENGE_BYTES) return 'length';
    return { type: TYPE_HELLO, kind: 'challenge', token, cookie };
  }
  if (b[2] !== 1) return 'range';
  if (b.length < HELLO_HEADER) return 'short';
  const manifestBytes = u32(b, 32);
  const symbolSize = u16(b, 36);
  const blockSymbols = u16(b, 38);
  const nameBytes = u16(b, 42);
  if (b[41] !== 0 || b[45] !== 0) return 'reserved';
  if (manifestBytes === 0 || manifestBytes > MAX_MANIFEST_BYTES) return 'range';
  if (symbolSize < 64 || symbolSize > MAX_SYMBOL_SIZE || symbolSize % 64 !== 0) return 'range';
  if (blockSymbols < 4 || blockSymbols > 1024) return 'range';
  if (nameBytes > MAX_NAME_BYTES || b[44] > MAX_PEERS) return 'range';
  if (b.length < HELLO_HEADER + nameBytes) return 'length';
  const peers = readPeers(b, HELLO_HEADER + nameBytes, b[44]);
  if (typeof peers === 'string') return peers;
  return {
    type: TYPE_HELLO,
    kind: 'resource',
    token,
    cookie,
    echo: u32(b, 28),
    manifestBytes,
    symbolSize,
    blockSymbols,
    profile: b[40],
    name: b.slice(HELLO_HEADER, HELLO_HEADER + nameBytes),
    peers,
  };
}

function readPeers(b: Uint8Array, start: number, count: number): PeerAddress[] | Malformed {
  const peers: PeerAddress[] = [];
  let at = start;
  for (let i = 0; i < count; i++) {
    const size = b[at] === 4 ? 4 : b[at] === 6 ? 16 : 0;
    if (size === 0) return at < b.length ? 'range' : 'length';
    if (at + 1 + size + 2 > b.length) return 'length';
    const port = u16(b, at + 1 + size);
    if (port === 0) return 'range';
    peers.push({ ip: b.slice(at + 1, at + 1 + size), port });
    at += 1 + size + 2;
  }
  return at === b.length ? peers : 'length';
}

function readSorry(b: Uint8Array): Sorry | Malformed {
  if (b.length !== SORRY_BYTES) return 'length';
  const reason = REASONS[b[2]];
  if (reason === undefined) return 'range';
  if (b[3] !== 0 || u16(b, 22) !== 0) return 'reserved';
  return {
    type: TYPE_SORRY,
    reason,
    token: readToken(b, 4),
    resource: readResource(b, 12),
    retryAfter: u16(b, 20),
  };
}

function readUnsubscribe(b: Uint8Array): Unsubscribe | Malformed {
  if (b.length !== UNSUBSCRIBE_BYTES) return 'length';
  if (b[2] > 1 || b[3] !== 0) return 'reserved';
  return {
    type: TYPE_UNSUBSCRIBE,
    serves: b[2] === 1,
    token: readToken(b, 4),
    resource: readResource(b, 12),
    cookie: b.slice(20, 36),
  };
}

/** Bytes of any datagram but RAIN. Trusts its argument: bounds are the caller's invariants. */
export function writeControl(d: ControlDatagram): Uint8Array {
  switch (d.type) {
    case TYPE_SUBSCRIBE:
      return writeSubscribe(d);
    case TYPE_HELLO:
      return d.kind === 'challenge' ? writeChallenge(d) : writeHello(d);
    case TYPE_SORRY:
      return writeSorry(d);
    case TYPE_UNSUBSCRIBE:
      return writeUnsubscribe(d);
  }
}

function begin(length: number, type: number, token: Token): Uint8Array {
  const b = new Uint8Array(length);
  b[0] = MAGIC;
  b[1] = (VERSION << 4) | type;
  put32(b, 4, token.high);
  put32(b, 8, token.low);
  return b;
}

function writeSubscribe(d: Subscribe): Uint8Array {
  const b = begin(SUBSCRIBE_HEADER + d.extents.length * EXTENT_BYTES, TYPE_SUBSCRIBE, d.token);
  b[2] = d.wantsHello ? 1 : 0;
  b[3] = d.extents.length;
  writeResource(b, 12, d.resource);
  b.set(d.cookie, 20);
  put32(b, 36, d.sequence);
  put16(b, 40, d.lease);
  put16(b, 42, d.maxDatagram);
  put32(b, 44, d.rate);
  d.extents.forEach((extent, i) => {
    const at = SUBSCRIBE_HEADER + i * EXTENT_BYTES;
    put32(b, at, extent.offset);
    put32(b, at + 4, extent.block);
    put32(b, at + 8, extent.from);
    put32(b, at + 12, extent.count);
  });
  return b;
}

function writeChallenge(d: Challenge): Uint8Array {
  const b = begin(CHALLENGE_BYTES, TYPE_HELLO, d.token);
  b.set(d.cookie, 12);
  return b;
}

function writeHello(d: Hello): Uint8Array {
  const peerBytes = d.peers.reduce((sum, peer) => sum + 3 + peer.ip.length, 0);
  const b = begin(HELLO_HEADER + d.name.length + peerBytes, TYPE_HELLO, d.token);
  b[2] = 1;
  b.set(d.cookie, 12);
  put32(b, 28, d.echo);
  put32(b, 32, d.manifestBytes);
  put16(b, 36, d.symbolSize);
  put16(b, 38, d.blockSymbols);
  b[40] = d.profile;
  put16(b, 42, d.name.length);
  b[44] = d.peers.length;
  b.set(d.name, HELLO_HEADER);
  let at = HELLO_HEADER + d.name.length;
  for (const peer of d.peers) {
    b[at] = peer.ip.length === 4 ? 4 : 6;
    b.set(peer.ip, at + 1);
    put16(b, at + 1 + peer.ip.length, peer.port);
    at += 3 + peer.ip.length;
  }
  return b;
}

function writeSorry(d: Sorry): Uint8Array {
  const b = begin(SORRY_BYTES, TYPE_SORRY, d.token);
  b[2] = REASONS.indexOf(d.reason);
  writeResource(b, 12, d.resource);
  put16(b, 20, d.retryAfter);
  return b;
}

function writeUnsubscribe(d: Unsubscribe): Uint8Array {
  const b = begin(UNSUBSCRIBE_BYTES, TYPE_UNSUBSCRIBE, d.token);
  b[2] = d.serves ? 1 : 0;
  writeResource(b, 12, d.resource);
  b.set(d.cookie, 20);
  return b;
}

function readToken(b: Uint8Array, at: number): Token {
  return { high: u32(b, at), low: u32(b, at + 4) };
}

function readResource(b: Uint8Array, at: number): string {
  return (
    u32(b, at).toString(16).padStart(8, '0') +
    u32(b, at + 4)
      .toString(16)
      .padStart(8, '0')
  );
}

function writeResource(b: Uint8Array, at: number, id: string): void {
  put32(b, at, Number.parseInt(id.slice(0, 8), 16));
  put32(b, at + 4, Number.parseInt(id.slice(8), 16));
}
