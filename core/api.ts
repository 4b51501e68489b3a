/**
 * What a host (command line, app, gateway) says to a node and hears from it: plain, serialisable types.
 * Rates are bytes per second of verified payload unless a name says otherwise; times are milliseconds since
 * the epoch; lengths are bytes.
 */
import type { FailureCode, Refused } from './failure.ts';

/** What went wrong, as a value that crosses threads. `hint` says what to do next and may be empty. */
export interface Problem {
  readonly code: FailureCode;
  readonly message: string;
  readonly hint: string;
  /** When it is about many things. */
  readonly refused?: Refused;
}

/** What is in a shared folder and does not travel. */
export interface LeftOut {
  readonly count: number;
  /** Paths of some, as far as they are told: who fetches a public folder learns none. They name nothing on disk. */
  readonly names: readonly string[];
}

export interface NodeOptions {
  /** Folder of the database; made when it does not exist. One process at a time. */
  readonly dataDir: string;
  /** UDP port; undefined: 1980 if free, else any. */
  readonly port?: number | undefined;
  /** Address to bind to; undefined: all, both families where the machine has them. */
  readonly bind?: string | undefined;
  /** Find and be found on the local network by mDNS. */
  readonly lan: boolean;
  /** Bytes per second on the wire, all clients together; undefined: no limit. */
  readonly uploadLimit?: number | undefined;
  /** Bytes per second on the wire, all transfers together; undefined: no limit. */
  readonly downloadLimit?: number | undefined;
  /** Take up at once what was shared and running when the node last stopped; default: only what is asked for. */
  readonly takeUp?: boolean;
  /** Something is shared or fetched as soon as the node is open: its threads start while the database is opened. */
  readonly eager?: boolean;
}

/** What an open node can be told anew. */
export type NodeChange = Partial<Omit<NodeOptions, 'dataDir' | 'takeUp' | 'eager'>>;

export interface ShareRequest {
  /** Files and folders; several, or a folder, are one resource. */
  readonly paths: readonly string[];
  /** Public: anybody who has the id can fetch and read. Private: sealed under a random key in the link. */
  readonly public: boolean;
  /** Shown to those who fetch; default: the base name. */
  readonly name?: string;
  /** A home folder or a whole drive is meant; else sharing one rejects with `sensitive-folder`. */
  readonly sure?: boolean;
  /**
   * Share the rest when something in a folder cannot be shared: it has a name that cannot travel, or may not be read.
   * Without it the request rejects with bad-name or unreadable and all there is of that.
   */
  readonly skip?: boolean;
  /** Serve this content under an existing link, after checking that it is the same. */
  readonly as?: string;
}

/** From `least` to `most` bytes, both among them. */
export interface FileLengths {
  readonly least: number;
  readonly most: number;
}

export interface FetchRequest {
  /** An id or a link. */
  readonly link: string;
  /** `host:port` of servers to ask first. */
  readonly from: readonly string[];
  /** Folder that receives the file or folder. */
  readonly into: string;
  /** What the file or folder is to be called there; default: its name, made safe. */
  readonly name?: string;
  /** Go on serving when complete. */
  readonly seed: boolean;
  /** Give way to all other traffic on the way; asked for again without it, it no longer does. */
  readonly background?: boolean;
  /** Only a single file of so many bytes is wanted: anything else fails before any of it is made. */
  readonly only?: FileLengths;
  /** Learn what it is and come to `held`: nothing of the content is ordered or written before `start`. */
  readonly hold?: boolean;
}

/** Hashing: being read and hashed. Serving: ready. The rest is not served, and `problem` says why. */
export type ShareState = 'hashing' | 'serving' | 'changed' | 'missing' | 'failed' | 'paused';

export interface ShareSnapshot extends Upload {
  /** Stable over restarts; a share has it before its resource id is known. */
  readonly key: number;
  /** 16 hex digits; empty while hashing. */
  readonly id: string;
  /** Empty while hashing. */
  readonly link: string;
  readonly name: string;
  readonly paths: readonly string[];
  readonly public: boolean;
  readonly state: ShareState;
  readonly problem?: Problem;
  readonly bytes: number;
  readonly files: number;
  /** Undefined when all of it is shared. */
  readonly leftOut?: LeftOut;
  /** Bytes hashed so far; equals `bytes` when done. */
  readonly hashed: number;
  /** Download: it is what a transfer with `seed` has fetched, which shows the same figures as its `upload`. */
  readonly origin: 'share' | 'download';
  readonly addedAt: number;
}

/** What is poured of a resource, whichever share it is poured from. */
export interface Upload {
  /** Wire bytes poured since the node started. */
  readonly poured: number;
  /** Wire bytes per second now. */
  readonly rate: number;
  readonly clients: readonly ClientSnapshot[];
}

/** One client that a share pours to at the moment. */
export interface ClientSnapshot {
  readonly address: string;
  readonly rate: number;
  readonly poured: number;
}

