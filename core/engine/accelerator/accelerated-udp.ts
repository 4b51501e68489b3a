/** UDP by the accelerator: datagrams are gathered, and sent and received many at a time. */
import { MAX_DATAGRAM } from '../../wire/datagram.ts';
import { splitAddress } from '../ip.ts';
import {
  bindFamilies,
  DATAGRAM_ROOM,
  type Family,
  type Receive,
  type Sender,
  type Udp,
  type UdpOptions,
} from '../udp.ts';
import type { Accelerator, NativeSocket } from './accelerator.ts';

/** Of what is to be sent, bytes: as much as fits between two caches. */
const SEND_BYTES = 1024 * 1024;
/** Of the tables of what is to be sent, and of what was received. */
const WORDS = 3;
const RECEIVED_WORDS = 4;

export class AcceleratedUdp implements Udp {
  readonly port: number;
  readonly addresses: readonly string[];
  readonly turn = 512;
  /** It reads all there is, but for megabytes. */
  readonly readAtOnce = Number.POSITIVE_INFINITY;
  readonly #outbox: Outbox;
  readonly #v4: AcceleratedSocket | undefined;
  readonly #v6: AcceleratedSocket | undefined;
  /** Datagrams that the last flush left. */
  #left = 0;

  private constructor(
    { addresses }: UdpOptions,
    outbox: Outbox,
    bound: { v4: AcceleratedSocket | undefined; v6: AcceleratedSocket | undefined; port: number },
  ) {
    this.addresses = addresses;
    this.port = bound.port;
    this.#outbox = outbox;
    this.#v4 = bound.v4;
    this.#v6 = bound.v6;
  }

  /** Throws Failure `port-taken` or `bind-failed`. */
  static async bind(native: Accelerator, options: UdpOptions, receive: Receive): Promise<AcceleratedUdp> {
    const outbox = new Outbox();
    const bound = await bindFamilies(
      options,
      async (_family: Family, address, port) =>
        new AcceleratedSocket(native, address, port, outbox.memory, receive),
    );
    return new AcceleratedUdp(options, outbox, bound);
  }

  get memory(): Uint8Array {
    return this.#outbox.memory;
  }

  get place(): number {
    return this.#outbox.place;
  }

  get isFull(): boolean {
    return this.#left > 0;
  }

  send(address: string, length: number): void {
    const socket = address.startsWith('[') ? this.#v6 : this.#v4;
    if (socket === undefined || length > MAX_DATAGRAM || !this.#outbox.hasRoom) return;
    if (!socket.add(address, this.#outbox.place, length)) return;
    this.#outbox.take(length);
    if (socket.isFull || !this.#outbox.hasRoom) this.flush();
  }

  sendTo(address: string, bytes: Uint8Array): void {
    if (bytes.length > MAX_DATAGRAM) return;
    this.memory.set(bytes, this.place);
    this.send(address, bytes.length);
  }

  flush(): void {
    this.#left = (this.#v4?.flush() ?? 0) + (this.#v6?.flush() ?? 0);
    if (this.#left === 0) this.#outbox.clear();
  }

  async close(): Promise<void> {
    this.flush();
    await Promise.all([this.#v4?.close(), this.#v6?.close()]);
  }
}

/** Memory that datagrams are written to, one behind the other, until all of them have gone. */
class Outbox {
  readonly memory = new Uint8Array(SEND_BYTES + DATAGRAM_ROOM);
  #end = 0;

  /** Where the next datagram goes; while there is no room, where it does no harm. */
  get place(): number {
    return this.hasRoom ? this.#end : SEND_BYTES;
  }

  get hasRoom(): boolean {
    return this.#end <= SEND_BYTES - DATAGRAM_ROOM;
  }

  take(bytes: number): void {
    this.#end += bytes;
  }

  clear(): void {
    this.#end = 0;
  }
}

class AcceleratedSocket implements Sender {
  readonly port: number;
  /** Datagrams that are to be sent. */
  #waiting = 0;
  readonly #native: NativeSocket;
  readonly #most: number;
  readonly #toSend: Uint32Array;
  readonly #received: Uint8Array;
  readonly #receivedTable: Uint32Array;
  readonly #receive: Receive;
  /** Index of each address among the destinations; undefined: nothing can be sent there. */
  readonly #destinations = new Map<string, number | undefined>();
  readonly #mostDestinations: number;
  arrivedAt = 0;
  /** The message that is being looked at. */
  #message = 0;
  #isClosed = false;

  constructor(native: Accelerator, host: string, port: number, toSend: Uint8Array, receive: Receive) {
    this.#most = native.mostToSend;
    this.#mostDestinations = native.destinations;
    this.#receive = receive;
    this.#received = new Uint8Array(native.receivedBytes);
    this.#receivedTable = new Uint32Array(native.receivedWords);
    this.#toSend = new Uint32Array(WORDS * native.mostToSend);
    this.#native = new native.Socket(
      host,
      port,
      this.#received,
      this.#receivedTable,
      toSend,
      this.#toSend,
      (messages) => this.#take(messages),
    );
    this.port = this.#native.port();
  }

  get address(): string {
    return this.#native.sender(this.#message);
  }

  get isFull(): boolean {
    return this.#waiting === this.#most;
  }

  /** False when it cannot be sent. */
  add(address: string, at: number, length: number): boolean {
    if (this.isFull) return false;
    const destination = this.#destinations.get(address) ?? this.#newDestination(address);
    if (destination === undefined) return false;
    const entry = this.#waiting++ * WORDS;
    this.#toSend[entry] = destination;
    this.#toSend[entry + 1] = at;
    this.#toSend[entry + 2] = length;
    return true;
  }

  /** Returns how many there was no room for; they go with the next. */
  flush(): number {
    if (this.#waiting > 0 && !this.#isClosed) this.#waiting = this.#native.send(this.#waiting);
    return this.#waiting;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#native.close();
  }

  #newDestination(address: string): number | undefined {
    if (this.#destinations.has(address) || this.#isClosed) return undefined;
    if (this.#destinations.size === this.#mostDestinations) {
      // Those of datagrams that still wait must not become others.
      if (this.flush() > 0) return undefined;
      this.#destinations.clear();
    }
    const { host, port } = splitAddress(address);
    const index = this.#destinations.size;
    const isSet = this.#native.setDestination(index, host, port);
    this.#destinations.set(address, isSet ? index : undefined);
    return isSet ? index : undefined;
  }

  #take(messages: number): void {
    const table = this.#receivedTable;
    const now = performance.now();
    for (this.#message = 0; this.#message < messages && !this.#isClosed; this.#message++) {
      const entry = this.#message * RECEIVED_WORDS;
      const segment = table[entry + 2];
      // Between the system's look at the clock and this one the thread may have waited for a processor.
      this.arrivedAt = Math.max(this.arrivedAt, now - table[entry + 3] / 1000);
      let at = table[entry];
      const end = at + table[entry + 1];
      // Of no bytes there is one datagram, too.
      do {
        this.#receive(this.#received, at, Math.min(segment, end - at), this);
        at += segment;
      } while (at < end && !this.#isClosed);
    }
  }
}
