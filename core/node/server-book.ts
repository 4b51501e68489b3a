/** Servers that a transfer may ask: those it was told of, the list, the local network, and servers told by servers. */
import { randomBytes } from 'node:crypto';
import type { Found, KnownServer } from '../api.ts';
import { ownHosts } from '../discovery/interfaces.ts';
import { LanDiscovery, type LanPeer } from '../discovery/lan.ts';
import { Resolver } from '../discovery/resolve.ts';
import { readServerList } from '../discovery/server-list.ts';
import type { ServerAddress } from '../engine/messages.ts';
import type { Failure } from '../failure.ts';
import type { Store } from '../store/store.ts';
import { formatAddress, parseAddress } from '../wire/address.ts';
import { Reachability, type ReachabilityHost } from './reachability.ts';

export interface ServerBookHost {
  readonly store: Store;
  /** A server has turned up that every transfer should ask. */
  found(server: ServerAddress): void;
  changed(servers: readonly KnownServer[]): void;
  problem(failure: Failure): void;
  /** Round trip to each literal address, ms; undefined: no answer. Rejects with Failure. */
  readonly ask: ReachabilityHost['ask'];
}

export class ServerBook {
  readonly #host: ServerBookHost;
  readonly #resolver = new Resolver();
  readonly #reachability = new Reachability();
  #checking: Promise<void> | undefined;
  #lan: LanDiscovery | undefined;
  #search: { stop(): void } | undefined;
  /** A transfer waits for servers. */
  #isSearching = false;
  /** A store looks for other nodes for as long as it runs. */
  #alwaysSearches = false;

  constructor(host: ServerBookHost) {
    this.#host = host;
  }

  /** `port`: under which this node serves; undefined: it only looks for others. */
  startLan(port: number | undefined): void {
    if (this.#lan !== undefined) {
      this.#lan.setPort(port);
      return;
    }
    this.#lan = new LanDiscovery({
      nodeId: randomBytes(8).toString('hex'),
      port,
      onFound: (peer) => {
        this.#host.found(addressOf(peer));
        this.#host.changed(this.list());
      },
      onLost: () => this.#host.changed(this.list()),
      onProblem: (failure) => this.#host.problem(failure),
    });
    this.#lan.start();
    this.#updateSearch();
  }

  async stopLan(): Promise<void> {
    const lan = this.#lan;
    this.#lan = undefined;
    this.#search = undefined;
    await lan?.close();
  }

  /** Whether somebody is waiting for servers to turn up. */
  setSearching(searching: boolean): void {
    this.#isSearching = searching;
    this.#updateSearch();
  }

  /** Whether nodes are to be found even when nobody waits for them. */
  setAlwaysSearching(always: boolean): void {
    this.#alwaysSearches = always;
    this.#updateSearch();
  }

  /** Everybody that may be asked for anything. */
  general(): ServerAddress[] {
    const lan = this.#lan?.peers().map(addressOf) ?? [];
    return lan;
  }

  /** The list of the person, resolved. */
  async listed(): Promise<ServerAddress[]> {
    return this.resolveAll(
      this.#host.store.servers.list().map(({ address }) => address),
      'list',
    );
  }

  /** `ip:port` for each; names that cannot be resolved now are left out, and `failed` hears of each. */
  async resolveAll(
    addresses: readonly string[],
    found: Found,
    failed: (name: string, error: unknown) => void = () => {},
  ): Promise<ServerAddress[]> {
    const resolved = await Promise.all(
      addresses.map(async (name) => {
        const literals = await this.#resolve(name).catch((error) => {
          failed(name, error);
          return [];
        });
        return literals.map((address) => ({ address, found, group: groupOf(address) ?? name }));
      }),
    );
    return resolved.flat();
  }

  add(address: string): void {
    const normal = formatAddress(parseAddress(address));
    this.#host.store.servers.add({ address: normal, found: 'list', addedAt: Date.now(), lastSeen: null });
    this.#host.changed(this.list());
    void this.resolveAll([normal], 'list').then((servers) => {
      for (const server of servers) this.#host.found(server);
    });
  }

  remove(address: string): void {
    const normal = formatAddress(parseAddress(address));
    this.#host.store.servers.remove(normal);
    this.#reachability.forget(normal);
    this.#host.changed(this.list());
  }

  async import(file: string): Promise<number> {
    let added = 0;
    for (const address of await readServerList(file)) {
      const server = {
        address: formatAddress(address),
        found: 'list',
        addedAt: Date.now(),
        lastSeen: null,
      } as const;
      if (this.#host.store.servers.add(server)) added++;
    }
    this.#host.changed(this.list());
    return added;
  }

  /** Asks everybody who is known whether they are there; who asks meanwhile waits for the same answers. */
  check(): Promise<void> {
    this.#checking ??= this.#check().finally(() => {
      this.#checking = undefined;
    });
    return this.#checking;
  }

  async #check(): Promise<void> {
    const { store, ask, changed } = this.#host;
    const servers = this.list().map(({ address }) => address);
    const resolve = (address: string): Promise<string[]> => this.#resolve(address);
    const answered = await this.#reachability.check(servers, { resolve, ask });
    const now = Date.now();
    store.transaction(() => {
      for (const address of answered) store.servers.seen(address, now);
    });
    changed(this.list());
  }

  #updateSearch(): void {
    if (this.#isSearching || this.#alwaysSearches) this.#search ??= this.#lan?.search();
    else {
      this.#search?.stop();
      this.#search = undefined;
    }
  }

  list(): KnownServer[] {
    const listed = this.#host.store.servers.list().map(({ address, found, lastSeen }) => ({
      address,
      found,
      ...(lastSeen !== null && { lastSeen }),
    }));
    const lan = this.general().map(({ address }) => ({ address, found: 'lan' as const }));
    return [...listed, ...lan].map((server) => ({ ...server, ...this.#reachability.of(server.address) }));
  }

  async #resolve(address: string): Promise<string[]> {
    const { host, port } = parseAddress(address);
    const hosts = await this.#resolver.resolve(host, [4, 6]);
    return hosts.map((literal) => formatAddress({ host: literal, port }));
  }
}

function addressOf({ nodeId, host, port }: LanPeer): ServerAddress {
  const address = formatAddress({ host, port });
  return { address, found: 'lan', group: groupOf(address) ?? `lan ${nodeId}` };
}

/** All addresses of this machine lead to the same server of a port; undefined for those of other machines. */
function groupOf(address: string): string | undefined {
  const { host, port } = parseAddress(address);
  return ownHosts().includes(host) ? `this machine ${port}` : undefined;
}
