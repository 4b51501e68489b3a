/** What the main thread and the thread of the node tell each other. */
import type { Node, NodeEvent, NodeOptions, NodeSnapshot, Problem } from '../../core/api.ts';
import type { EntryName, Store, StoreEntry, StorePut, StoreView } from '../../preload/contract.ts';

/** Commands of a node that return a promise: all a window needs; the rest follows from events. */
type NodeCommand = {
  [K in keyof Node]: Node[K] extends (...args: never[]) => Promise<unknown> ? K : never;
}[keyof Node];

export interface StoreConfig {
  /** TCP port of the gateway on the loopback. */
  readonly httpPort: number;
  readonly classic: boolean;
  readonly secret?: string;
}

/** Of the store beside the node. While it does not run they reject with Failure `interrupted`. */
export interface StoreCommands {
  /**
   * Runs the store, runs it anew with another configuration, or (undefined) no longer. When it cannot run like this
   * it runs on as it did before, and the promise rejects with the Failure of opening it.
   */
  runStore(config: StoreConfig | undefined): Promise<void>;
  storeView(): Promise<StoreView>;
  storeEntries(after: string, limit: number): Promise<readonly StoreEntry[]>;
  /** Rejects with Failure `bad-entry-id`. */
  readEntryName(text: string): Promise<EntryName>;
  /** Puts a file, under the id of its content if none is given; undefined: cancelled. Rejects with Failure. */
  putEntry(path: string, id?: string): Promise<StoreEntry | undefined>;
  /** By the key of what is told of it. What has been read to its end is put all the same. */
  cancelPut(key: number): Promise<void>;
  /** Rejects with Failure `unknown-resource` when there is no such entry. */
  deleteEntry(id: string): Promise<void>;
}

export type Commands = Pick<Node, NodeCommand> & StoreCommands;
export type Command = keyof Commands;

export interface NodeThreadStart {
  readonly options: NodeOptions;
}

export interface ToNodeThread {
  readonly call: number;
  readonly command: Command;
  readonly args: readonly unknown[];
}

export type FromNodeThread =
  | { readonly type: 'open'; readonly snapshot: NodeSnapshot }
  | { readonly type: 'failed'; readonly problem: Problem }
  | { readonly type: 'event'; readonly event: NodeEvent }
  | { readonly type: 'store'; readonly store: Store }
  | { readonly type: 'puts'; readonly puts: readonly StorePut[] }
  | { readonly type: 'answer'; readonly call: number; readonly result: unknown }
  | { readonly type: 'refusal'; readonly call: number; readonly problem: Problem };
