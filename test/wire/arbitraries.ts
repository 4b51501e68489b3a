/** Every datagram that may be sent, edges of its numbers first. */
import fc from 'fast-check';
import {
  type Challenge,
  COOKIE_BYTES,
  type ControlDatagram,
  type Extent,
  type Hello,
  MAX_EXTENTS,
  MAX_NAME_BYTES,
  MAX_PEERS,
  type Member,
  type PeerAddress,
  type RainHeader,
  type Sorry,
  type Subscribe,
  TYPE_HELLO,
  TYPE_MEMBER,
  TYPE_SORRY,
  TYPE_SUBSCRIBE,
  TYPE_UNSUBSCRIBE,
  type Unsubscribe,
} from '../../core/wire/datagram.ts';

const u16 = fc.integer({ min: 0, max: 0xffff });
const u32 = fc.oneof(fc.constantFrom(0, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff), fc.nat(0xffff_ffff));
const token = fc.record({ high: u32, low: u32 });
const resource = fc.stringMatching(/^[0-9a-f]{16}$/);
const cookie = bytes(COOKIE_BYTES, COOKIE_BYTES);
const symbolSize = fc.integer({ min: 1, max: 18 }).map((units) => units * 64);

const extent: fc.Arbitrary<Extent> = fc
  .record({ gap: fc.nat(0x1ff_ffff), block: u32, from: u32, count: fc.integer({ min: 1, max: 0x1ff_ffff }) })
  .map(({ gap, block, from, count }) => ({
    offset: gap,
    block,
    from,
    count: Math.min(count, 0x1_0000_0000 - from),
  }));

/** Extents with gaps between their places; 64 of the longest with the widest gaps just stay within 32 bits. */
const extents = fc.array(extent, { maxLength: MAX_EXTENTS }).map((parts) => {
  let end = 0;
  return parts.map((part) => {
    const offset = end + part.offset;
    end = offset + part.count;
    return { ...part, offset };
  });
});

const peer: fc.Arbitrary<PeerAddress> = fc.record({
  ip: fc.oneof(bytes(4, 4), bytes(16, 16)),
  port: fc.integer({ min: 1, max: 0xffff }),
});

export const subscribe: fc.Arbitrary<Subscribe> = fc.record({
  type: fc.constant(TYPE_SUBSCRIBE),
  wantsHello: fc.boolean(),
  token,
  resource,
  cookie,
  sequence: u32,
  lease: u16,
  maxDatagram: fc.integer({ min: 96, max: 65_507 }),
  rate: u32,
  extents,
});

const challenge: fc.Arbitrary<Challenge> = fc.record({
  type: fc.constant(TYPE_HELLO),
  kind: fc.constant('challenge' as const),
  token,
  cookie,
});

export const hello: fc.Arbitrary<Hello> = fc.record({
  type: fc.constant(TYPE_HELLO),
  kind: fc.constant('resource' as const),
  token,
  cookie,
  echo: u32,
  manifestBytes: fc.integer({ min: 1, max: 64 * 2 ** 20 }),
  symbolSize,
  blockSymbols: fc.integer({ min: 4, max: 1024 }),
  profile: fc.nat(255),
  front: u32,
  name: bytes(0, MAX_NAME_BYTES),
  peers: fc.array(peer, { maxLength: MAX_PEERS }),
});

const sorry: fc.Arbitrary<Sorry> = fc.record({
  type: fc.constant(TYPE_SORRY),
  reason: fc.constantFrom('absent', 'busy', 'version', 'refused'),
  token,
  resource,
  retryAfter: u16,
});

const unsubscribe: fc.Arbitrary<Unsubscribe> = fc.record({
  type: fc.constant(TYPE_UNSUBSCRIBE),
  serves: fc.boolean(),
  token,
  resource,
  cookie,
});

const member: fc.Arbitrary<Member> = fc.record({ type: fc.constant(TYPE_MEMBER), payload: bytes(1, 1152) });

export const control: fc.Arbitrary<ControlDatagram> = fc.oneof(
  subscribe,
  challenge,
  hello,
  sorry,
  unsubscribe,
  member,
);

/** Headers that fit a datagram, with an echo delay that the wire carries exactly. */
export const rain: fc.Arbitrary<RainHeader> = fc
  .record({
    count: fc.integer({ min: 1, max: 255 }),
    drained: fc.boolean(),
    tokenHigh: u32,
    tokenLow: u32,
    sequence: u32,
    timestamp: u32,
    echo: u16,
    echoDelay: u16.map((units) => units / 64),
    block: u32,
    id: u32,
    symbolSize,
  })
  .map((header) => ({
    ...header,
    count: Math.min(header.count, Math.floor((65_507 - 32) / header.symbolSize), 0x1_0000_0000 - header.id),
  }));

function bytes(minLength: number, maxLength: number): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength, maxLength });
}
