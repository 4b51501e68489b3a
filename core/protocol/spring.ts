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

/** Undefined: still being looked up; call `resourceFound` when known. Null: this node has not got it. */
export type Lookup = (resource: string) => Spring | null | undefined;

/** One datagram to send; the object is used again for the next. */
export interface Transmission {
  address: string;
  bytes: Uint8Array;
}

/** The same, as a place in memory: nothing is made for a datagram. */
export class PlacedTransmission implements Readonly<Transmission> {
  address = '';
  memory: Uint8Array = new Uint8Array(0);
  at = 0;
  length = 0;

  get bytes(): Uint8Array {
    return this.memory.subarray(this.at, this.at + this.length);
  }
}
