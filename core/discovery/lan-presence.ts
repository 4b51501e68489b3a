/**
 * What a node says of itself on the local network, as DNS-SD records (RFC 6763), and what is believed of what
 * others say. Says that a node is here and on which port; never what it has.
 */
import type { Answer, Packet, Question } from 'dns-packet';
import type { InterfaceAddress } from './interfaces.ts';

const SERVICE = '_pouring-rain._udp.local';
const VERSION = 'v=1';

/** Seconds; what RFC 6762 section 10 recommends for records that name a host. */
export const LIFETIME = 120;
/** A lifetime below this would make the searcher ask all the time. */
const LEAST_LIFETIME = 10;
/** A node has a few addresses; the packet must not be fragmented. */
const MOST_ADDRESSES = 8;
/** One sender speaks for itself; more in one packet is not this software. */
const MOST_SIGHTINGS = 4;
const MOST_STRINGS = 16;
/** About 1.1 kB, uncompressed; what does not fit is answered again, which is harmless. */
const MOST_KNOWN_ANSWERS = 12;
/**
 * One Ethernet frame; RFC 6762 section 17 allows 9000, which nothing that is read here needs. The time of decoding
 * can grow with the square of the length, for names that are chains of pointers: 0.6 ms for this, 20 ms for 9000.
 */
const LONGEST_MESSAGE = 1500;
const HEADER = 12;
/** The empty name, type, class of a question. */
const SHORTEST_ENTRY = 5;

/** One node as one packet shows it. `lifetime` is in seconds; 0: it says goodbye. */
export type Sighting =
  | { readonly nodeId: string; readonly lifetime: 0 }
  | { readonly nodeId: string; readonly lifetime: number; readonly port: number };

/** The instance name of a node is its id: random, so that nobody else has it and RFC 6762's probing is not needed. */
export function isNodeId(text: string): boolean {
  return /^[0-9a-f]{16}$/.test(text);
}

/** All records of a node, as announcement, answer and (lifetime 0) goodbye. */
export function presence(
  nodeId: string,
  port: number,
  addresses: readonly InterfaceAddress[],
  lifetime: number,
): Answer[] {
  const instance = instanceName(nodeId);
  const host = hostName(nodeId);
  // The flush bit marks records that nobody else may have (RFC 6762 section 10.2): all but the shared PTR.
  const own = { ttl: lifetime, class: 'IN', flush: true } as const;
  return [
    { name: SERVICE, type: 'PTR', ttl: lifetime, class: 'IN', data: instance },
    { name: instance, type: 'SRV', ...own, data: { port, target: host } },
    { name: instance, type: 'TXT', ...own, data: [VERSION] },
    ...addresses.slice(0, MOST_ADDRESSES).map(
      ({ family, address }): Answer => ({
        name: host,
        type: family === 4 ? 'A' : 'AAAA',
        ...own,
        data: address,
      }),
    ),
  ];
}

/** Asks who is here; `known` are the nodes that need not answer (RFC 6762 section 7.1). */
export function question(known: readonly { readonly nodeId: string; readonly remaining: number }[]): {
  questions: Question[];
  answers: Answer[];
} {
  return {
    questions: [{ name: SERVICE, type: 'PTR', class: 'IN' }],
    answers: known.slice(0, MOST_KNOWN_ANSWERS).map(({ nodeId, remaining }) => ({
      name: SERVICE,
      type: 'PTR',
      ttl: remaining,
      class: 'IN',
      data: instanceName(nodeId),
    })),
  };
}

/** Whether a query wants to hear of the node `nodeId`, after what the asker says to know already. */
export function asksFor(query: Packet, nodeId: string): boolean {
  const instance = instanceName(nodeId);
  const host = hostName(nodeId);
  const known = (query.answers ?? []).some(
    (answer) =>
      answer.type === 'PTR' &&
      sameName(answer.name, SERVICE) &&
      sameName(answer.data, instance) &&
      (answer.ttl ?? 0) >= LIFETIME / 2,
  );
  return (query.questions ?? []).some(({ name, type }) => {
    const wants = (...types: string[]) => types.includes(type) || (type as string) === 'ANY';
    return (
      (sameName(name, SERVICE) && wants('PTR') && !known) ||
      (sameName(name, instance) && wants('SRV', 'TXT')) ||
      (sameName(name, host) && wants('A', 'AAAA'))
    );
  });
}

/**
 * The nodes that a response shows; never throws, whatever is in it. A node counts with a well-formed id, a port
 * that is not 0 and `v=1`. Addresses in it are not looked at: the sender's own is the only one that is hard to lie about.
 */
export function sightings(response: Packet): readonly Sighting[] {
  const records = [...(response.answers ?? []), ...(response.additionals ?? [])];
  const found = new Map<string, Sighting>();
  for (const record of records) {
    if (record.type !== 'PTR' || !sameName(record.name, SERVICE)) continue;
    const nodeId = nodeOf(record.data);
    if (nodeId === undefined || found.has(nodeId)) continue;
    const sighting = sightingOf(nodeId, record.ttl ?? 0, records);
    if (sighting !== undefined) found.set(nodeId, sighting);
    if (found.size === MOST_SIGHTINGS) break;
  }
  return [...found.values()];
}

/** Whether a message can be what its header says: to be asked before it is decoded, which allocates what the header asks for. */
export function plausible(message: Buffer): boolean {
  if (message.length < HEADER || message.length > LONGEST_MESSAGE) return false;
  let entries = 0;
  for (let offset = 4; offset < HEADER; offset += 2) entries += message.readUInt16BE(offset);
  return entries * SHORTEST_ENTRY <= message.length - HEADER;
}

function sightingOf(nodeId: string, ttl: number, records: readonly Answer[]): Sighting | undefined {
  if (ttl === 0) return { nodeId, lifetime: 0 };
  const instance = instanceName(nodeId);
  const text = records.find((record) => record.type === 'TXT' && sameName(record.name, instance));
  if (text?.type !== 'TXT' || !strings(text.data).includes(VERSION)) return undefined;
  const service = records.find((record) => record.type === 'SRV' && sameName(record.name, instance));
  if (service?.type !== 'SRV' || !(service.data.port > 0)) return undefined;
  return { nodeId, lifetime: Math.min(Math.max(ttl, LEAST_LIFETIME), LIFETIME), port: service.data.port };
}

function strings(data: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(data) ? data : [data];
  return list.slice(0, MOST_STRINGS).map((each) => (Buffer.isBuffer(each) ? each.toString('latin1') : ''));
}

function instanceName(nodeId: string): string {
  return `${nodeId}.${SERVICE}`;
}

function hostName(nodeId: string): string {
  return `${nodeId}.local`;
}

function nodeOf(instance: string): string | undefined {
  const name = instance.toLowerCase();
  const nodeId = name.slice(0, 16);
  return isNodeId(nodeId) && name === instanceName(nodeId) ? nodeId : undefined;
}

/** Names are compared without regard to case (RFC 6762 section 16). */
function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b;
}
