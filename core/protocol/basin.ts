/** What the fetching side needs of its host: a place for droplets, and what it says to the host. */
import type { PeerAddress } from '../wire/datagram.ts';
import type { Terms } from './agreement.ts';
import type { Random } from './random.ts';
import type { Offence } from './session-state.ts';

/** Where the droplets of open blocks are kept and decoded; the host's. */
export interface Basin {
  /** The manifest is fetched, or fetched anew, from a server that says this of it: what follows is of such symbols. */
  begin(terms: Terms): void;
  /**
   * Makes room for a block of `real` source symbols and puts into it, the first time, what an earlier run kept of
   * it. False: no room now, call `handleRoom` when there is.
   */
  open(block: number, real: number): boolean;
  /**
   * Takes `count` droplets that are new to the block, all source or all repair, from session `from`; they start at `at`.
   * Returns how many of them, the first, it has room for.
   */
  put(block: number, id: number, count: number, from: number, bytes: Uint8Array, at: number): number;
  /** Decode and verify, then call `handleDecoded`, `handleShort` or `handleRotten`. */
  decode(block: number): void;
  /**
   * Takes out of an open block all that session `from` (or `FROM_STORE`) put into it: it lied. The block may be
   * being decoded; then the outcome still counts when it is right.
   */
  expel(block: number, from: number): void;
  /**
   * Sets a rotten block aside as evidence, one at a time: the block is opened again, and when it has been decoded
   * right, evidence and block are compared, and `handleLiars` is told who put false droplets into it.
   */
  impound(block: number): void;
  /** Puts what session `from` put into the evidence of an open block into the block, too; returns the ids. */
  recall(block: number, from: number): readonly number[];
  /** Gives the open block up, but not evidence of the same number. */
  discard(block: number): void;
}

export interface ClientConfig {
  readonly resource: string;
  /** Blocks that may be open at once. */
  readonly window: number;
  readonly random: Random;
  /** Largest UDP payload to ask a server for. */
  maxDatagram(address: string): number;
  /** Profile that this node can decode. */
  readonly profile: number;
  /** Takes what others leave: gives way to all other traffic, TCP that fills the queues included. */
  readonly background?: boolean;
  /** Serves the resource once it has it, and tells so those from whom it came. */
  readonly serves?: boolean;
}

export type ClientPhase = 'manifest' | 'data' | 'done';

export type ClientEvent =
  /** All blocks of the manifest are decoded: call `handleManifest` or `handleWrongManifest`. */
  | { readonly type: 'manifest' }
  | { readonly type: 'name'; readonly name: Uint8Array }
  | { readonly type: 'peers'; readonly peers: readonly PeerAddress[]; readonly from: string }
  | { readonly type: 'banned'; readonly address: string; readonly offence: Offence }
  | { readonly type: 'done' };

/**
 * What a transfer that gets nothing waits for: `nothing`: it runs; `servers`: none is known; `answer`: none answers;
 * `gone`: those that poured do not answer any more; `resource`: of those that answer none has it; `withdrawn`: nor does
 * any that poured; `place`: those that have it are full; `version`: they speak another version; `willing`: they refuse;
 * `use`: those that have it pour nothing that
 * was ordered; `trust`: all that had it lied; `room`: the host has no memory for a block; `resume`: it is paused.
 */
export type Waiting =
  | 'nothing'
  | 'servers'
  | 'answer'
  | 'gone'
  | 'resource'
  | 'withdrawn'
  | 'place'
  | 'version'
  | 'willing'
  | 'use'
  | 'trust'
  | 'room'
  | 'resume';
