/** What the serving side needs of its host. */
import type { Mac } from './cookie.ts';

export interface ServerConfig {
  /** Keyed with a secret of this process. */
  readonly mac: Mac;
  /** Subscriptions at once; about 1 kB of memory each. */
  readonly maxSubscriptions: number;
  /** Subscriptions at once of one address without its port. */
  readonly maxPerHost: number;
  /** Wire bytes per second, all clients together; Infinity: no limit. */
  readonly uploadLimit: number;
}

/** What the serving side needs to know of a resource. */
export interface Spring {
  readonly manifestBytes: number;
  readonly symbolSize: number;
  readonly blockSymbols: number;
  readonly profile: number;
  readonly name: Uint8Array;
  /** Largest id + 1 of the block's source symbols that exist; 0: no such block. Repair ids have no end. */
  realSymbols(block: number): number;
  /** True when droplets of the block can be written now; otherwise it is being brought. */
  ready(block: number, repair: boolean): boolean;
  /** Writes droplets `id` .. `id + count - 1`, back to back. */
  write(block: number, id: number, count: number, into: Uint8Array, at: number): void;
}

/** Undefined: it is being looked up, and whoever asks may ask again. Null: this node has not got it. */
export type Lookup = (resource: string) => Spring | null | undefined;
