/** HELLO, to bytes and back: a challenge, or what a server has of a resource. */
import {
  CHALLENGE_BYTES,
  type Challenge,
  COOKIE_BYTES,
  HELLO_HEADER,
  type Hello,
  MAX_BLOCK_SYMBOLS,
  MAX_MANIFEST_BYTES,
  MAX_NAME_BYTES,
  MAX_PEERS,
  MAX_SYMBOL_SIZE,
  type Malformed,
  MIN_BLOCK_SYMBOLS,
  type PeerAddress,
  SYMBOL_UNIT,
  TYPE_HELLO,
} from './datagram.ts';
import { begin, copy, put16, put32, token, u16, u32 } from './fields.ts';

const KIND_CHALLENGE = 0;
const KIND_RESOURCE = 1;
const NO_NAME = new Uint8Array(0);

export function readHello(b: Uint8Array): Challenge | Hello | Malformed {
  if (b.length < CHALLENGE_BYTES) return 'short';
  if (b[3] !== 0) return 'reserved';
  if (b[2] === KIND_RESOURCE) return readResourceHello(b);
  if (b[2] !== KIND_CHALLENGE) return 'range';
  if (b.length !== CHALLENGE_BYTES) return 'length';
  return { type: TYPE_HELLO, kind: 'challenge', token: token(b, 4), cookie: cookie(b) };
}

export function writeHello(d: Challenge | Hello): Uint8Array {
  return d.kind === 'challenge' ? writeChallenge(d) : writeResourceHello(d);
}

function readResourceHello(b: Uint8Array): Hello | Malformed {
  if (b.length < HELLO_HEADER) return 'short';
  const manifestBytes = u32(b, 32);
  const symbolSize = u16(b, 36);
  const blockSymbols = u16(b, 38);
  const nameBytes = u16(b, 42);
  if (b[41] !== 0 || b[45] !== 0) return 'reserved';
  if (manifestBytes === 0 || manifestBytes > MAX_MANIFEST_BYTES) return 'range';
  if (symbolSize % SYMBOL_UNIT !== 0 || symbolSize < SYMBOL_UNIT || symbolSize > MAX_SYMBOL_SIZE) {
    return 'range';
  }
  if (blockSymbols < MIN_BLOCK_SYMBOLS || blockSymbols > MAX_BLOCK_SYMBOLS) return 'range';
  if (nameBytes > MAX_NAME_BYTES || b[44] > MAX_PEERS) return 'range';
  if (b.length < HELLO_HEADER + nameBytes) return 'length';
  const peers = readPeers(b, HELLO_HEADER + nameBytes, b[44]);
  if (typeof peers === 'string') return peers;
  return {
    type: TYPE_HELLO,
    kind: 'resource',
    token: token(b, 4),
    cookie: cookie(b),
    echo: u32(b, 28),
    manifestBytes,
    symbolSize,
    blockSymbols,
    profile: b[40],
    front: u32(b, 46),
    name: copy(b, HELLO_HEADER, HELLO_HEADER + nameBytes),
    peers,
  };
}

function writeResourceHello(d: Hello): Uint8Array {
  if (d.peers.length > MAX_PEERS) throw new RangeError(`${d.peers.length} peers are too many`);
  // A person chose it, and it is only a hint: better no name than an answer that nobody takes.
  const name = d.name.length > MAX_NAME_BYTES ? NO_NAME : d.name;
  const peerBytes = d.peers.reduce((sum, peer) => sum + 3 + peer.ip.length, 0);
  const b = begin(HELLO_HEADER + name.length + peerBytes, TYPE_HELLO, d.token);
  b[2] = KIND_RESOURCE;
  b.set(d.cookie, 12);
  put32(b, 28, d.echo);
  put32(b, 32, d.manifestBytes);
  put16(b, 36, d.symbolSize);
  put16(b, 38, d.blockSymbols);
  b[40] = d.profile;
  put16(b, 42, name.length);
  b[44] = d.peers.length;
  put32(b, 46, d.front);
  b.set(name, HELLO_HEADER);
  writePeers(b, HELLO_HEADER + name.length, d.peers);
  return b;
}

function writeChallenge(d: Challenge): Uint8Array {
  const b = begin(CHALLENGE_BYTES, TYPE_HELLO, d.token);
  b[2] = KIND_CHALLENGE;
  b.set(d.cookie, 12);
  return b;
}

/** The peers that fill `b` from `start` to its end: no fewer bytes, and none left over. */
function readPeers(b: Uint8Array, start: number, count: number): PeerAddress[] | Malformed {
  const peers: PeerAddress[] = [];
  let at = start;
  for (let i = 0; i < count; i++) {
    if (at >= b.length) return 'length';
    const size = b[at] === 4 ? 4 : b[at] === 6 ? 16 : 0;
    if (size === 0) return 'range';
    const end = at + 1 + size;
    if (end + 2 > b.length) return 'length';
    const port = u16(b, end);
    if (port === 0) return 'range';
    peers.push({ ip: copy(b, at + 1, end), port });
    at = end + 2;
  }
  return at === b.length ? peers : 'length';
}

function writePeers(b: Uint8Array, start: number, peers: readonly PeerAddress[]): void {
  let at = start;
  for (const { ip, port } of peers) {
    b[at] = ip.length === 4 ? 4 : 6;
    b.set(ip, at + 1);
    put16(b, at + 1 + ip.length, port);
    at += 3 + ip.length;
  }
}

function cookie(b: Uint8Array): Uint8Array {
  return copy(b, 12, 12 + COOKIE_BYTES);
}
