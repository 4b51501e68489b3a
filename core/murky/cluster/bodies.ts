/** Bodies of requests and answers, to bytes and back. Byte tables: docs/murky-wire.md. Undefined: malformed. */
import { putResource, resource } from '../../wire/fields.ts';
import {
  decodeRecord,
  type EntryId,
  type EntryRecord,
  encodeRecord,
  put48,
  recordLength,
  u48,
} from '../record.ts';
import { ANSWER_ROOM, REQUEST_ROOM } from './datagram.ts';
import { isSpan, PARTS, type Span } from './span.ts';

/** A span and what it hashes to at the one who asks. */
export interface Asked {
  readonly span: Span;
  readonly sum: bigint;
}

/** A record as short as it can be told from others of its id. */
export interface Item {
  readonly id: EntryId;
  readonly hash: bigint;
}

/** What the other side has of a span. */
export type Held =
  | { readonly kind: 'same' }
  | { readonly kind: 'parts'; readonly sums: readonly bigint[] }
  | { readonly kind: 'items'; readonly items: readonly Item[] };

export interface PeersKnown {
  /** Wall clock, ms since 1970. */
  readonly time: number;
  /** `ip:port` */
  readonly addresses: readonly string[];
}

/** Most spans in one question: as many as one answer can always take. */
export const MAX_ASKED = 8;
/** Most items of a span; one with more is answered by its parts. */
export const MAX_ITEMS = 8;
/** Most ids in one WANT. */
export const MAX_WANT = 12;
const ASKED_BYTES = 15;
const ITEM_BYTES = 16;
const HELD_SAME = 0;
const HELD_PARTS = 1;
const HELD_ITEMS = 2;
const LONGEST_ADDRESS = 64;
const ENCODER = new TextEncoder();

/** The first of `records` whose encodings fit `room` bytes together. */
export function fitting(records: readonly EntryRecord[], room = REQUEST_ROOM): EntryRecord[] {
  let length = 0;
  const end = records.findIndex((record) => {
    length += encodeRecord(record).length;
    return length > room;
  });
  return end < 0 ? [...records] : records.slice(0, end);
}

/** Back to back. */
export function writeRecords(records: readonly EntryRecord[]): Uint8Array {
  return joined(records.map(encodeRecord));
}

export function readRecords(b: Uint8Array): EntryRecord[] | undefined {
  const records: EntryRecord[] = [];
  let at = 0;
  while (at < b.length) {
    const length = recordLength(b, at);
    const record = length === undefined ? undefined : decodeRecord(b.subarray(at, at + length));
    if (length === undefined || record === undefined) return undefined;
    records.push(record);
    at += length;
  }
  return records;
}

export function writeAsked(asked: readonly Asked[]): Uint8Array {
  const b = new Uint8Array(asked.length * ASKED_BYTES);
  asked.forEach(({ span, sum }, index) => {
    const at = index * ASKED_BYTES;
    b[at] = span.bits;
    put48(b, at + 1, span.from);
    put64(b, at + 7, sum);
  });
  return b;
}

export function readAsked(b: Uint8Array): Asked[] | undefined {
  const count = b.length / ASKED_BYTES;
  if (!Number.isInteger(count) || count < 1 || count > MAX_ASKED) return undefined;
  const asked = Array.from({ length: count }, (_, index) => {
    const at = index * ASKED_BYTES;
    return { span: { bits: b[at], from: u48(b, at + 1) }, sum: u64(b, at + 7) };
  });
  return asked.every(({ span }) => isSpan(span)) ? asked : undefined;
}

export function writeHeld(held: readonly Held[]): Uint8Array {
  return joined(
    held.map((one) => {
      if (one.kind === 'same') return Uint8Array.of(HELD_SAME);
      return one.kind === 'parts' ? writeParts(one.sums) : writeItems(one.items);
    }),
  );
}

