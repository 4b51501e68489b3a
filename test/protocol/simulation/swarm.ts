/** One client and its servers on a virtual network: a link to and from each server, behind the client's own. */
import { type Random, seeded } from '../../../core/protocol/random.ts';
import { ClientHost, type ClientOptions } from './client-host.ts';
import { LeapingHost } from './leaping-host.ts';
import { type Host, Link, type LinkProperties, Network } from './network.ts';
import { type Lie, ServerHost, type ServerOptions } from './server-host.ts';
import { symbolCount, type VirtualResource } from './virtual-resource.ts';

export const CLIENT = 'client:1';
/** UDP payload and headers of a droplet beside its symbol, bytes. */
const RAIN_OVERHEAD = 32 + 28;

/** Bytes per second. */
export function megabits(perSecond: number): number {
  return (perSecond * 1e6) / 8;
}

export class Swarm {
  readonly network: Network;
  readonly random: Random;
  readonly resource: VirtualResource;
  readonly servers = new Map<string, ServerHost>();
  client: ClientHost;
  /** From a server to the client's access link. */
  readonly #down = new Map<string, Link>();
  readonly #up = new Map<string, Link>();
  /** The client's access link, both ways; undefined: as wide as it takes. */
  readonly #access: { down: Link; up: Link } | undefined;
  readonly #options: ClientOptions;
  #clientAddress = CLIENT;

  constructor(
    seed: number,
    resource: VirtualResource,
    options: ClientOptions & { access?: Partial<LinkProperties>; timerJitter?: number } = {},
  ) {
    this.random = seeded(seed);
    this.resource = resource;
    this.network = new Network(this.random);
    this.network.timerJitter = options.timerJitter ?? 2;
    if (options.access !== undefined) {
      this.#access = {
        down: new Link(options.access, this.random),
        up: new Link(options.access, this.random),
      };
    }
    this.network.route = (from, to) => this.#route(from, to);
    this.#options = options;
    this.client = new ClientHost(0, resource, this.random, options);
    this.network.attach(CLIENT, this.client);
  }

  /** Lays links to an address and tells the client of it. */
  connect(address: string, link: Partial<LinkProperties>): void {
    this.#down.set(address, new Link(link, this.random));
    this.#up.set(address, new Link(link, this.random));
    this.client.add(this.network.now, address);
    this.network.wake(this.#clientAddress);
  }

  /** The client's clock leaps from now on when the host that this returns is told to. */
  letClientLeap(): LeapingHost {
    const leaping = new LeapingHost(this.client);
    this.network.attach(this.#clientAddress, leaping);
    return leaping;
  }

  /** The client goes on from another address, as behind a NAT that forgot it; what is sent to the old one is lost. */
  moveClient(address: string): void {
    this.network.detach(this.#clientAddress);
    this.#clientAddress = address;
    this.network.attach(address, this.client);
  }

  /** Starts a server there that has the resource, or has forgotten all it knew if there is one already. */
  start(
    address: string,
    options: ServerOptions = {},
    has: readonly VirtualResource[] = [this.resource],
  ): ServerHost {
    const server = new ServerHost(has, this.random, options);
    this.servers.set(address, server);
    this.network.attach(address, server);
    return server;
  }

  attach(address: string, host: Host): void {
    this.network.attach(address, host);
  }

  vanish(address: string): void {
    this.network.detach(address);
  }

  link(address: string): Link {
    const link = this.#down.get(address);
    if (link === undefined) throw new Error(`no link to ${address}`);
    return link;
  }

  /** The client's process ends, and another goes on from what is on disk. */
  stopClient(): void {
    this.network.detach(this.#clientAddress);
  }

  /** `rot`: droplets that have gone bad on disk meanwhile. */
  resumeClient(rot: Lie = () => false): void {
    const kept = this.client.kept();
    for (const [block, droplets] of kept.droplets) {
      for (const [id, right] of droplets) droplets.set(id, right && !rot(block, id));
    }
    const known = this.client.client.phase !== 'manifest';
    this.client = new ClientHost(this.network.now, this.resource, this.random, {
      ...this.#options,
      ...(known ? { resume: kept } : {}),
    });
    for (const address of this.#down.keys()) this.client.add(this.network.now, address);
    this.network.attach(this.#clientAddress, this.client);
  }

  /** Runs until the file is complete; returns whether it was before `deadline`, ms. */
  run(deadline: number): boolean {
    return this.network.run(deadline, () => this.client.doneAt !== undefined);
  }

  /** Runs on to a point in virtual time, ms. */
  runTo(time: number): void {
    this.network.run(time, () => false);
  }

  /** Droplets received beyond those there are, as a part of them. */
  get overhead(): number {
    return this.client.client.tally.received / symbolCount(this.resource) - 1;
  }

  /** How long links of so many bytes per second in all would have taken to carry the content, ms. */
  idealTime(bytesPerSecond: number, loss: number): number {
    const bytes = symbolCount(this.resource) * (this.resource.symbolSize + RAIN_OVERHEAD);
    return (bytes * 1000) / (bytesPerSecond * (1 - loss));
  }

  #route(from: string, to: string): Link[] {
    const own = from === this.#clientAddress ? this.#up.get(to) : this.#down.get(from);
    if (own === undefined) return [];
    if (this.#access === undefined) return [own];
    return from === this.#clientAddress ? [this.#access.up, own] : [own, this.#access.down];
  }
}
