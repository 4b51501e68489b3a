/**
 * UDP of both families on one port, as the network thread sees it: `bind-udp.ts` opens the fastest there is.
 * Addresses are text, `1.2.3.4:5` and `[::1]:5`.
 */
import { Failure } from '../failure.ts';
import { bindFailure } from '../wire/bind-failure.ts';

export interface UdpOptions {
  /** 0: any. */
  readonly port: number;
  /** Literals; empty: all addresses of both families. */
  readonly addresses: readonly string[];
}

/** Who sent the datagram that is being looked at. One object is used for all. */
export interface Sender {
  /** `ip:port`; made when it is asked for, as most datagrams are known by their token. */
  readonly address: string;
  /**
   * When it came to this machine, or to this thread where no more is known: ms, of `performance.now`. For a socket it
   * never goes back.
   */
  readonly arrivedAt: number;
}

/** Takes a datagram, `length` bytes at `at`; they are overwritten when it returns. */
export type Receive = (memory: Uint8Array, at: number, length: number, from: Sender) => void;

export interface Udp {
  readonly port: number;
  /** The addresses that were asked for. */
  readonly addresses: readonly string[];
  /** Datagrams to send in one turn of the event loop at most, so that receiving is not kept waiting. */
  readonly turn: number;
  /** When so many came in one turn of the event loop, more may be waiting. */
  readonly readAtOnce: number;
  /** The link is slower than what is sent: nothing more may be poured before some of it has gone. */
  readonly isFull: boolean;
  /** The next datagram may be written here, from `place` on, before `send`; there is room for the largest. */
  readonly memory: Uint8Array;
  readonly place: number;
  /**
   * Sends the `length` bytes that were written at `place`, at the latest with `flush`. What the system refuses is
   * lost, as datagrams are: an address that cannot be sent to (port 0, an unroutable scope) is one that does not
   * answer.
   */
  send(address: string, length: number): void;
  /** The same for a datagram that was written elsewhere. */
  sendTo(address: string, bytes: Uint8Array): void;
  flush(): void;
  /** Resolves when the port is free. */
  close(): Promise<void>;
}

/** IP and UDP headers of a datagram over IPv4, bytes. */
export const PACKET_OVERHEAD = 28;
/** When a socket that is full is looked at again, ms. */
export const FULL_RETRY = 1;
/** Room for the largest datagram, bytes. */
export const DATAGRAM_ROOM = 65_536;

export type Family = 4 | 6;

/** A socket of one family, to whoever opens both. */
interface Bound {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Opens both families, or those that were asked for, on one port. A machine without IPv6 is served over IPv4 alone,
 * unless IPv6 was asked for by name. Throws Failure `port-taken` or `bind-failed`.
 */
export async function bindFamilies<S extends Bound>(
  { port, addresses }: UdpOptions,
  open: (family: Family, address: string, port: number) => Promise<S>,
): Promise<{ readonly v4: S | undefined; readonly v6: S | undefined; readonly port: number }> {
  const all = addresses.length === 0;
  const four = all ? '0.0.0.0' : addresses.find((address) => !address.includes(':'));
  const six = all ? '::' : addresses.find((address) => address.includes(':'));
  const v4 = four === undefined ? undefined : await opened(open, 4, four, port);
  const same = v4?.port ?? port;
  try {
    const v6 = six === undefined ? undefined : await opened(open, 6, six, same);
    return { v4, v6, port: v6?.port ?? same };
  } catch (error) {
    if (v4 !== undefined && all && !isPortTaken(error)) return { v4, v6: undefined, port: same };
    await v4?.close();
    throw error;
  }
}

async function opened<S>(
  open: (family: Family, address: string, port: number) => Promise<S>,
  family: Family,
  address: string,
  port: number,
): Promise<S> {
  try {
    return await open(family, address, port);
  } catch (error) {
    throw bindFailure(error, 'UDP', address, port);
  }
}

function isPortTaken(error: unknown): boolean {
  return error instanceof Failure && error.code === 'port-taken';
}
