import dnsPacket, { type Answer, type Packet } from 'dns-packet';
import { describe, expect, test } from 'vitest';
import { asksFor, plausible, presence, question, sightings } from '../../core/discovery/lan-presence.ts';
import { mutants, truePackets } from './mutants.ts';

const NODE = '0123456789abcdef';
const INSTANCE = `${NODE}._pouring-rain._udp.local`;
const ADDRESSES = [{ family: 4, address: '10.0.0.1', prefix: 24 }] as const;

function overTheWire(packet: Packet): Packet {
  return dnsPacket.decode(dnsPacket.encode(packet));
}

function response(answers: Answer[]): Packet {
  return overTheWire({ type: 'response', answers });
}

/** The records of a node with those of one type replaced. */
function altered(type: Answer['type'], ...replacement: Answer[]): Packet {
  return response([
    ...presence(NODE, 1980, ADDRESSES, 120).filter((each) => each.type !== type),
    ...replacement,
  ]);
}

describe('what is believed', () => {
  test('an announcement, its goodbye', () => {
    expect(sightings(response(presence(NODE, 1980, ADDRESSES, 120)))).toEqual([
      { nodeId: NODE, lifetime: 120, port: 1980 },
    ]);
    expect(sightings(response(presence(NODE, 1980, ADDRESSES, 0)))).toEqual([{ nodeId: NODE, lifetime: 0 }]);
  });

  test('an announcement with other capitals and its records among the additionals', () => {
    const [pointer, ...rest] = presence(NODE, 1980, ADDRESSES, 120);
    const shouted = { ...pointer, name: pointer.name.toUpperCase() };
    const packet = overTheWire({ type: 'response', answers: [shouted], additionals: rest });
    expect(sightings(packet)).toHaveLength(1);
  });

  test('lifetimes are kept between ten seconds and two minutes', () => {
    const lifetimes = [1, 60, 4_000_000].map(
      (ttl) => sightings(response(presence(NODE, 1980, ADDRESSES, ttl)))[0]?.lifetime,
    );
    expect(lifetimes).toEqual([10, 60, 120]);
  });

  test.each<[string, Packet]>([
    ['no port', altered('SRV')],
    [
      'port 0',
      altered('SRV', { type: 'SRV', name: INSTANCE, ttl: 120, data: { port: 0, target: 'x.local' } }),
    ],
    ['no version', altered('TXT')],
    ['another version', altered('TXT', { type: 'TXT', name: INSTANCE, ttl: 120, data: ['v=2'] })],
    [
      'a giant text with the version at its end',
      altered('TXT', {
        type: 'TXT',
        name: INSTANCE,
        ttl: 120,
        data: [...Array(30).fill('x'.repeat(255)), 'v=1'],
      }),
    ],
    [
      'an id that is none',
      altered('PTR', { type: 'PTR', name: '_pouring-rain._udp.local', ttl: 120, data: `x.${INSTANCE}` }),
    ],
    ['another service', altered('PTR', { type: 'PTR', name: '_http._tcp.local', ttl: 120, data: INSTANCE })],
    ['nothing', response([])],
  ])('not a node with %s', (_, packet) => {
    expect(sightings(packet)).toEqual([]);
  });

  test('no more than four nodes in one packet', () => {
    const ids = Array.from({ length: 20 }, (_, index) => index.toString(16).padStart(16, '0'));
    const crowd = response(ids.flatMap((id) => presence(id, 1980, [], 120)));
    expect(sightings(crowd)).toHaveLength(4);
  });
});

