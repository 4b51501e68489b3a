/** UDP by Node's own sockets: a call for every datagram. For wherever the accelerator is not. */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { addressOf, splitAddress } from './ip.ts';
import {
  bindFamilies,
  DATAGRAM_ROOM,
  type Family,
  type Receive,
  type Sender,
  type Udp,
  type UdpOptions,
} from './udp.ts';

/** Kernel buffers, bytes; the system may give less. */
const BUFFER_BYTES = 4 * 1024 * 1024;
/** The system takes most datagrams at once; the others wait with their buffers, which must not be overwritten. */
const SEND_BUFFERS = 64;
const MOST_WAITING = SEND_BUFFERS / 2;

export class DgramUdp implements Udp {
  readonly port: number;
  readonly addresses: readonly string[];
  readonly turn = 96;
  /** What libuv reads at a time. */
  readonly readAtOnce = 32;
  readonly place = 0;
  readonly #v4: DgramSocket | undefined;
  readonly #v6: DgramSocket | undefined;
  readonly #buffers: Uint8Array[] = [];
  #next = 0;

  private constructor(
    { addresses }: UdpOptions,
    bound: { v4: DgramSocket | undefined; v6: DgramSocket | undefined; port: number },
  ) {
    this.addresses = addresses;
    this.port = bound.port;
    this.#v4 = bound.v4;
    this.#v6 = bound.v6;
  }

  /** Throws Failure `port-taken` or `bind-failed`. */
  static async bind(options: UdpOptions, receive: Receive): Promise<DgramUdp> {
    const open = (family: Family, address: string, port: number): Promise<DgramSocket> =>
      DgramSocket.open(family, address, port, receive);
    return new DgramUdp(options, await bindFamilies(options, open));
  }

  get memory(): Uint8Array {
    this.#buffers[this.#next] ??= new Uint8Array(DATAGRAM_ROOM);
    return this.#buffers[this.#next];
  }

  get isFull(): boolean {
    return Math.max(this.#v4?.waiting ?? 0, this.#v6?.waiting ?? 0) >= MOST_WAITING;
  }

  send(address: string, length: number): void {
    const bytes = this.memory.subarray(0, length);
    this.#next = (this.#next + 1) % SEND_BUFFERS;
    this.sendTo(address, bytes);
  }

  sendTo(address: string, bytes: Uint8Array): void {
    const { host, port } = splitAddress(address);
    const socket = host.includes(':') ? this.#v6 : this.#v4;
    socket?.send(bytes, port, host);
  }

  flush(): void {
    // Every datagram has been on its way since it was sent.
  }

  async close(): Promise<void> {
    await Promise.all([this.#v4?.close(), this.#v6?.close()]);
  }
}

/** Names the sender of one datagram after the other. */
class DgramSender implements Sender {
  info: RemoteInfo | undefined;
  arrivedAt = 0;

  get address(): string {
    return this.info === undefined ? '' : addressOf(this.info.address, this.info.port);
  }
}

class DgramSocket {
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  static open(family: Family, address: string, port: number, receive: Receive): Promise<DgramSocket> {
    const socket = createSocket({
      type: `udp${family}`,
      ipv6Only: family === 6,
      // All hosts are literals: without this every datagram would wait a tick for a name service.
      lookup: (host, _options, done) => done(null, host, family),
    });
    const sender = new DgramSender();
    return new Promise((resolve, reject) => {
      socket.once('error', (error) => {
        socket.close();
        reject(error);
      });
      socket.bind({ port, address, exclusive: true }, () => {
        socket.removeAllListeners('error');
        // ICMP errors of one peer come up here; they say nothing about the others.
        socket.on('error', () => undefined);
        socket.on('message', (bytes, info) => {
          sender.info = info;
          sender.arrivedAt = performance.now();
          receive(bytes, 0, bytes.length, sender);
        });
        growBuffers(socket);
        resolve(new DgramSocket(socket));
      });
    });
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** Datagrams that the system has not taken yet. */
  get waiting(): number {
    return this.#socket.getSendQueueCount();
  }

  send(bytes: Uint8Array, port: number, host: string): void {
    try {
      this.#socket.send(bytes, port, host);
    } catch {
      // An address that cannot be sent to.
    }
  }

  close(): Promise<void> {
    return new Promise((done) => this.#socket.close(() => done()));
  }
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