/**
 * Waiting: no server delivers (see `waiting` and `servers`); it goes on by itself. Manifest: learning what the
 * resource is. Held: `name`, `bytes`, `files` and `folders` are known, nothing of the content is here, and nothing happens
 * before `start`; over restarts too. Running: droplets arrive. Stalled: cannot go on before a person acts or room
 * appears (see `problem`).
 */
export type TransferState =
  | 'waiting'
  | 'manifest'
  | 'held'
  | 'running'
  | 'finishing'
  | 'paused'
  | 'stalled'
  | 'done'
  | 'failed';

/**
 * Why a transfer waits, worked out once for whoever words it. Servers: none is known; names: no name of one could be
 * resolved; answer: none answers; gone: those that poured answer no more; resource: none that answers has it;
 * withdrawn: those that poured it have it no more; place: those that have it are full; version: they speak another
 * version; willing: they refuse; use: they pour nothing that is of use; trust: they poured what is not of the link.
 */
export type WaitingReason =
  | 'servers'
  | 'names'
  | 'answer'
  | 'gone'
  | 'resource'
  | 'withdrawn'
  | 'place'
  | 'version'
  | 'willing'
  | 'use'
  | 'trust';

/** Where a server was found. */
export type Found = 'asked' | 'link' | 'list' | 'lan' | 'server';

/** Silent: no answer (yet). Absent: answers that it has not got the resource. */
export type ServerState =
  | 'resolving'
  | 'silent'
  | 'absent'
  | 'busy'
  | 'refused'
  | 'pouring'
  | 'idle'
  | 'banned';

/**
 * Why a server is in its state. Silent: has never answered; stopped: does not answer any more. Absent, busy, version,
 * refused: it says so. Profile: pours in a way that this node does not know. The rest: what it is banned for, false
 * droplets or such as nobody ordered, a false manifest, or saying that another manifest belongs to the link.
 */
export type ServerReason =
  | 'silent'
  | 'stopped'
  | 'absent'
  | 'busy'
  | 'version'
  | 'refused'
  | 'profile'
  | 'false-droplets'
  | 'unordered-droplets'
  | 'false-manifest'
  | 'other-manifest';

/** One server of one transfer; counts are of this run of the node. */
export interface TransferServerSnapshot {
  readonly address: string;
  readonly found: Found;
  readonly state: ServerState;
  /** Undefined when there is nothing to say. */
  readonly reason?: ServerReason;
  /** Symbol bytes per second arriving from it. */
  readonly rate: number;
  readonly droplets: number;
  /** UDP payload bytes received from it. */
  readonly bytes: number;
  /** Of all droplets of this run, 0..1. */
  readonly share: number;
  /** Of the datagrams it sent, 0..1. */
  readonly loss: number;
  /** Undefined until measured. */
  readonly rttMs?: number;
}

/**
 * Droplets of one run, by what they were good for; received = source + repair + duplicate + late + rejected. What
 * it took beyond `needed`, when done, is manifest + surplus + duplicate + late + rejected.
 */
export interface DropletCounts {
  /** Source symbols of the blocks this run had to fetch. */
  readonly needed: number;
  readonly received: number;
  readonly source: number;
  readonly repair: number;
  readonly duplicate: number;
  /** For a block that was complete already. */
  readonly late: number;
  /** Poisoned, malformed, or for nothing that was asked. */
  readonly rejected: number;
  /** Of `source` and `repair`: droplets of the manifest. */
  readonly manifest: number;
  /**
   * Of `source` and `repair`: droplets of the content that their blocks did not need in the end. Loss is repaired by
   * a few more than were lost, some come while their block is being decoded, and what liars poured is thrown away.
   */
  readonly surplus: number;
}

export interface TransferSnapshot {
  readonly key: number;
  readonly id: string;
  readonly link: string;
  /** The hint of the link until the name is known. */
  readonly name: string;
  readonly state: TransferState;
  readonly problem?: Problem;
  /** While it is waiting. */
  readonly waiting?: WaitingReason;
  /** Names of servers of its link or request that cannot be resolved now. */
  readonly unresolved?: readonly string[];
  /** Undefined until the manifest is here, as are `files`, `folders`, `blocks`. */
  readonly bytes?: number;
  readonly files?: number;
  /** With the one that everything is in; 0 for a single file. */
  readonly folders?: number;
  /** What who shares it has left out; undefined: nothing, or not known yet. */
  readonly leftOut?: LeftOut;
  readonly into: string;
  /** The file or folder when done. */
  readonly path?: string;
  readonly seed: boolean;
  /** Verified bytes; goes back only when a part that was lost or changed is taken up again. */
  readonly verified: number;
  /** Of `verified` plus stored droplets: bytes that an earlier run had. */
  readonly resumedBytes: number;
  /** Bytes per second of droplets that were of use, while it runs. */
  readonly rate: number;
  /** Seconds; undefined when unknown. */
  readonly eta?: number;
  /** Seconds that this run has been active. */
  readonly seconds: number;
  readonly wireBytes: number;
  /** received / needed - 1 of this run, as far as blocks have been completed; 0 before anything arrived. */
  readonly overhead: number;
  readonly droplets: DropletCounts;
  readonly servers: readonly TransferServerSnapshot[];
  readonly blocks?: BlockMap;
  /** When done and served on. */
  readonly upload?: Upload;
  readonly addedAt: number;
  readonly doneAt?: number;
}

