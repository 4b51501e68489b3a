import type { MemberDatagram, ToNet } from '../engine/messages.ts';
import { MAX_MEMBER_PAYLOAD } from '../wire/datagram.ts';

/** How the nodes of one Murky Waters talk to each other, over the socket of the node. */
export interface Channel {
  /**
   * Sends `payload`, 1 to 1152 bytes, to a literal `ip:port`; it may be lost, as datagrams are. Throws RangeError for
   * a payload of another length. On a channel that is closed nothing happens.
   */
  send(to: string, payload: Uint8Array): void;
  close(): void;
}

export type ChannelListener = (from: string, payload: Uint8Array) => void;

/** At most one channel of a node. */
export class Channels {
  readonly #tell: (message: ToNet) => void;
  #listener: ChannelListener | undefined;

  constructor(tell: (message: ToNet) => void) {
    this.#tell = tell;
  }

  open(listener: ChannelListener): Channel {
    if (this.#listener !== undefined) throw new Error('the channel is open already');
    this.#listener = listener;
    this.#tell({ type: 'members', open: true });
    const isOpen = (): boolean => this.#listener === listener;
    return {
      send: (to, payload) => {
        if (payload.length === 0 || payload.length > MAX_MEMBER_PAYLOAD)
          throw new RangeError(`a payload of ${payload.length} bytes`);
        if (isOpen()) this.#tell({ type: 'member', datagram: { address: to, payload } });
      },
      close: () => {
        if (!isOpen()) return;
        this.#listener = undefined;
        this.#tell({ type: 'members', open: false });
      },
    };
  }

  /** What the network thread has let through. */
  handle(datagrams: readonly MemberDatagram[]): void {
    this.#tell({ type: 'members-taken', count: datagrams.length });
    for (const { address, payload } of datagrams) this.#listener?.(address, payload);
  }
}
