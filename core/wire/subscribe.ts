/** What a client says: SUBSCRIBE and UNSUBSCRIBE, to bytes and back. */
import {
  COOKIE_BYTES,
  EXTENT_BYTES,
  type Extent,
  MAX_DATAGRAM,
  MAX_EXTENTS,
  type Malformed,
  MIN_DATAGRAM,
  SUBSCRIBE_HEADER,
  type Subscribe,
  TYPE_SUBSCRIBE,
  TYPE_UNSUBSCRIBE,
  UNSUBSCRIBE_BYTES,
  type Unsubscribe,
} from './datagram.ts';
import { begin, copy, put16, put32, putResource, resource, token, u16, u32 } from './fields.ts';

export function readSubscribe(b: Uint8Array): Subscribe | Malformed {
  if (b.length < SUBSCRIBE_HEADER) return 'short';
  if (b[2] > 1) return 'reserved';
  const count = b[3];
  if (count > MAX_EXTENTS) return 'range';
  if (b.length !== SUBSCRIBE_HEADER + count * EXTENT_BYTES) return 'length';
  const maxDatagram = u16(b, 42);
  if (maxDatagram < MIN_DATAGRAM || maxDatagram > MAX_DATAGRAM) return 'range';
  const extents = readExtents(b, count);
  if (typeof extents === 'string') return extents;
  return {
    type: TYPE_SUBSCRIBE,
    wantsHello: b[2] === 1,
    token: token(b, 4),
    resource: resource(b, 12),
    cookie: copy(b, 20, 20 + COOKIE_BYTES),
    sequence: u32(b, 36),
    lease: u16(b, 40),
    maxDatagram,
    rate: u32(b, 44),
    extents,
  };
}

export function writeSubscribe(d: Subscribe): Uint8Array {
  if (d.extents.length > MAX_EXTENTS) throw new RangeError(`${d.extents.length} extents are too many`);
  const b = begin(SUBSCRIBE_HEADER + d.extents.length * EXTENT_BYTES, TYPE_SUBSCRIBE, d.token);
  b[2] = d.wantsHello ? 1 : 0;
  b[3] = d.extents.length;
  putResource(b, 12, d.resource);
  b.set(d.cookie, 20);
  put32(b, 36, d.sequence);
  put16(b, 40, d.lease);
  put16(b, 42, d.maxDatagram);
  put32(b, 44, d.rate);
  for (const [i, extent] of d.extents.entries()) {
    const at = SUBSCRIBE_HEADER + i * EXTENT_BYTES;
    put32(b, at, extent.offset);
    put32(b, at + 4, extent.block);
    put32(b, at + 8, extent.from);
    put32(b, at + 12, extent.count);
  }
  return b;
}

export function readUnsubscribe(b: Uint8Array): Unsubscribe | Malformed {
  if (b.length !== UNSUBSCRIBE_BYTES) return 'length';
  if (b[2] > 1 || b[3] !== 0) return 'reserved';
  return {
    type: TYPE_UNSUBSCRIBE,
    serves: b[2] === 1,
    token: token(b, 4),
    resource: resource(b, 12),
    cookie: copy(b, 20, 20 + COOKIE_BYTES),
  };
}

export function writeUnsubscribe(d: Unsubscribe): Uint8Array {
  const b = begin(UNSUBSCRIBE_BYTES, TYPE_UNSUBSCRIBE, d.token);
  b[2] = d.serves ? 1 : 0;
  putResource(b, 12, d.resource);
  b.set(d.cookie, 20);
  return b;
}

/** The length of `b` has been checked against `count`. */
function readExtents(b: Uint8Array, count: number): Extent[] | Malformed {
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
    // Places in the order ascend, and neither ids nor places leave 32 bits. Sums of two are exact in a double.
    if (extent.count === 0 || extent.offset < end) return 'range';
    end = extent.offset + extent.count;
    if (end > 0xffff_ffff || extent.from + extent.count > 0x1_0000_0000) return 'range';
    extents.push(extent);
  }
  return extents;
}