/** Which files of a transfer are asked for: `count` of them, 500 at most, from the one with the number `from` on. */
export interface FileQuery {
  readonly from: number;
  readonly count: number;
  /** Those with this in their path, whatever its case; default: all. */
  readonly containing?: string;
}

export interface ListedFile {
  /** As it may be shown; within a folder parted by '/'. */
  readonly path: string;
  readonly bytes: number;
  /** Opening it may run it: by its executable bit, or by its extension on some system. */
  readonly runs: boolean;
}

export interface FileList {
  readonly files: readonly ListedFile[];
  /** How many there are that were asked for, in this part and in others. */
  readonly total: number;
  /** How many of all files run. */
  readonly running: number;
}

/** Filling of blocks, scaled to at most 512 cells of equal width; each 0 (nothing) to 255 (verified). */
export interface BlockMap {
  readonly count: number;
  readonly cells: Uint8Array;
}

export interface KnownServer {
  readonly address: string;
  readonly found: Found;
  /** When it last answered `checkServers`. */
  readonly lastSeen?: number;
  /** Whether it answered the last `checkServers`; undefined: not asked yet. */
  readonly reachable?: boolean;
  /** Round trip of that answer, ms. */
  readonly rttMs?: number;
}

export interface NodeSnapshot {
  readonly port: number;
  /** `host:port` under which others may reach this node. */
  readonly addresses: readonly string[];
  readonly shares: readonly ShareSnapshot[];
  readonly transfers: readonly TransferSnapshot[];
  readonly servers: readonly KnownServer[];
  /** Wire bytes to clients and from servers since the node started. */
  readonly poured: number;
  readonly received: number;
  /** Wire bytes per second. */
  readonly rateUp: number;
  readonly rateDown: number;
  readonly problems: readonly Problem[];
}

export type NodeEvent =
  | { readonly type: 'share'; readonly share: ShareSnapshot }
  | { readonly type: 'share-removed'; readonly key: number }
  | { readonly type: 'transfer'; readonly transfer: TransferSnapshot }
  | { readonly type: 'transfer-removed'; readonly key: number }
  | { readonly type: 'servers'; readonly servers: readonly KnownServer[] }
  /** At most once a second while something moves, and once more, with zeros, when nothing does. */
  | { readonly type: 'rates'; readonly rateUp: number; readonly rateDown: number }
  | { readonly type: 'listening'; readonly port: number; readonly addresses: readonly string[] }
  | { readonly type: 'problem'; readonly problem: Problem }
  | { readonly type: 'log'; readonly level: 'debug' | 'info' | 'warn'; readonly message: string };

/**
 * The one object a host drives. Commands reject with `Failure`. Events come at most four times a second for
 * each transfer and share of which something has changed, and at once when a state changes.
 */
export interface Node {
  snapshot(): NodeSnapshot;
  subscribe(listener: (event: NodeEvent) => void): () => void;

  /** Resolves at once with the share in state `hashing`, or `serving` if the content is known and unchanged. */
  share(request: ShareRequest): Promise<ShareSnapshot>;
  /**
   * Begins a transfer, or goes on with the one of the same resource into the same folder; one that is held begins,
   * whatever its folder was. With `hold`, what is there already stays as it is.
   */
  fetch(request: FetchRequest): Promise<TransferSnapshot>;
  /**
   * Lets a transfer begin that was fetched with `hold`, held already or not, into the folder `into` or the one it was
   * asked for with; any other goes on, as with `resume`, and keeps its folder. Rejects with no-such-path,
   * no-permission, no-space and is then held as before.
   */
  start(key: number, options?: { readonly into?: string }): Promise<void>;
  /**
   * What is in a transfer, once that is known. Rejects with Failure: unknown-resource, bad-manifest, wrong-key; no-servers
   * where it is not known yet.
   */
  listFiles(key: number, query: FileQuery): Promise<FileList>;
  pause(key: number): Promise<void>;
  /** What was fetched with `hold` is held again, not begun. */
  resume(key: number): Promise<void>;
  /**
   * Removes a transfer or share from the node; with `deleteFiles` also what it wrote, and nothing that others have put
   * beside it. Shared originals are never deleted.
   */
  remove(key: number, options: { readonly deleteFiles: boolean }): Promise<void>;

  servers(): readonly KnownServer[];
  addServer(address: string): Promise<void>;
  removeServer(address: string): Promise<void>;
  /** Reads a `servers.json` (an array of {host, port}); returns how many were new. */
  importServers(file: string): Promise<number>;
  /** Asks every server, in a few seconds, whether it answers at all; then a `servers` event says which did. */
  checkServers(): Promise<void>;

  /**
   * Changes what is named; undefined takes back what the node was told before. Rebinds if need be; on failure all
   * stays as it was and the promise rejects.
   */
  configure(change: NodeChange): Promise<void>;
  /** Flushes droplets, stops pouring, unsubscribes, closes everything. */
  close(): Promise<void>;
}
