/** The port that a node is reached at: it may be bound anew while the node runs. */
import { bindUdp } from './bind-udp.ts';
import type { Receive, Udp, UdpOptions } from './udp.ts';

export class Port {
  readonly #receive: Receive;
  #udp: Udp | undefined;
  #isClosed = false;

  constructor(receive: Receive) {
    this.#receive = receive;
  }

  /** Undefined before it is bound first, and for a moment while the same port is bound anew. */
  get udp(): Udp | undefined {
    return this.#udp;
  }

  /** Returns the port's number. Throws Failure `port-taken` or `bind-failed`, and then stays where it was. */
  async bind(options: UdpOptions): Promise<number> {
    const udp = await this.#open(options);
    const old = this.#udp;
    this.#udp = this.#isClosed ? undefined : udp;
    await old?.close();
    if (this.#isClosed) await udp.close();
    return udp.port;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const udp = this.#udp;
    this.#udp = undefined;
    await udp?.close();
  }

  /** Opens a socket; the present one gives way when it is itself what holds the port, and comes back on failure. */
  async #open(options: UdpOptions): Promise<Udp> {
    const old = this.#udp;
    if (old === undefined || options.port !== old.port) return bindUdp(options, this.#receive);
    this.#udp = undefined;
    await old.close();
    try {
      return await bindUdp(options, this.#receive);
    } catch (error) {
      const again = await bindUdp(old, this.#receive);
      if (this.#isClosed) await again.close();
      else this.#udp = again;
      throw error;
    }
  }
}
