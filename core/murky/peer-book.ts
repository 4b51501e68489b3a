/** Which nodes a store calls: those of its configuration, of the person's list, and of the local network. */
import type { KnownServer } from '../api.ts';
import { Resolver } from '../discovery/resolve.ts';
import { formatAddress, parseAddress } from '../wire/address.ts';

export interface PeerBookParts {
  /** `host:port` of the configuration. */
  readonly listed: readonly string[];
  readonly known: () => readonly KnownServer[];
  /** `ip:port` */
  readonly add: (address: string) => void;
  readonly remove: (address: string) => void;
}

/** How often names are resolved anew, ms: machines move. */
const AGAIN = 60_000;

export class PeerBook {
  readonly #parts: PeerBookParts;
  readonly #resolver = new Resolver();
  readonly #timer: NodeJS.Timeout;
  #peers: ReadonlySet<string> = new Set();
  #looking: Promise<void> | undefined;
  #isStale = false;
  #closed = false;

  constructor(parts: PeerBookParts) {
    this.#parts = parts;
    this.#timer = setInterval(() => this.look(), AGAIN);
    this.look();
  }

  /** The lists may have changed. */
  look(): void {
    this.#isStale = true;
    this.#looking ??= this.#lookAgain().finally(() => {
      this.#looking = undefined;
    });
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
  }

  async #lookAgain(): Promise<void> {
    while (this.#isStale && !this.#closed) {
      this.#isStale = false;
      await this.#compare();
    }
  }

  async #compare(): Promise<void> {
    const { listed, known, add, remove } = this.#parts;
    const names = new Set([...listed, ...known().map(({ address }) => address)]);
    const found = await Promise.all([...names].map((name) => this.#resolve(name)));
    if (this.#closed) return;
    const peers = new Set(found.flat());
    for (const address of peers) if (!this.#peers.has(address)) add(address);
    for (const address of this.#peers) if (!peers.has(address)) remove(address);
    this.#peers = peers;
  }

  /** A name that cannot be resolved now leads nowhere now. */
  async #resolve(name: string): Promise<readonly string[]> {
    const { host, port } = parseAddress(name);
    const hosts = await this.#resolver.resolve(host, [4, 6]).catch(() => []);
    return hosts.map((each) => formatAddress({ host: each, port }));
  }
}
