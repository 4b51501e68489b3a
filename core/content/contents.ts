import { badManifest, CborReader } from './cbor-reader.ts';
import { CborWriter } from './cbor-writer.ts';
import {
  encodeListing,
  foldersOf,
  type Listing,
  MAX_ENTRIES,
  MAX_FOLDERS,
  readListing,
  writeListing,
} from './listing.ts';

/** When files and folders were last changed, in whole seconds since 1970: what every file system but FAT keeps. */
export interface Times {
  /** In the order of the listing; of a single file, one. */
  readonly files: readonly number[];
  /** In the order of {@link foldersOf}; of a single file, none. */
  readonly folders: readonly number[];
}

/** What was in the folder and is not shared. */
export interface LeftOut {
  readonly count: number;
  /** Paths of some; they are no names of anything, and may hold whatever could not travel. */
  readonly names: readonly string[];
}

/** What a manifest says of the content: all that is in its field 6. */
export interface Contents {
  /** Undefined: a single file. */
  readonly listing: Listing | undefined;
  /** Of private resources alone: the same bytes are one public resource, whenever they were written. */
  readonly times?: Times;
  readonly leftOut?: LeftOut;
}

/** The last second of the year 9999. */
export const MAX_TIME = 253_402_300_799;
/** A time of a file system as it is told: what is before 1970, or beyond what dates can say, is told as the nearest. */
export function timeOf(mtimeMs: number): number {
  return Math.min(MAX_TIME, Math.max(0, Math.floor(mtimeMs / 1000) || 0));
}

export const MAX_LEFT_OUT_NAMES = 100;
export const MAX_LEFT_OUT_NAME_BYTES = 1024;

/** Keys of the map that field 6 is in version 2. */
const KEY = { entries: 1, fileTimes: 2, folderTimes: 3, leftOut: 4, leftOutNames: 5 };

/** The version of the manifest that can say this: the older one wherever it can. */
export function versionOf({ listing, times, leftOut }: Contents): 1 | 2 {
  const isNew = times !== undefined || leftOut !== undefined || listing?.some(({ kind }) => kind === 'link');
  return isNew ? 2 : 1;
}

/** Field 6, clear; undefined: it is absent. */
export function encodeContents(contents: Contents): Uint8Array | undefined {
  const { listing, times, leftOut } = contents;
  if (versionOf(contents) === 1) return listing && encodeListing(listing);
  const writer = new CborWriter();
  const fields = new Map<number, () => void>();
  if (listing !== undefined) fields.set(KEY.entries, () => writeListing(writer, listing));
  if (times !== undefined) fields.set(KEY.fileTimes, () => writeTimes(writer, times.files));
  if (times !== undefined && listing !== undefined)
    fields.set(KEY.folderTimes, () => writeTimes(writer, times.folders));
  if (leftOut !== undefined) fields.set(KEY.leftOut, () => writer.uint(leftOut.count));
  if (leftOut !== undefined && leftOut.names.length > 0)
    fields.set(KEY.leftOutNames, () => writeNames(writer, leftOut.names));
  writer.map(fields.size);
  for (const [key, write] of fields) {
    writer.uint(key);
    write();
  }
  return writer.finish();
}

function writeTimes(writer: CborWriter, times: readonly number[]): void {
  writer.array(times.length);
  for (const time of times) writer.uint(time);
}

function writeNames(writer: CborWriter, names: readonly string[]): void {
  writer.array(names.length);
  for (const name of names) writer.text(name);
}

/**
 * The contents in field 6 of a manifest of version 2, whose files have `total` bytes together. Throws
 * Failure('bad-manifest').
 */
export function decodeContents(bytes: Uint8Array, total: number, access: 'public' | 'private'): Contents {
  const reader = new CborReader(bytes);
  const read: Fields = {};
  let last = 0;
  for (let left = reader.map('the number of fields of the contents', 5); left > 0; left--) {
    const key = reader.uint('the key of a field of the contents', Number.MAX_SAFE_INTEGER);
    if (key <= last) throw badManifest(`field ${key} of its contents is out of place`);
    readField(reader, key, read, total);
    last = key;
  }
  reader.end();
  const { listing, fileTimes, folderTimes = [], leftOut: count, names = [] } = read;
  if (access === 'public' && (fileTimes !== undefined || names.length > 0))
    throw badManifest('it is public, and tells what only a private one may');
  if (listing === undefined && (count !== undefined || fileTimes === undefined))
    throw badManifest('it is a single file, and its contents are not those of one');
  if (fileTimes !== undefined && fileTimes.length !== filesOf(listing))
    throw badManifest(`it has ${fileTimes.length} times of files, and another number of files`);
  if (folderTimes.length !== (listing && fileTimes ? foldersOf(listing).length : 0))
    throw badManifest(`it has ${folderTimes.length} times of folders, and another number of folders`);
  if (names.length > (count ?? 0)) throw badManifest('it names more that is left out than there is');
  return {
    listing,
    ...(fileTimes !== undefined && { times: { files: fileTimes, folders: folderTimes } }),
    ...(count !== undefined && { leftOut: { count, names } }),
  };
}

interface Fields {
  listing?: Listing;
  fileTimes?: readonly number[];
  folderTimes?: readonly number[];
  leftOut?: number;
  names?: readonly string[];
}

function readField(reader: CborReader, key: number, into: Fields, total: number): void {
  switch (key) {
    case KEY.entries:
      into.listing = readListing(reader, total, 'with-links');
      return;
    case KEY.fileTimes:
      into.fileTimes = readTimes(reader, filesOf(into.listing));
      return;
    case KEY.folderTimes:
      into.folderTimes = readTimes(reader, MAX_FOLDERS + 1);
      return;
    case KEY.leftOut:
      into.leftOut = reader.uint('the number of entries left out', MAX_ENTRIES);
      if (into.leftOut === 0) throw badManifest('it says that nothing was left out');
      return;
    case KEY.leftOutNames:
      into.names = readNames(reader);
      return;
    default:
      throw badManifest(`field ${key} of its contents is unknown`);
  }
}

function filesOf(listing: Listing | undefined): number {
  return listing?.filter(({ kind }) => kind === 'file').length ?? 1;
}

function readTimes(reader: CborReader, most: number): readonly number[] {
  const count = reader.array('the number of times', most);
  return Array.from({ length: count }, () => reader.uint('a time', MAX_TIME));
}

function readNames(reader: CborReader): readonly string[] {
  const count = reader.array('the number of names left out', MAX_LEFT_OUT_NAMES);
  return Array.from({ length: count }, () => {
    const name = reader.text('a name left out');
    if (Buffer.byteLength(name) > MAX_LEFT_OUT_NAME_BYTES) throw badManifest('a name left out is too long');
    return name;
  });
}
