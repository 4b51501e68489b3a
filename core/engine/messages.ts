/**
 * What the node and its network thread tell each other; for the codec threads see codec-messages.ts. Transfers and
 * sources are named by numbers that the node gives.
 */
import type { MessagePort } from 'node:worker_threads';
import type { Layout } from '../content/layout.ts';
import type { FailureCode, Refused } from '../failure.ts';
import type { Waiting } from '../protocol/client.ts';
import type { Offence, SessionReason, SessionState } from '../protocol/session-state.ts';
import type { Tally } from '../protocol/tally.ts';
import type { Arena } from './arena.ts';
import type { FromClassic, ToClassic } from './classic-messages.ts';

export interface Problem {
  readonly code: FailureCode;
  readonly message: string;
  readonly hint: string;
  readonly refused?: Refused;
}

/** Droplets of a block, with their payloads back to back. */
export interface StoredDroplets {
  readonly block: number;
  readonly ids: Uint32Array;
  readonly payload: Uint8Array;
}

export interface NetStart {
  readonly arena: Arena;
  /** One for each codec thread. */
  readonly codecs: readonly MessagePort[];
  readonly cookieSecret: Uint8Array;
}

/** A datagram between nodes of one Murky Waters, and where it comes from or goes to. */
export interface MemberDatagram {
  /** `ip:port` */
  readonly address: string;
  readonly payload: Uint8Array;
}

/** Everything that a transfer needs to go on where it was. */
export interface StartTransfer {
  readonly key: number;
  readonly resource: string;
  readonly codec: number;
  readonly servers: readonly ServerAddress[];
  /** Known when it goes on; else the manifest is fetched first. */
  readonly content: TransferContent | undefined;
  readonly serves: boolean;
  readonly background: boolean;
}

export interface TransferContent {
  readonly layout: Layout;
  /** Bit set of verified blocks, least significant bit first. */
  readonly verified: Uint8Array;
  readonly stored: readonly StoredDroplets[];
}

export interface ServerAddress {
  /** `ip:port`, IPv6 in brackets. */
  readonly address: string;
  readonly found: string;
  /** Addresses of one group lead to the same server: the next is asked when the one before does not answer. */
  readonly group?: string;
}

export interface SourceInfo {
  readonly source: number;
  readonly codec: number;
  readonly layout: Layout;
  readonly manifestBytes: number;
  readonly profile: number;
  readonly name: Uint8Array;
}

export type ToFetchings =
  | { readonly type: 'start'; readonly transfer: StartTransfer }
  | { readonly type: 'content'; readonly key: number; readonly content: TransferContent }
  | { readonly type: 'wrong-manifest'; readonly key: number }
  | { readonly type: 'servers'; readonly key: number; readonly servers: readonly ServerAddress[] }
  /** Blocks that somebody waits for, and what follows each of them, before all others. */
  | { readonly type: 'prefer'; readonly key: number; readonly blocks: readonly number[] }
  | { readonly type: 'retry'; readonly key: number }
  /** The last `droplets` are on disk: there may be more. */
  | { readonly type: 'kept'; readonly key: number }
  | { readonly type: 'stop'; readonly call: number; readonly key: number };

export type ToMembers =
  /** Whether what members send is to be handed on. */
  | { readonly type: 'members'; readonly open: boolean }
  | { readonly type: 'members-taken'; readonly count: number }
  | { readonly type: 'member'; readonly datagram: MemberDatagram };

export type ToNet =
  | {
      readonly type: 'bind';
      readonly call: number;
      readonly port: number;
      readonly addresses: readonly string[];
    }
  | ToFetchings
  /** Asks each address whether a server answers there; answered with round trips in ms, undefined for silence. */
  | { readonly type: 'roll-call'; readonly call: number; readonly addresses: readonly string[] }
  | { readonly type: 'found'; readonly resource: string; readonly info: SourceInfo | null }
  | ToMembers
  | { readonly type: 'classic'; readonly message: ToClassic }
  | { readonly type: 'drop'; readonly resource: string }
  | { readonly type: 'limits'; readonly up: number; readonly down: number }
  /** End: the network thread first, and with it, by their ports to it, the codec threads. */
  | { readonly type: 'close' };

export interface ServerStats {
  readonly address: string;
  readonly found: string;
  readonly state: SessionState;
  readonly reason: SessionReason | undefined;
  readonly droplets: number;
  readonly bytes: number;
  readonly loss: number;
  readonly rtt: number | undefined;
}

export interface TransferStats {
  readonly key: number;
  readonly phase: 'manifest' | 'data' | 'done';
  readonly waiting: Waiting;
  readonly tally: Tally;
  readonly wireBytes: number;
  readonly servers: readonly ServerStats[];
  /** Droplets here of each open block, as [block, got, real]. */
  readonly open: readonly (readonly [number, number, number])[];
}

/** One subscription that is being poured to, or one that has ended, for the last time. */
export interface ClientStats {
  /** Tells subscriptions apart. */
  readonly number: number;
  readonly hasLeft: boolean;
  readonly resource: string;
  readonly address: string;
  /** Wire bytes poured to it since it subscribed. */
  readonly poured: number;
}

/** What the springs have brought and made for all clients together, since the thread began. */
export interface SpringsFigures {
  /** Blocks read. */
  readonly read: number;
  /** Blocks presolved. */
  readonly presolved: number;
  /** Repair droplets made. */
  readonly made: number;
}

export type FromNet =
  | { readonly type: 'answer'; readonly call: number; readonly problem?: Problem; readonly result?: unknown }
  | { readonly type: 'find'; readonly resource: string }
  | { readonly type: 'manifest'; readonly key: number; readonly bytes: Uint8Array }
  | { readonly type: 'name'; readonly key: number; readonly name: Uint8Array }
  | { readonly type: 'peers'; readonly key: number; readonly addresses: readonly string[] }
  | { readonly type: 'banned'; readonly key: number; readonly address: string; readonly offence: Offence }
  | { readonly type: 'written'; readonly key: number; readonly block: number }
  | { readonly type: 'droplets'; readonly key: number; readonly batches: readonly StoredDroplets[] }
  /** What is kept of a block is not to be believed. */
  | { readonly type: 'forget'; readonly key: number; readonly block: number }
  | { readonly type: 'stuck'; readonly key: number; readonly problem: Problem }
  | { readonly type: 'unstuck'; readonly key: number }
  | { readonly type: 'fetched'; readonly key: number; readonly stats: TransferStats }
  /** Datagrams of members; answered with `members-taken`. */
  | { readonly type: 'members'; readonly datagrams: readonly MemberDatagram[] }
  | { readonly type: 'classic'; readonly message: FromClassic }
  | {
      readonly type: 'source-failed';
      readonly resource: string;
      readonly source: number;
      readonly problem: Problem;
    }
  | {
      readonly type: 'stats';
      readonly transfers: readonly TransferStats[];
      readonly clients: readonly ClientStats[];
      readonly springs: SpringsFigures;
      /** UDP payload bytes of all clients and of all transfers, since the thread began. */
      readonly poured: number;
      readonly received: number;
    };
