/** A program that is measured: how its servers are started, and what fetches the file. */
import type { Network } from './network.ts';

export type Command = readonly [string, ...string[]];

/** Where it is measured. */
export interface Place {
  readonly network: Network;
  /** Of the servers, in order. */
  readonly addresses: readonly string[];
  /** What is fetched. */
  readonly file: string;
  readonly bytes: number;
  /** For what servers keep. */
  readonly folder: string;
  /** Of the words that, before those of a command, run it where the client is. */
  readonly client: Command;
  readonly clientAddress: string;
  /** False: Rain is to do without its native part. */
  readonly accelerator: boolean;
}

export interface Running {
  /** Of the servers, in order. */
  readonly pids: readonly number[];
  /** What fetches the file once, to `to`, which is in an empty folder and has the name of the file served. */
  fetch(to: string): Command;
  /** It is the sender that `fetch` runs, and `pids` are of those that receive. */
  readonly pushes?: boolean;
  /** Ends the servers. */
  stop(): Promise<void>;
}

export interface Tool {
  readonly name: string;
  /** It pours as fast as it can: nothing for links with a rate. */
  readonly unlimited?: boolean;
  /** Resolves when the servers can be asked. */
  start(place: Place): Promise<Running>;
}
