/**
 * The record of an entry: what every node of a cluster knows of it. It has one encoding, whose bytes from the version
 * on also are its order: of two records of one id the one with the greater bytes is the newer, on every node.
 * Byte table and golden record: docs/murky-wire.md.
 */
import { blake3 } from '../content/blake3.ts';
import { copy, put16, put32, putResource, resource, u16, u32 } from '../wire/fields.ts';

/** 64 bits that the writer chose, as 16 lower-case hex digits. */
export type EntryId = string;

/** Which of two writes came later: the time, then the counter, then the writer. */
export interface Version {
  /** Wall clock of the cluster, ms since 1970, below 2^48. */
  readonly time: number;
  /** Tells apart writes of one millisecond, u16. */
  readonly counter: number;
  /** Id of the node that wrote it, 16 hex digits. */
  readonly writer: string;
}

/** The entry was deleted. It outlives the content until every node has heard of it. */
export interface Tombstone {
  readonly kind: 'tombstone';
  readonly id: EntryId;
  readonly version: Version;
}

export interface ContentRecord {
  readonly kind: 'content';
  readonly id: EntryId;
  readonly version: Version;
  /** Length of the content, bytes, at most 2^50. */
  readonly size: number;
  /** Digest of the public resource that the content is: BLAKE3 of its manifest, 32 bytes; the first 8 are its id. */
  readonly digest: Uint8Array;
  /** Media type: printable ASCII, at most {@link MAX_CONTENT_TYPE}; may be empty. */
  readonly contentType: string;
}

export type EntryRecord = Tombstone | ContentRecord;

/** Longest media type that a record holds, characters. */
export const MAX_CONTENT_TYPE = 127;
export const TOMBSTONE_BYTES = 25;
const CONTENT_BYTES = 66;
/** Longest encoding of a record: five fit one datagram. */
export const MAX_RECORD_BYTES = CONTENT_BYTES + MAX_CONTENT_TYPE;
const DIGEST_BYTES = 32;
const MAX_SIZE = 2 ** 50;
const LAST_TIME = 2 ** 48 - 1;
const LAST_COUNTER = 0xffff;

const VERSION_AT = 8;
const KIND_AT = 24;
const KIND_TOMBSTONE = 0;
const KIND_CONTENT = 1;

function isEntryId(text: string): boolean {
  return /^[0-9a-f]{16}$/.test(text);
}

/** Whether `text` can be the media type of a record. */
export function isContentType(text: string): boolean {
  return text.length <= MAX_CONTENT_TYPE && /^[\x20-\x7e]*$/.test(text);
}

/** Throws RangeError for a value that no record can hold. */
export function encodeRecord(record: EntryRecord): Uint8Array {
  const { id, version } = record;
  if (!isEntryId(id) || !isEntryId(version.writer)) throw new RangeError(`${id} ${version.writer} is no id`);
  const { time, counter } = version;
  if (!isWithin(time, LAST_TIME) || !isWithin(counter, LAST_COUNTER))
    throw new RangeError(`${time} ${counter}`);
  const content = record.kind === 'content' ? record : undefined;
  const length = content === undefined ? TOMBSTONE_BYTES : CONTENT_BYTES + content.contentType.length;
  const bytes = new Uint8Array(length);
  putResource(bytes, 0, id);
  put48(bytes, VERSION_AT, time);
  put16(bytes, VERSION_AT + 6, counter);
  putResource(bytes, VERSION_AT + 8, version.writer);
  if (content === undefined) return bytes;
  const { size, digest, contentType } = content;
  if (!isWithin(size, MAX_SIZE)) throw new RangeError(`size ${size}`);
  if (digest.length !== DIGEST_BYTES) throw new RangeError(`a digest of ${digest.length} bytes`);
  if (!isContentType(contentType)) throw new RangeError(`media type "${contentType}"`);
  bytes[KIND_AT] = KIND_CONTENT;
  put32(bytes, 25, Math.floor(size / 2 ** 32));
  put32(bytes, 29, size % 2 ** 32);
  bytes.set(digest, 33);
  bytes[65] = contentType.length;
  for (let i = 0; i < contentType.length; i++) bytes[CONTENT_BYTES + i] = contentType.charCodeAt(i);
  return bytes;
}

/** Length of the record that begins at `at`; undefined if none can. It still has to be read. */
export function recordLength(bytes: Uint8Array, at: number): number | undefined {
  if (at + TOMBSTONE_BYTES > bytes.length) return undefined;
  if (bytes[at + KIND_AT] === KIND_TOMBSTONE) return TOMBSTONE_BYTES;
  if (bytes[at + KIND_AT] !== KIND_CONTENT || at + CONTENT_BYTES > bytes.length) return undefined;
  const length = CONTENT_BYTES + bytes[at + 65];
  return at + length <= bytes.length ? length : undefined;
}

/** The record that `bytes` are, no byte less or more; undefined if they are none. */
export function decodeRecord(bytes: Uint8Array): EntryRecord | undefined {
  if (recordLength(bytes, 0) !== bytes.length) return undefined;
  const id = resource(bytes, 0);
  const version: Version = {
    time: u48(bytes, VERSION_AT),
    counter: u16(bytes, VERSION_AT + 6),
    writer: resource(bytes, VERSION_AT + 8),
  };
  if (bytes[KIND_AT] === KIND_TOMBSTONE) return { kind: 'tombstone', id, version };
  const size = u32(bytes, 25) * 2 ** 32 + u32(bytes, 29);
  const contentType = String.fromCharCode(...bytes.subarray(CONTENT_BYTES));
  if (size > MAX_SIZE || !isContentType(contentType)) return undefined;
  return { kind: 'content', id, version, size, digest: copy(bytes, 33, 65), contentType };
}

/** Negative: `a` is the older; 0: they are the same record; positive: `a` is the newer. Both of one id. */
export function compareRecords(a: EntryRecord, b: EntryRecord): number {
  return (
    a.version.time - b.version.time ||
    a.version.counter - b.version.counter ||
    compareText(a.version.writer, b.version.writer) ||
    // A writer that lost its memory may give a version twice: even then all nodes choose alike.
    compareBytes(encodeRecord(a), encodeRecord(b))
  );
}

/** Whether both say the same content, whatever their versions. */
export function sameContent(a: EntryRecord | undefined, b: EntryRecord): boolean {
  return a?.kind === 'content' && b.kind === 'content' && compareBytes(a.digest, b.digest) === 0;
}

/** Number of places. */
export const PLACES = 2 ** 48;

/** Where an id lies among 2^48 places, evenly whatever ids people choose: the order in which nodes compare. */
export function placeOf(id: EntryId): number {
  const bytes = new Uint8Array(8);
  putResource(bytes, 0, id);
  return u48(blake3.hash(bytes), 0);
}

export function u48(bytes: Uint8Array, at: number): number {
  return u16(bytes, at) * 2 ** 32 + u32(bytes, at + 2);
}

export function put48(bytes: Uint8Array, at: number, value: number): void {
  put16(bytes, at, Math.floor(value / 2 ** 32));
  put32(bytes, at + 2, value % 2 ** 32);
}

function isWithin(value: number, most: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= most;
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return a[i] - b[i];
  return a.length - b.length;
}