describe('what is answered', () => {
  const ask = (name: string, type: string, answers: Answer[] = []) =>
    asksFor(overTheWire({ type: 'query', questions: [{ name, type: type as 'PTR' }], answers }), NODE);

  test('questions for the service, the node, its host', () => {
    expect(ask('_pouring-rain._udp.local', 'PTR')).toBe(true);
    expect(ask('_Pouring-Rain._UDP.local', 'ANY')).toBe(true);
    expect(ask(INSTANCE, 'SRV')).toBe(true);
    expect(ask(`${NODE}.local`, 'AAAA')).toBe(true);
  });

  test('not those for others', () => {
    expect(ask('_http._tcp.local', 'PTR')).toBe(false);
    expect(ask('_pouring-rain._udp.local', 'TXT')).toBe(false);
    expect(ask(`f${INSTANCE.slice(1)}`, 'SRV')).toBe(false);
  });

  test('not one who knows it, unless half of the time is over', () => {
    const knows = (remaining: number) =>
      asksFor(overTheWire({ type: 'query', ...question([{ nodeId: NODE, remaining }]) }), NODE);
    expect(knows(60)).toBe(false);
    expect(knows(59)).toBe(true);
  });
});

describe('what is sent', () => {
  test('never needs fragmenting, however much there is to say', () => {
    const addresses = Array.from({ length: 50 }, (_, index) => ({
      family: 6 as const,
      address: `2001:db8:1111:2222:3333:4444:5555:${index + 1000}`,
      prefix: 64,
    }));
    const known = Array.from({ length: 256 }, () => ({ nodeId: NODE, remaining: 100 }));
    const announcement = { type: 'response', answers: presence(NODE, 65_535, addresses, 120) } as const;
    expect(dnsPacket.encode(announcement).length).toBeLessThan(1232);
    expect(dnsPacket.encode({ type: 'query', ...question(known) }).length).toBeLessThan(1232);
  });
});

describe('hostile packets', () => {
  test('own packets are plausible; empty, oversized and overpromising ones are not', () => {
    for (const packet of truePackets()) expect(plausible(packet)).toBe(true);
    expect(plausible(Buffer.alloc(11))).toBe(false);
    expect(plausible(Buffer.alloc(1501))).toBe(false);
    expect(plausible(Buffer.concat([Buffer.alloc(4), Buffer.from('ffffffffffffffff', 'hex')]))).toBe(false);
  });

  test('50,000 mutants are decoded or refused, and reading them never throws', () => {
    let read = 0;
    for (const mutant of mutants(truePackets(), 2012, 50_000)) {
      const packet = decoded(mutant);
      if (packet === undefined) continue;
      read++;
      for (const sighting of sightings(packet)) {
        expect(sighting.nodeId).toMatch(/^[0-9a-f]{16}$/);
        if ('port' in sighting) expect(sighting.port > 0 && sighting.port < 65_536).toBe(true);
      }
      asksFor(packet, NODE);
    }
    expect(read).toBeGreaterThan(1000);
  });

  test('the dearest packet that is plausible is decoded in a moment', () => {
    // Half of it pointers, each to the one before; half records, each with the last pointer as its name.
    const chain = Buffer.alloc(740);
    const chainAt = 12 + 11;
    for (let at = 2; at < chain.length; at += 2) chain.writeUInt16BE(0xc000 + chainAt + at - 2, at);
    const record = Buffer.alloc(12);
    record.writeUInt16BE(0xc000 + chainAt + chain.length - 2, 0);
    const records = Array.from({ length: 60 }, () => record);
    const carrier = Buffer.alloc(11); // a NULL record, with the chain as its data
    carrier.writeUInt16BE(10, 1);
    carrier.writeUInt16BE(chain.length, 9);
    const header = Buffer.alloc(12);
    header.writeUInt16BE(1 + records.length, 6);
    const began = performance.now();
    const packet = decoded(Buffer.concat([header, carrier, chain, ...records]));
    expect(performance.now() - began).toBeLessThan(100);
    expect(packet?.answers).toHaveLength(61);
  });
});

function decoded(message: Buffer): Packet | undefined {
  if (!plausible(message)) return undefined;
  try {
    return dnsPacket.decode(message);
  } catch {
    return undefined;
  }
}
