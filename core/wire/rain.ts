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

/** True when the datagram claims to be RAIN; the cheap first look of the receive path. */
export function isRain(bytes: Uint8Array): boolean {
  return bytes.length >= RAIN_HEADER && bytes[0] === MAGIC && bytes[1] === RAIN_BYTE;
}

/**
 * Reads the header of a RAIN datagram into `out`. Returns undefined when it is well formed; when it is not, `out`
 * is as it was.
 */
export function readRain(bytes: Uint8Array, out: RainHeader): Malformed | undefined {
  if (bytes.length < RAIN_HEADER) return 'short';
  if (bytes[0] !== MAGIC) return 'magic';
  if (bytes[1] >>> 4 !== VERSION) return 'version';
  if (bytes[1] !== RAIN_BYTE) return 'type';
  if (bytes[3] > 1) return 'reserved';
  const count = bytes[2];
  if (count === 0) return 'range';
  const symbolSize = (bytes.length - RAIN_HEADER) / count;
  // A fraction is no multiple either.
  if (symbolSize % SYMBOL_UNIT !== 0 || symbolSize < SYMBOL_UNIT || symbolSize > MAX_SYMBOL_SIZE) {
    return 'length';
  }
  if (bytes.length > MAX_DATAGRAM) return 'length';
  const id = u32(bytes, 28);
  if (id + count > 0x1_0000_0000) return 'range';
  out.count = count;
  out.drained = bytes[3] === 1;
  out.tokenHigh = u32(bytes, 4);
  out.tokenLow = u32(bytes, 8);
  out.sequence = u32(bytes, 12);
  out.timestamp = u32(bytes, 16);
  out.echo = u16(bytes, 20);
  out.echoDelay = u16(bytes, 22) * ECHO_DELAY_UNIT;
  out.block = u32(bytes, 24);
  out.id = id;
  out.symbolSize = symbolSize;
  return undefined;
}

/**
 * Writes the 32 bytes of a RAIN header at the start of `into`; the symbols follow. Trusts its argument, but for
 * the echo delay, which is a measurement: it is rounded to the nearest 1/64 ms and kept in 16 bits.
 */
export function writeRain(into: Uint8Array, header: RainHeader): void {
  into[0] = MAGIC;
  into[1] = RAIN_BYTE;
  into[2] = header.count;
  into[3] = header.drained ? 1 : 0;
  put32(into, 4, header.tokenHigh);
  put32(into, 8, header.tokenLow);
  put32(into, 12, header.sequence);
  put32(into, 16, header.timestamp);
  put16(into, 20, header.echo);
  put16(into, 22, Math.min(0xffff, Math.max(0, Math.round(header.echoDelay / ECHO_DELAY_UNIT))));
  put32(into, 24, header.block);
  put32(into, 28, header.id);
}
