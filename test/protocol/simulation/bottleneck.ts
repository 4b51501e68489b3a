/** Transfers and TCP downloads that meet in one link: what each of them gets of it. */
import { type Random, seeded } from '../../../core/protocol/random.ts';
import { ClientHost, type ClientOptions } from './client-host.ts';
import { Link, type LinkProperties, Network } from './network.ts';
import { ServerHost } from './server-host.ts';
import { SEGMENT_ON_WIRE, startTcp, type TcpSender } from './tcp.ts';
import { resourceOf } from './virtual-resource.ts';

/** More than any test can fetch. */
const RESOURCE = resourceOf('b0b0b0b0b0b0b0b0', 2_000_000);
/** Bytes on the wire of a datagram of one symbol. */
const DATAGRAM = 1212;

/** Something that takes its part of the bottleneck. */
export interface Flow {
  /** Bytes on the wire that came through so far. */
  readonly carried: number;
}

export interface Transfer extends Flow {
  /** The client is gone, and says nothing any more. */
  vanish(): void;
}

export interface Download extends Flow {
  stop(): void;
}

export class Bottleneck {
  readonly network: Network;
  readonly link: Link;
  readonly #random: Random;
  #flows = 0;

  /** `link`: down to the clients; `delay`, ms, is both that of the link and of the way back. */
  constructor(seed: number, link: Partial<LinkProperties> & { readonly delay: number }) {
    this.#random = seeded(seed);
    this.network = new Network(this.#random);
    this.network.timerJitter = 2;
    this.link = new Link(link, this.#random);
    const back = new Link({ delay: link.delay }, this.#random);
    this.network.route = (from) => [from.startsWith('server') ? this.link : back];
  }

  /** A transfer from so many servers, all behind the bottleneck, from time `at`, ms, on. */
  transfer(at: number, servers: number, options: ClientOptions = {}): Transfer {
    const name = this.#flows++;
    const host = new ClientHost(at, RESOURCE, this.#random, options);
    this.network.at(at, () => {
      for (let i = 0; i < servers; i++) {
        const address = `server-${name}-${i}:1`;
        this.network.attach(address, new ServerHost([RESOURCE], this.#random));
        host.add(this.network.now, address);
      }
      this.network.attach(`client-${name}:1`, host);
    });
    return {
      vanish: () => this.network.detach(`client-${name}:1`),
      get carried() {
        return host.client.tally.received * DATAGRAM;
      },
    };
  }

  /** A download by TCP from time `at`, ms, on. */
  tcp(at: number): Download {
    const name = this.#flows++;
    let sender: TcpSender | undefined;
    this.network.at(at, () => {
      sender = startTcp(this.network, `server-${name}:1`, `client-${name}:1`);
    });
    return {
      stop: () => this.network.detach(`server-${name}:1`),
      get carried() {
        return (sender?.delivered ?? 0) * SEGMENT_ON_WIRE;
      },
    };
  }

  /** Runs from now to `until`, ms; returns what part of the line each flow had meanwhile, 0..1. */
  shares(until: number, flows: readonly Flow[]): number[] {
    const { network } = this;
    const start = network.now;
    const before = flows.map(({ carried }) => carried);
    network.run(until, () => false);
    const most = ((network.now - start) * this.link.properties.rate) / 1000;
    return flows.map(({ carried }, i) => (carried - before[i]) / most);
  }

  /** Runs to `until`, ms; returns the delays of the queue, ms, looked at every 10 ms, ascending. */
  queueDelays(until: number): number[] {
    const delays: number[] = [];
    while (this.network.now < until) {
      this.network.run(this.network.now + 10, () => false);
      delays.push(this.link.queueDelay(this.network.now));
    }
    return delays.sort((a, b) => a - b);
  }
}