export function readHeld(b: Uint8Array): Held[] | undefined {
  const held: Held[] = [];
  let at = 0;
  while (at < b.length) {
    const kind = b[at++];
    if (kind === HELD_SAME) {
      held.push({ kind: 'same' });
      continue;
    }
    const count = kind === HELD_PARTS ? PARTS : kind === HELD_ITEMS ? b[at++] : undefined;
    // Past the end of the bytes, `count` is undefined too.
    if (count === undefined || (kind === HELD_ITEMS && count > MAX_ITEMS)) return undefined;
    const end = at + count * (kind === HELD_PARTS ? 8 : ITEM_BYTES);
    if (end > b.length) return undefined;
    if (kind === HELD_PARTS) {
      const sums: bigint[] = [];
      for (; at < end; at += 8) sums.push(u64(b, at));
      held.push({ kind: 'parts', sums });
    } else {
      const items: Item[] = [];
      for (; at < end; at += ITEM_BYTES) items.push({ id: resource(b, at), hash: u64(b, at + 8) });
      held.push({ kind: 'items', items });
    }
  }
  return held;
}

export function writeIds(ids: readonly EntryId[]): Uint8Array {
  const b = new Uint8Array(ids.length * 8);
  ids.forEach((id, index) => {
    putResource(b, index * 8, id);
  });
  return b;
}

export function readIds(b: Uint8Array): EntryId[] | undefined {
  const count = b.length / 8;
  if (!Number.isInteger(count) || count < 1 || count > MAX_WANT) return undefined;
  return Array.from({ length: count }, (_, index) => resource(b, index * 8));
}

/** `looked`: how many of the ids asked for were looked up; those behind did not fit. */
export function writeFound(looked: number, records: readonly EntryRecord[]): Uint8Array {
  return joined([Uint8Array.of(looked), writeRecords(records)]);
}

export function readFound(b: Uint8Array): { looked: number; records: EntryRecord[] } | undefined {
  const records = readRecords(b.subarray(1));
  return b.length === 0 || records === undefined ? undefined : { looked: b[0], records };
}

/** The first of the addresses that fit. */
export function writePeers({ time, addresses }: PeersKnown): Uint8Array {
  const clock = new Uint8Array(6);
  put48(clock, 0, time);
  const parts = [clock];
  let length = 6;
  for (const address of addresses) {
    if (address.length > LONGEST_ADDRESS) continue;
    if (length + 1 + address.length > ANSWER_ROOM) break;
    parts.push(Uint8Array.of(address.length), ENCODER.encode(address));
    length += 1 + address.length;
  }
  return joined(parts);
}

export function readPeers(b: Uint8Array): PeersKnown | undefined {
  if (b.length < 6) return undefined;
  const addresses: string[] = [];
  for (let at = 6; at < b.length; at += 1 + b[at]) {
    const end = at + 1 + b[at];
    if (b[at] > LONGEST_ADDRESS || end > b.length) return undefined;
    const text = String.fromCharCode(...b.subarray(at + 1, end));
    if (!/^(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-f:.]+\]):[1-9]\d{0,4}$/.test(text)) return undefined;
    addresses.push(text);
  }
  return { time: u48(b, 0), addresses };
}

function writeParts(sums: readonly bigint[]): Uint8Array {
  const b = new Uint8Array(1 + sums.length * 8);
  b[0] = HELD_PARTS;
  sums.forEach((sum, index) => {
    put64(b, 1 + index * 8, sum);
  });
  return b;
}

function writeItems(items: readonly Item[]): Uint8Array {
  const b = new Uint8Array(2 + items.length * ITEM_BYTES);
  b[0] = HELD_ITEMS;
  b[1] = items.length;
  items.forEach(({ id, hash }, index) => {
    putResource(b, 2 + index * ITEM_BYTES, id);
    put64(b, 10 + index * ITEM_BYTES, hash);
  });
  return b;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const b = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    b.set(part, at);
    at += part.length;
  }
  return b;
}

function u64(b: Uint8Array, at: number): bigint {
  return new DataView(b.buffer, b.byteOffset).getBigUint64(at);
}

function put64(b: Uint8Array, at: number, value: bigint): void {
  new DataView(b.buffer, b.byteOffset).setBigUint64(at, value);
}
