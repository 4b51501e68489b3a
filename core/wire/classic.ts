/**
 * The classic wire: the datagrams of 2012, to bytes and back. Every field is a little-endian u64. Tables, limits and
 * how these datagrams are told from those of today: docs/wire.md, "The wire of 2012".
 */
import { MAX_DATAGRAM } from './datagram.ts';

/** A resource is always cut into so many parts of one length. */
export const CLASSIC_PARTS = 64;
/** What comes before the payload of a droplet, bytes. */
export const CLASSIC_HEADER = 32;
/** Longest part: a droplet is one datagram. */
export const MAX_CLASSIC_PART = MAX_DATAGRAM - CLASSIC_HEADER;
/** Longest resource, bytes: its parts always hold at least one byte of padding. */
export const MAX_CLASSIC_LENGTH = CLASSIC_PARTS * MAX_CLASSIC_PART - 1;

const SUBSCRIBE = 1n;
const UNSUBSCRIBE = 2n;
const PROPAGATE = 3n;
const SUBSCRIBE_BYTES = 16;
const PROPAGATE_BYTES = 24;
const MAX_PORT = 65_535;

export type ClassicRequest =
  /** Stream this resource to where this came from; repeated as a heartbeat. */
  | { readonly type: 'subscribe'; readonly resource: string }
  | { readonly type: 'unsubscribe'; readonly resource: string }
  /** Fetch this resource and keep it; the sender listens at `port`. */
  | { readonly type: 'propagate'; readonly resource: string; readonly port: number };

export interface ClassicDroplet {
  /** 16 hex digits. */
  readonly resource: string;
  /** Bit i: part i is in the XOR. Never 0. */
  readonly mask: bigint;
  /** Bytes of the resource, at most {@link MAX_CLASSIC_LENGTH}. */
  readonly dataLength: number;
  /** The XOR of the parts, `classicPartLength(dataLength)` bytes; a view of the datagram. */
  readonly payload: Uint8Array;
}

/** Bytes of each of the 64 parts of a resource of `dataLength` bytes; 64 of them are always longer than it. */
export function classicPartLength(dataLength: number): number {
  return Math.floor(dataLength / CLASSIC_PARTS) + 1;
}

/** Undefined for whatever is no well-formed request. No datagram of today's wire is one: those begin with `a7`. */
export function readClassicRequest(b: Uint8Array): ClassicRequest | undefined {
  if (b.length !== SUBSCRIBE_BYTES && b.length !== PROPAGATE_BYTES) return undefined;
  const type = u64(b, 0);
  const resource = classicResource(b, 8);
  if (b.length === SUBSCRIBE_BYTES) {
    if (type === SUBSCRIBE) return { type: 'subscribe', resource };
    return type === UNSUBSCRIBE ? { type: 'unsubscribe', resource } : undefined;
  }
  const port = u64(b, 16);
  if (type !== PROPAGATE || port < 1n || port > MAX_PORT) return undefined;
  return { type: 'propagate', resource, port: Number(port) };
}

export function writeClassicRequest(request: ClassicRequest): Uint8Array {
  const b = new Uint8Array(request.type === 'propagate' ? PROPAGATE_BYTES : SUBSCRIBE_BYTES);
  putU64(b, 8, BigInt(`0x${request.resource}`));
  switch (request.type) {
    case 'subscribe':
      putU64(b, 0, SUBSCRIBE);
      break;
    case 'unsubscribe':
      putU64(b, 0, UNSUBSCRIBE);
      break;
    case 'propagate':
      putU64(b, 0, PROPAGATE);
      putU64(b, 16, BigInt(request.port));
      break;
  }
  return b;
}

/** The resource id at the beginning of a droplet, or elsewhere in a datagram, as 16 hex digits. */
export function classicResource(b: Uint8Array, at = 0): string {
  return u64(b, at).toString(16).padStart(16, '0');
}

/**
 * Undefined for what is no well-formed droplet: its lengths have to agree with each other and with the datagram's.
 * It may begin like any datagram, so ask only for what comes from a server that is being fetched from.
 */
export function readClassicDroplet(b: Uint8Array): ClassicDroplet | undefined {
  if (b.length <= CLASSIC_HEADER) return undefined;
  const mask = u64(b, 8);
  const dataLength = u64(b, 16);
  if (mask === 0n || dataLength > MAX_CLASSIC_LENGTH) return undefined;
  const packetLength = classicPartLength(Number(dataLength));
  if (u64(b, 24) !== BigInt(packetLength) || b.length !== CLASSIC_HEADER + packetLength) return undefined;
  return {
    resource: classicResource(b),
    mask,
    dataLength: Number(dataLength),
    payload: b.subarray(CLASSIC_HEADER),
  };
}

/** Writes what comes before the payload of a droplet into the first {@link CLASSIC_HEADER} bytes. */
export function writeClassicHeader(b: Uint8Array, resource: string, mask: bigint, dataLength: number): void {
  putU64(b, 0, BigInt(`0x${resource}`));
  putU64(b, 8, mask);
  putU64(b, 16, BigInt(dataLength));
  putU64(b, 24, BigInt(classicPartLength(dataLength)));
}

function u64(b: Uint8Array, at: number): bigint {
  return view(b).getBigUint64(at, true);
}

function putU64(b: Uint8Array, at: number, value: bigint): void {
  view(b).setBigUint64(at, value, true);
}

function view(b: Uint8Array): DataView {
  return new DataView(b.buffer, b.byteOffset, b.byteLength);
}
