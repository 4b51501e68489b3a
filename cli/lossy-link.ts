/** A bad network for demos: relays UDP datagrams on the loopback and loses some, both ways. */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';

const LOOPBACK = '127.0.0.1';
/** Bytes; the system may grant less. Losses shall be ours and not those of a full buffer. */
const SOCKET_BUFFER = 4 * 2 ** 20;
/** Each has a socket of its own behind the link. */
const MOST_CLIENTS = 64;

export interface LossyLinkOptions {
  /** Port on the loopback that datagrams are relayed to. */
  readonly to: number;
  /** 0..1, each way. */
  readonly loss: number;
  readonly seed: number;
}

export class LossyLink {
  readonly #front: Socket;
  readonly #backs = new Map<string, Socket>();
  readonly #to: number;
  readonly #survivesUp: () => boolean;
  readonly #survivesDown: () => boolean;

  private constructor(front: Socket, { to, loss, seed }: LossyLinkOptions) {
    this.#front = front;
    this.#to = to;
    // One sequence for each way, or what is lost would hang on how the two ways take turns.
    const [up, down] = [mulberry32(seed), mulberry32(~seed)];
    this.#survivesUp = () => up() >= loss;
    this.#survivesDown = () => down() >= loss;
    front.on('message', (datagram, client) => this.#forward(datagram, client));
  }

  static async open(options: LossyLinkOptions): Promise<LossyLink> {
    const front = createSocket({
      type: 'udp4',
      recvBufferSize: SOCKET_BUFFER,
      sendBufferSize: SOCKET_BUFFER,
    });
    await new Promise<void>((resolve, reject) => {
      front.once('error', reject);
      front.bind(0, LOOPBACK, resolve);
    });
    front.on('error', () => {});
    return new LossyLink(front, options);
  }

  /** Where clients send to, on the loopback. */
  get port(): number {
    return this.#front.address().port;
  }

  close(): void {
    this.#front.close();
    for (const back of this.#backs.values()) {
      back.close();
    }
  }

  #forward(datagram: Uint8Array, client: RemoteInfo): void {
    const back = this.#backs.get(`${client.address}:${client.port}`) ?? this.#admit(client);
    if (back !== undefined && this.#survivesUp()) {
      back.send(datagram, this.#to, LOOPBACK);
    }
  }

  #admit(client: RemoteInfo): Socket | undefined {
    if (this.#backs.size >= MOST_CLIENTS) {
      return undefined;
    }
    const back = createSocket({ type: 'udp4', recvBufferSize: SOCKET_BUFFER, sendBufferSize: SOCKET_BUFFER });
    // A port that nobody listens on any more is a loss like any other.
    back.on('error', () => {});
    back.on('message', (datagram) => {
      if (this.#survivesDown()) {
        this.#front.send(datagram, client.port, client.address);
      }
    });
    this.#backs.set(`${client.address}:${client.port}`, back);
    return back;
  }
}

/** Uniform in [0, 1), the same sequence for the same seed. Tommy Ettinger's Mulberry32. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
