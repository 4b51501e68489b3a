/**
 * The fields that datagrams are made of, at a place in one. Integers are big-endian. Readers trust that the caller
 * has checked the length.
 */
import { MAGIC, type Token, VERSION } from './datagram.ts';

/** A datagram with the 12 bytes that every one begins with: magic, version and type, token. */
export function begin(length: number, type: number, { high, low }: Token): Uint8Array {
  const b = new Uint8Array(length);
  b[0] = MAGIC;
  b[1] = (VERSION << 4) | type;
  put32(b, 4, high);
  put32(b, 8, low);
  return b;
}

export function u16(b: Uint8Array, at: number): number {
  return (b[at] << 8) | b[at + 1];
}

export function u32(b: Uint8Array, at: number): number {
  return ((b[at] << 24) | (b[at + 1] << 16) | (b[at + 2] << 8) | b[at + 3]) >>> 0;
}

export function put16(b: Uint8Array, at: number, value: number): void {
  b[at] = value >>> 8;
  b[at + 1] = value;
}

export function put32(b: Uint8Array, at: number, value: number): void {
  b[at] = value >>> 24;
  b[at + 1] = value >>> 16;
  b[at + 2] = value >>> 8;
  b[at + 3] = value;
}

export function token(b: Uint8Array, at: number): Token {
  return { high: u32(b, at), low: u32(b, at + 4) };
}

/** A resource id as 16 lower-case hex digits. */
export function resource(b: Uint8Array, at: number): string {
  return hex32(u32(b, at)) + hex32(u32(b, at + 4));
}

export function putResource(b: Uint8Array, at: number, id: string): void {
  put32(b, at, Number.parseInt(id.slice(0, 8), 16));
  put32(b, at + 4, Number.parseInt(id.slice(8), 16));
}

/** A copy of its own; `b.slice` of a Buffer, which is what sockets give, would be a view of the socket's memory. */
export function copy(b: Uint8Array, from: number, to: number): Uint8Array {
  return new Uint8Array(b.subarray(from, to));
}

function hex32(value: number): string {
  return value.toString(16).padStart(8, '0');
}
