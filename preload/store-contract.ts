/**
 * What window and main say to each other about the store of Murky Waters; part of the contract.
 * Times are milliseconds since the epoch, sizes bytes.
 */
import type { Problem } from '../core/api.ts';

/** What became of the store; whatever it is, sharing and fetching go on. */
export type Store =
  | { readonly state: 'off' }
  | { readonly state: 'opening' }
  /** `url`: of its gateway, on the loopback. */
  | { readonly state: 'open'; readonly url: string }
  | { readonly state: 'failed'; readonly problem: Problem };

/**
 * Whether the cluster of the store has a secret, which the window can set and never read. Sealed: kept by means of the
 * system's keychain; plain: there is none; unreadable: the keychain does not open it any more.
 */
export type StoreSecret = 'none' | 'sealed' | 'plain' | 'unreadable';

export interface StoreEntry {
  /** 16 hex digits. */
  readonly id: string;
  readonly size: number;
  /** Media type; may be empty. */
  readonly contentType: string;
  /** 64 hex digits that change with the content. */
  readonly tag: string;
  /** When this version was written. */
  readonly time: number;
  /** Another version is on its way here. */
  readonly isComing: boolean;
}

/** The id that a text means, and the entry that has it. */
export interface EntryName {
  readonly id: string;
  readonly entry?: StoreEntry;
}

/** A file on its way into the store. */
export interface StorePut {
  /** Tells them apart. */
  readonly key: number;
  readonly name: string;
  readonly size: number;
  /** Bytes that have been read of it. */
  readonly read: number;
}

export interface StorePeer {
  readonly address: string;
  /** Whether it answers. */
  readonly state: 'here' | 'away';
  /** Named by the person, or found by others. */
  readonly isListed: boolean;
  /** Entries that it has yet to be told of. */
  readonly untold: number;
  /** Undefined: not since the store was opened. */
  readonly lastContact?: number;
}

/** What happened to an entry: put or deleted here; kept or deleted as another node said; fetching, or failed to. */
export interface StoreDeed {
  readonly time: number;
  readonly what: 'put' | 'deleted' | 'fetching' | 'kept' | 'deleted elsewhere' | 'failed';
  readonly id: string;
  readonly size?: number;
  readonly reason?: string;
}

/** The store at a moment. */
export interface StoreView {
  readonly entries: number;
  /** Of the content of all entries. */
  readonly bytes: number;
  /** What that takes on the disk: deflated, and the same content once. */
  readonly storedBytes: number;
  /** Entries that are known of and not here yet. */
  readonly wanted: number;
  readonly peers: readonly StorePeer[];
  /** Newest first. */
  readonly recent: readonly StoreDeed[];
}

/** Requests about the store, each with what it takes and what it gives. */
export interface StoreRequests {
  /** For who looks at it, and as often. */
  storeView: [undefined, StoreView];
  /** Up to `limit`, at most 500, with ids above `after` (empty: from the first), by id. */
  storeEntries: [{ readonly after: string; readonly limit: number }, readonly StoreEntry[]];
  /** Refused when it is none: decimal, 16 hex digits, or hex behind 0x, as in the addresses of the gateway. */
  readEntryName: [{ readonly text: string }, EntryName];
  /**
   * Opens a dialog; empty when it was cancelled. With an id, for one file, which is put under it; else each file
   * becomes an entry with the id of its content.
   */
  choosePut: [{ readonly id?: string }, readonly StoreEntry[]];
  /** Sent by the preload for dropped files. */
  putDropped: [{ readonly paths: readonly string[] }, readonly StoreEntry[]];
  /** By the key of what is told of it; files put along with it go on. One that has been read is put all the same. */
  cancelPut: [{ readonly key: number }, undefined];
  /** Deletes it on every node. */
  deleteEntry: [{ readonly id: string }, undefined];
  /** Opens the page of the gateway in the system's browser. */
  openStorePage: [undefined, undefined];
  copyStoreAddress: [undefined, undefined];
  /** Null: none any more. */
  setStoreSecret: [{ readonly secret: string | null }, StoreSecret];
  /** Opens the store again after it failed. */
  reopenStore: [undefined, undefined];
}

/** Complete by construction. */
export const storeRequestNames: Readonly<Record<keyof StoreRequests, true>> = {
  storeView: true,
  storeEntries: true,
  readEntryName: true,
  choosePut: true,
  putDropped: true,
  cancelPut: true,
  deleteEntry: true,
  openStorePage: true,
  copyStoreAddress: true,
  setStoreSecret: true,
  reopenStore: true,
};
