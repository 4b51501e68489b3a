/** What the store does for those who use it: the gateway, the command line, the app. */
import type { EntryId } from './record.ts';
import type { ByteRange } from './storage/entry-storage.ts';

/** One entry, as it stands in its record. */
export interface EntryView {
  readonly id: EntryId;
  /** Bytes. */
  readonly size: number;
  /** Media type; may be empty. */
  readonly contentType: string;
  /** 64 hex digits that change with the content, and are the same on every node. */
  readonly tag: string;
  /** When this version was written, milliseconds since the epoch. */
  readonly time: number;
  /** Whether its content is on this node. */
  readonly isHere: boolean;
}

/** An entry that is being read. */
export interface OpenEntry extends EntryView {
  /** `range` lies within the size. Rejects with Failure `no-servers`, `verification-failed`, `disk`. */
  read(range: ByteRange): AsyncGenerator<Uint8Array>;
  /** Stops what reads, too. */
  close(): Promise<void>;
}

export interface PutRequest {
  /** Undefined: the content's own, the first 64 bits of its BLAKE3. */
  readonly id: EntryId | undefined;
  readonly contentType: string;
  readonly content: AsyncIterable<Uint8Array>;
  /** Called with what is there before the entry is replaced; what it throws comes back, and nothing is put. */
  readonly allow?: (current: EntryView | undefined) => void;
}

export interface PeerView {
  /** `host:port`. */
  readonly address: string;
  /** Whether it answers. */
  readonly state: 'here' | 'away';
  /** Named by a person, or found by others. */
  readonly isListed: boolean;
  /** Entries that it has yet to be told of. */
  readonly untold: number;
}

export interface StoreFigures {
  readonly entries: number;
  /** Of the content of all entries. */
  readonly bytes: number;
  /** What that takes on disk: deflated, and the same content once. */
  readonly storedBytes: number;
  readonly tombstones: number;
  /** Entries that are known of and not here yet. */
  readonly wanted: number;
  /** Wire bytes since the start. */
  readonly poured: number;
  readonly received: number;
  /** Bytes of what was said to other nodes about entries, since the start. */
  readonly said: number;
}

/** The store of a node. Ids are 16 lower-case hex digits. */
export interface Entries {
  /** Resolves when the entry is on disk, and every peer is being told. */
  put(request: PutRequest): Promise<EntryView>;
  find(id: EntryId): EntryView | undefined;
  /** From this node, or while it arrives from others; undefined if nobody is known to have it. */
  open(id: EntryId): Promise<OpenEntry | undefined>;
  /** False if there is none. `allow` as in {@link PutRequest}. */
  delete(id: EntryId, allow?: (current: EntryView) => void): Promise<boolean>;
  /** Up to `limit` with ids above `after` ('' for all), by id. */
  list(after: EntryId | '', limit: number): readonly EntryView[];
  /** Up to `limit`, the last written first. */
  latest(limit: number): readonly EntryView[];
  peers(): readonly PeerView[];
  figures(): StoreFigures;
}
