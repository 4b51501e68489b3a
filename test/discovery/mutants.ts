/** Packets of this software and broken copies of them, all from a seed. */
import dnsPacket from 'dns-packet';
import { presence, question } from '../../core/discovery/lan-presence.ts';

const NODE = 'ffffffffffffffff';

/** An announcement, a goodbye, a query; as bytes. */
export function truePackets(): readonly Buffer[] {
  const addresses = [
    { family: 4, address: '10.77.0.9', prefix: 24 },
    { family: 6, address: 'fe80::9', prefix: 64 },
  ] as const;
  return [
    dnsPacket.encode({ type: 'response', answers: presence(NODE, 1980, addresses, 120) }),
    dnsPacket.encode({ type: 'response', answers: presence(NODE, 1980, addresses, 0) }),
    dnsPacket.encode({ type: 'query', ...question([{ nodeId: NODE, remaining: 100 }]) }),
  ];
}

/** Copies with bytes changed, cut, repeated, or with counts in the header that promise more than there is. */
export function* mutants(originals: readonly Buffer[], seed: number, count: number): Generator<Buffer> {
  const random = generator(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  for (let made = 0; made < count; made++) {
    let packet = Buffer.from(originals[below(originals.length)]);
    for (let changes = below(8); changes >= 0; changes--) packet[below(packet.length)] = below(256);
    const kind = below(5);
    if (kind === 0) packet = packet.subarray(0, below(packet.length + 1));
    if (kind === 1) packet = Buffer.concat([packet, packet.subarray(below(packet.length))]);
    if (kind === 2 && packet.length >= 12) packet.writeUInt16BE(below(65_536), 4 + 2 * below(4));
    if (kind === 3) packet.fill(0xc0, below(packet.length)); // name pointers on and on
    yield packet;
  }
}

/** mulberry32: 0 <= x < 1. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
