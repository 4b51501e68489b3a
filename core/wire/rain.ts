/**
 * The header of RAIN, to bytes and back: the hot path of both sides, which allocates nothing. Byte table and
 * golden record: docs/wire.md. The symbols follow the header back to back, and are never touched here.
 */
import {
  MAGIC,
  MAX_DATAGRAM,
  MAX_SYMBOL_SIZE,
  type Malformed,
  RAIN_HEADER,
  type RainHeader,
  SYMBOL_UNIT,
  TYPE_RAIN,
  VERSION,
} from './datagram.ts';
import { put16, put32, u16, u32 } from './fields.ts';

/** Unit of the echo delay on the wire, ms. */
const ECHO_DELAY_UNIT = 1 / 64;
const RAIN_BYTE = (VERSION << 4) | TYPE_RAIN;

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

/** True when the datagram, `length` bytes at `at`, claims to be RAIN; the cheap first look of the receive path. */
export function isRain(bytes: Uint8Array, at = 0, length = bytes.length - at): boolean {
  return length >= RAIN_HEADER && bytes[at] === MAGIC && bytes[at + 1] === RAIN_BYTE;
}

/**
 * Reads the header of a RAIN datagram, `length` bytes at `at`, into `out`. Returns undefined when it is well formed;
 * when it is not, `out` is as it was.
 */
export function readRain(
  bytes: Uint8Array,
  out: RainHeader,
  at = 0,
  length = bytes.length - at,
): Malformed | undefined {
  if (length < RAIN_HEADER) return 'short';
  if (bytes[at] !== MAGIC) return 'magic';
  if (bytes[at + 1] >>> 4 !== VERSION) return 'version';
  if (bytes[at + 1] !== RAIN_BYTE) return 'type';
  if (bytes[at + 3] > 1) return 'reserved';
  const count = bytes[at + 2];
  if (count === 0) return 'range';
  const symbolSize = (length - RAIN_HEADER) / count;
  // A fraction is no multiple either.
  if (symbolSize % SYMBOL_UNIT !== 0 || symbolSize < SYMBOL_UNIT || symbolSize > MAX_SYMBOL_SIZE) {
    return 'length';
  }
  if (length > MAX_DATAGRAM) return 'length';
  const id = u32(bytes, at + 28);
  if (id + count > 0x1_0000_0000) return 'range';
  out.count = count;
  out.drained = bytes[at + 3] === 1;
  out.tokenHigh = u32(bytes, at + 4);
  out.tokenLow = u32(bytes, at + 8);
  out.sequence = u32(bytes, at + 12);
  out.timestamp = u32(bytes, at + 16);
  out.echo = u16(bytes, at + 20);
  out.echoDelay = u16(bytes, at + 22) * ECHO_DELAY_UNIT;
  out.block = u32(bytes, at + 24);
  out.id = id;
  out.symbolSize = symbolSize;
  return undefined;
}

/**
 * Writes the 32 bytes of a RAIN header at `at`; the symbols follow. Trusts its argument, but for
 * the echo delay, which is a measurement: it is rounded to the nearest 1/64 ms and kept in 16 bits.
 */
export function writeRain(into: Uint8Array, header: RainHeader, at = 0): void {
  into[at] = MAGIC;
  into[at + 1] = RAIN_BYTE;
  into[at + 2] = header.count;
  into[at + 3] = header.drained ? 1 : 0;
  put32(into, at + 4, header.tokenHigh);
  put32(into, at + 8, header.tokenLow);
  put32(into, at + 12, header.sequence);
  put32(into, at + 16, header.timestamp);
  put16(into, at + 20, header.echo);
  put16(into, at + 22, Math.min(0xffff, Math.max(0, Math.round(header.echoDelay / ECHO_DELAY_UNIT))));
  put32(into, at + 24, header.block);
  put32(into, at + 28, header.id);
}
