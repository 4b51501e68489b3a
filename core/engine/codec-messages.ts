/** What codec threads are told, and what they answer: the network thread about blocks, the node about all else. */
import type { MessagePort } from 'node:worker_threads';
import type { OpenManifest } from '../content/manifest.ts';
import type { Tree } from '../content/tree.ts';
import type { Arena } from './arena.ts';
import type { Problem } from './messages.ts';

// ---- network and codec threads

export type ToCodec =
  /** Read a block to be poured from. */
  | { readonly type: 'load'; readonly source: number; readonly block: number; readonly slot: number }
  /** Make the intermediate symbols of one that has been read. */
  | {
      readonly type: 'presolve';
      readonly source: number;
      readonly block: number;
      readonly slot: number;
      readonly intermediate: number;
    }
  | {
      readonly type: 'decode';
      readonly key: number;
      readonly block: number;
      readonly slot: number;
      readonly symbolSize: number;
      readonly real: number;
      readonly present: Uint8Array;
      readonly repairIds: Uint32Array;
      readonly repairAt: Uint32Array;
      /** There is no room for more repair droplets. */
      readonly isFull: boolean;
      /** Set aside when this block was found rotten: to be compared with the right one. */
      readonly evidence?: Evidence;
    };

/** Droplets of a rotten block, and which session poured each. */
export interface Evidence {
  readonly slot: number;
  /** 0: missing; else the session's index + 1. */
  readonly sourceFrom: Uint16Array;
  readonly repairIds: Uint32Array;
  readonly repairAt: Uint32Array;
  readonly repairFrom: Uint16Array;
}

export type FromCodec =
  | {
      /** Read or presolved. */
      readonly type: 'loaded';
      readonly source: number;
      readonly block: number;
      readonly slot: number;
      readonly presolved: boolean;
      readonly problem?: Problem;
    }
  | {
      readonly type: 'decoded';
      readonly key: number;
      readonly block: number;
      readonly outcome: DecodeOutcome;
    };

export type DecodeOutcome =
  | { readonly kind: 'written'; readonly liars: readonly number[] }
  /** `useless`: when there was no room for more, repair droplets that add nothing to the others. */
  | { readonly kind: 'short'; readonly deficit: number; readonly useless: readonly number[] }
  | { readonly kind: 'rotten' }
  | { readonly kind: 'stuck'; readonly problem: Problem };

// ---- node and codec threads

export interface CodecStart {
  readonly arena: Arena;
  readonly index: number;
  readonly net: MessagePort;
}

/** Commands of the node to a codec thread; each is answered. */
export type CodecCommand =
  | {
      readonly type: 'open-source';
      readonly source: number;
      readonly tree: Tree;
      readonly manifest: OpenManifest;
      readonly manifestBytes: Uint8Array;
    }
  | { readonly type: 'close-source'; readonly source: number }
  /** Take a name in `folder` for a new part; answered with its path. */
  | {
      readonly type: 'make-part';
      readonly kind: 'file' | 'folder';
      readonly folder: string;
      readonly name: string;
    }
  /** Lay it out, or take it up again; answered with the verified blocks that are `lost`, and its `changedMs`. */
  | {
      readonly type: 'open-target';
      readonly key: number;
      readonly manifest: OpenManifest;
      readonly part: string;
      /** Bit set of the blocks that are kept in it. */
      readonly verified: Uint8Array;
      /** When that was recorded: see PartWriter.sync. */
      readonly changedMs: number;
    }
  /** Stop opening it. */
  | { readonly type: 'cancel-target'; readonly key: number }
  /** Answered with when something of it was last changed. */
  | { readonly type: 'sync-target'; readonly key: number }
  | { readonly type: 'finish-target'; readonly key: number; readonly name: string }
  | { readonly type: 'close-target'; readonly key: number }
  | {
      readonly type: 'hash';
      readonly job: number;
      readonly tree: Tree;
      readonly key: Uint8Array | undefined;
      /** What it should come to, if that is known. */
      readonly id?: string | undefined;
    }
  | { readonly type: 'verify'; readonly job: number; readonly tree: Tree; readonly manifest: OpenManifest }
  | { readonly type: 'cancel'; readonly job: number };

/** The answer to `finish-target`: where it is, and the links in it that the file system there does not have. */
export interface Finished {
  readonly path: string;
  readonly unmade: readonly string[];
}

export type ToCodecFromNode = { readonly call: number; readonly command: CodecCommand };

export type FromCodecToNode =
  | { readonly type: 'answer'; readonly call: number; readonly problem?: Problem; readonly result?: unknown }
  | { readonly type: 'hashed'; readonly job: number; readonly bytes: number };
