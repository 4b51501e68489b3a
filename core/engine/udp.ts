/** UDP sockets of both families on one port. Addresses are literals, `1.2.3.4:5` and `[::1]:5`. */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { Failure } from '../failure.ts';
import { splitAddress } from './ip.ts';

export interface UdpOptions {
  /** 0: any. */
  readonly port: number;
  /** Literals; empty: all addresses of both families. */
  readonly addresses: readonly string[];
}

export type Receive = (bytes: Uint8Array, from: RemoteInfo) => void;

/** IP and UDP headers of a datagram over IPv4, bytes. */
export const PACKET_OVERHEAD = 28;
/** Kernel buffers, bytes; the system may give less. */
const BUFFER_BYTES = 4 * 1024 * 1024;
/** The system takes most datagrams at once; the others wait with their buffers, which must not be overwritten. */
const SEND_BUFFERS = 64;
const MOST_WAITING = SEND_BUFFERS / 2;
const SEND_BUFFER_BYTES = 65_536;

export class Udp {
  readonly port: number;
  /** The addresses that were asked for. */
  readonly addresses: readonly string[];
  readonly #v4: Socket | undefined;
  readonly #v6: Socket | undefined;
  readonly #buffers: Uint8Array[] = [];
  #next = 0;

  private constructor(
    v4: Socket | undefined,
    v6: Socket | undefined,
    port: number,
    addresses: readonly string[],
  ) {
    this.#v4 = v4;
    this.#v6 = v6;
    this.port = port;
    this.addresses = addresses;
  }

  /** Throws Failure `port-taken` or `bind-failed`. */
  static async bind(options: UdpOptions, receive: Receive): Promise<Udp> {
    const wanted = families(options.addresses);
    const v4 = wanted.v4 === undefined ? undefined : await open('udp4', wanted.v4, options.port, receive);
    const port = v4?.address().port ?? options.port;
    try {
      const v6 = wanted.v6 === undefined ? undefined : await open('udp6', wanted.v6, port, receive);
      return new Udp(v4, v6, v6?.address().port ?? port, options.addresses);
    } catch (error) {
      // A machine without IPv6 is served over IPv4 alone, unless IPv6 was asked for by name.
      if (v4 !== undefined && options.addresses.length === 0 && !isPortTaken(error))
        return new Udp(v4, undefined, port, options.addresses);
      v4?.close();
      throw error;
    }
  }

  /** A buffer for the next datagram; it is the sender's until `send`. */
  get buffer(): Uint8Array {
    this.#buffers[this.#next] ??= new Uint8Array(SEND_BUFFER_BYTES);
    return this.#buffers[this.#next];
  }

  /** The link is slower than what is sent: nothing more may be poured before some of it has gone. */
  get isFull(): boolean {
    const v4 = this.#v4?.getSendQueueCount() ?? 0;
    const v6 = this.#v6?.getSendQueueCount() ?? 0;
    return Math.max(v4, v6) >= MOST_WAITING;
  }

  /** As `send`, to an `ip:port`. */
  sendTo(address: string, bytes: Uint8Array): void {
    const { host, port } = splitAddress(address);
    this.send(bytes, host, port);
  }

  /** Sends a datagram; what the system refuses is lost, as datagrams are. */
  send(bytes: Uint8Array, host: string, port: number): void {
    this.#next = (this.#next + 1) % SEND_BUFFERS;
    const socket = host.includes(':') ? this.#v6 : this.#v4;
    try {
      socket?.send(bytes, port, host);
    } catch {
      // An address that cannot be sent to (port 0, an unroutable scope) is one that does not answer.
    }
  }

  close(): Promise<void> {
    const closed = [this.#v4, this.#v6].map(
      (socket) => new Promise<void>((done) => (socket === undefined ? done() : socket.close(() => done()))),
    );
    return Promise.all(closed).then(() => undefined);
  }
}

function families(addresses: readonly string[]): { v4: string | undefined; v6: string | undefined } {
  if (addresses.length === 0) return { v4: '0.0.0.0', v6: '::' };
  return {
    v4: addresses.find((address) => !address.includes(':')),
    v6: addresses.find((address) => address.includes(':')),
  };
}

function open(type: 'udp4' | 'udp6', address: string, port: number, receive: Receive): Promise<Socket> {
  const socket = createSocket({
    type,
    ipv6Only: type === 'udp6',
    // All hosts are literals: without this every datagram would wait a tick for a name service.
    lookup: (host, _options, done) => done(null, host, type === 'udp4' ? 4 : 6),
  });
  return new Promise((resolve, reject) => {
    socket.once('error', (error: NodeJS.ErrnoException) => {
      socket.close();
      reject(bindFailure(error, address, port));
    });
    socket.bind({ port, address, exclusive: true }, () => {
      socket.removeAllListeners('error');
      // ICMP errors of one peer come up here; they say nothing about the others.
      socket.on('error', () => undefined);
      socket.on('message', receive);
      growBuffers(socket);
      resolve(socket);
    });
  });
}

function growBuffers(socket: Socket): void {
  for (const grow of [
    () => socket.setRecvBufferSize(BUFFER_BYTES),
    () => socket.setSendBufferSize(BUFFER_BYTES),
  ]) {
    try {
      grow();
    } catch {
      // The system's own size has to do.
    }
  }
}

function isPortTaken(error: unknown): boolean {
  return error instanceof Failure && error.code === 'port-taken';
}

function bindFailure(error: NodeJS.ErrnoException, address: string, port: number): Failure {
  if (error.code === 'EADDRINUSE') {
    return new Failure(
      'port-taken',
      `UDP port ${port} is taken by another program.`,
      'Choose another port, or leave it out.',
    );
  }
  if (error.code === 'EACCES') {
    return new Failure('bind-failed', `This user may not use UDP port ${port}.`, 'Choose a port above 1023.');
  }
  return new Failure(
    'bind-failed',
    `Cannot bind to ${address}: ${error.message}.`,
    'Name an address of this machine to bind to.',
  );
}
