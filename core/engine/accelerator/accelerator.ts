/**
 * The native part of the engine, binding.c: many datagrams a system call. It is there for some systems alone
 * (`npm run accelerator` builds it), and nothing but speed depends on it.
 */
import { createRequire } from 'node:module';

/** A socket of one family. Tables are of 32-bit words, four a message and three a datagram. */
export interface NativeSocket {
  port(): number;
  /** `ip:port` of who sent message `index` of the batch that is being told. */
  sender(index: number): string;
  /** Says where destination `index` is; false when nothing can be sent there. */
  setDestination(index: number, host: string, port: number): boolean;
  /**
   * Sends the first `count` datagrams of the table. What the system refuses is lost; what it has no room for is moved
   * to the front of the table. Returns how many these are.
   */
  send(count: number): number;
  /** The port is free when it returns. */
  close(): void;
}

export interface Accelerator {
  /** Throws an error with the code of the system, such as EADDRINUSE. */
  readonly Socket: new (
    host: string,
    port: number,
    received: Uint8Array,
    /** Of each message: its place, its bytes, the bytes of each of its datagrams but the last, us since it came. */
    receivedTable: Uint32Array,
    toSend: Uint8Array,
    /** Of each datagram: the index of its destination, its place, its bytes. */
    toSendTable: Uint32Array,
    /** So many messages have come. */
    receive: (messages: number) => void,
  ) => NativeSocket;
  /** Sizes of what it is given. */
  readonly receivedBytes: number;
  readonly receivedWords: number;
  /** Datagrams that the table of those to be sent has room for, and destinations. */
  readonly mostToSend: number;
  readonly destinations: number;
  /** Start of the SHA-256 of the sources that it was made of. */
  readonly source: string;
}

/** Set to `off`, this variable of the environment makes every node do without. */
const SWITCH = 'RAIN_ACCELERATOR';

let loaded: Accelerator | undefined | 'not yet' = 'not yet';

/** Undefined where there is none for this system, or it was switched off. */
export function accelerator(): Accelerator | undefined {
  if (loaded === 'not yet') loaded = process.env[SWITCH] === 'off' ? undefined : load();
  return loaded;
}

function load(): Accelerator | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    // Beside this file, and beside the bundle that it becomes a part of.
    return createRequire(import.meta.url)(`./prebuilds/${process.platform}-${process.arch}.node`);
  } catch {
    // Another processor, another C library.
    return undefined;
  }
}
