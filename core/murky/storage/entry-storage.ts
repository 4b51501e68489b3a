/**
 * Where casks are kept. A cask is the file that holds the content of an entry at rest: its bytes as they are, or
 * deflated in frames (cask.ts). The bytes of a cask are a resource, so that every node keeps the same file.
 */

/** 64 hex digits: the digest of the manifest of the resource that a cask is. */
export type CaskKey = string & { readonly brand: 'CaskKey' };

/** Bytes `start` to `end`, without that at `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Bytes of known length that can be read at any place, in any order, perhaps before all of them are here. */
export interface ContentReader {
  /** Length of all. */
  readonly bytes: number;
  /** Exactly `length` bytes, which lie within `bytes`; waits for them if need be. */
  read(offset: number, length: number): Promise<Uint8Array>;
  /** Releases what it holds, and has reads that wait reject. Again: nothing happens. */
  close(): Promise<void>;
}

/**
 * The small interface behind which the local disk can give way to an object store. All that resolves is durable;
 * all reject with Failure `no-space`, `no-permission`, `unreadable`, `disk`.
 */
export interface EntryStorage {
  /** Keeps the file at `path`, which is on disk and is used up. It is kept whole or not at all. */
  put(key: CaskKey, path: string): Promise<void>;
  /** Undefined if there is none. What is open can be read to the end, even when the cask is deleted meanwhile. */
  get(key: CaskKey): Promise<ContentReader | undefined>;
  /** If there is none, nothing happens. */
  delete(key: CaskKey): Promise<void>;
  list(): AsyncIterable<CaskKey>;
  /** A file that holds the cask for those threads that pour it; an object store makes a copy here. */
  path(key: CaskKey): Promise<string>;
}

export function caskKey(digest: Uint8Array): CaskKey {
  return Buffer.from(digest).toString('hex') as CaskKey;
}

/** Undefined for anything but 64 lower-case hex digits. */
export function parseCaskKey(text: string): CaskKey | undefined {
  return /^[0-9a-f]{64}$/.test(text) ? (text as CaskKey) : undefined;
}
