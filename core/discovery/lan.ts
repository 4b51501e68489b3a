import type { Packet } from 'dns-packet';
import { Failure } from '../failure.ts';
import { type Family, type NetworkInterface, networkInterfaces } from './interfaces.ts';
import { LanAnnouncer } from './lan-announcer.ts';
import { isUsable, LanLink } from './lan-link.ts';
import { type LanPeer, LanPeers } from './lan-peers.ts';
import { isNodeId, LIFETIME, presence, question, sightings } from './lan-presence.ts';
import { LanSearcher, type Search } from './lan-searcher.ts';

export type { LanPeer } from './lan-peers.ts';
export type { Search } from './lan-searcher.ts';

/** Interfaces come and go without a word; ms. */
const CHECK_INTERVAL = 10_000;
/** A check that is this late means that the machine slept; ms. */
const SLEPT = 30_000;
/** Each is a socket; hosts of containers have hundreds of interfaces. */
const MOST_LINKS = 32;
/** One failed send is a network that changes; so many in a row are a problem to tell. */
const FAILURES_TO_TELL = 3;

export interface LanOptions {
  /** 16 random hex digits, new at every start: it tells nothing about the machine. */
  readonly nodeId: string;
  /** UDP port on which this node serves; undefined: it searches and is not to be found. */
  readonly port: number | undefined;
  readonly onFound: (peer: LanPeer) => void;
  /** It said goodbye, has another port, was silent for two minutes of search, or the interface is gone. */
  readonly onLost: (peer: LanPeer) => void;
  /** An interface is of no use for the search; told once for each interface and cause. The search goes on. */
  readonly onProblem: (problem: Failure) => void;
}

interface Link {
  /** Interface and family; the same for a link that replaces another. */
  readonly key: string;
  readonly lan: LanLink;
  readonly announcer: LanAnnouncer;
  failures: number;
}

/**
 * Finds the nodes of the local network and makes this one be found: DNS-SD over multicast DNS (RFC 6762, 6763) on
 * every interface, IPv4 and IPv6. It says that a node is here and on which port; what it has is never said. Loopback is used
 * only when there is nothing else, and with IPv4 only: the system does not multicast IPv6 on it.
 */
export class LanDiscovery {
  readonly #options: LanOptions;
  readonly #links = new Map<string, Link>();
  readonly #peers = new LanPeers();
  readonly #searcher: LanSearcher;
  readonly #told = new Set<string>();
  #port: number | undefined;
  #checkTimer: NodeJS.Timeout | undefined;
  #expiryTimer: NodeJS.Timeout | undefined;
  /** Wall clock, which goes on while the machine sleeps. */
  #checkedAt = 0;

  /** Throws a RangeError for a node id that is not 16 hex digits. */
  constructor(options: LanOptions) {
    if (!isNodeId(options.nodeId)) throw new RangeError('a node id is 16 hex digits');
    this.#options = options;
    this.#port = options.port;
    this.#searcher = new LanSearcher(
      () => this.#ask(),
      (now) => this.#peers.refreshAt(now),
    );
  }

  /** Opens the sockets, once; whatever goes wrong is told through `onProblem` and tried again. */
  start(): void {
    if (this.#checkTimer !== undefined) return;
    this.#checkTimer = setInterval(() => this.refresh(), CHECK_INTERVAL);
    this.refresh();
  }

  /** Looks at the interfaces now; for a host that hears of a new network or of waking up. */
  refresh(): void {
    if (this.#checkTimer === undefined) return;
    const slept = this.#checkedAt !== 0 && Date.now() - this.#checkedAt > SLEPT;
    this.#checkedAt = Date.now();
    const changed = this.#matchLinks(wantedLinks(networkInterfaces()));
    if (slept) for (const link of this.#links.values()) this.#announce(link);
    if (slept || changed) this.#searcher.restart();
  }

  /** Says under which port this node serves from now on; undefined: no longer. */
  setPort(port: number | undefined): void {
    if (port === this.#port) return;
    if (port === undefined) for (const link of this.#links.values()) void this.#goodbye(link);
    this.#port = port;
    for (const link of this.#links.values()) this.#announce(link);
  }

  /** Asks who is here until the handle is stopped. Peers that are known already are in {@link peers}. */
  search(): Search {
    return this.#searcher.search();
  }

  /** Who is here as far as is known: complete only after a search of about two seconds. */
  peers(): readonly LanPeer[] {
    return this.#peers.list();
  }

  /** Says goodbye and closes the sockets; `onLost` is not called. */
  async close(): Promise<void> {
    clearInterval(this.#checkTimer);
    clearTimeout(this.#expiryTimer);
    this.#checkTimer = undefined;
    this.#searcher.stop();
    const links = [...this.#links.values()];
    this.#links.clear();
    await Promise.all(
      links.map(async (link) => {
        await this.#goodbye(link);
        await link.lan.close();
      }),
    );
  }

  /** Opens and closes links until they are those wanted; whether there is a new one. */
  #matchLinks(wanted: ReadonlyMap<string, { local: NetworkInterface; family: Family }>): boolean {
    let opened = false;
    for (const [key, link] of this.#links) {
      const match = wanted.get(key);
      if (match?.local.fingerprint !== link.lan.local.fingerprint) this.#drop(link);
    }
    for (const [key, { local, family }] of wanted) {
      if (this.#links.has(key)) continue;
      this.#open(key, local, family);
      opened = true;
    }
    this.#lose(this.#peers.keepLinks(new Set(wanted.keys())));
    return opened;
  }

  #open(key: string, local: NetworkInterface, family: Family): void {
    const lan = new LanLink(local, family, {
      onPacket: (packet, host) => this.#hear(link, packet, host),
      onProblem: (error) => this.#tell(link, error),
      onDead: () => this.#drop(link),
    });
    const announcer = new LanAnnouncer(this.#options.nodeId, () => void this.#present(link, LIFETIME));
    const link: Link = { key, lan, announcer, failures: 0 };
    this.#links.set(key, link);
    this.#announce(link);
  }

  #drop(link: Link): void {
    if (this.#links.get(link.key) !== link) return;
    this.#links.delete(link.key);
    link.announcer.stop();
    void link.lan.close();
  }

  #hear(link: Link, packet: Packet, host: string): void {
    if (this.#links.get(link.key) !== link) return;
    if (packet.type === 'query') {
      if (this.#port !== undefined) link.announcer.hear(packet);
      return;
    }
    for (const sighting of sightings(packet)) {
      if (sighting.nodeId === this.#options.nodeId) continue;
      const { found, lost } = this.#peers.see(performance.now(), link.key, host, sighting);
      if (lost !== undefined) this.#options.onLost(lost);
      if (found !== undefined) this.#options.onFound(found);
    }
    this.#scheduleExpiry();
  }

  #ask(): void {
    // The own record is among the known ones, or this node would answer itself.
    const own = this.#port === undefined ? [] : [{ nodeId: this.#options.nodeId, remaining: LIFETIME }];
    for (const link of this.#links.values()) {
      const query = question([...own, ...this.#peers.fresh(performance.now(), link.key)]);
      void this.#note(link, link.lan.query(query));
    }
  }

  #announce(link: Link): void {
    if (this.#port !== undefined) link.announcer.announce();
  }

  async #goodbye(link: Link): Promise<void> {
    link.announcer.stop();
    await this.#present(link, 0);
  }

  async #present(link: Link, lifetime: number): Promise<void> {
    if (this.#port === undefined) return;
    const records = presence(this.#options.nodeId, this.#port, link.lan.local.addresses, lifetime);
    await this.#note(link, link.lan.respond(records));
  }

  async #note(link: Link, sent: Promise<NodeJS.ErrnoException | null>): Promise<void> {
    const error = await sent;
    link.failures = error === null ? 0 : link.failures + 1;
    if (error !== null && link.failures >= FAILURES_TO_TELL) this.#tell(link, error);
  }

  #tell(link: Link, error: NodeJS.ErrnoException): void {
    const { local, family } = link.lan;
    const cause = error.code ?? error.message;
    const which = `${local.name} (IPv${family})`;
    if (this.#told.has(`${which} ${cause}`)) return;
    this.#told.add(`${which} ${cause}`);
    this.#options.onProblem(
      new Failure(
        'lan-unavailable',
        `The local network cannot be searched on ${which}: ${error.message}`,
        hintFor(cause),
        error,
      ),
    );
  }

  #lose(peers: readonly LanPeer[]): void {
    for (const peer of peers) this.#options.onLost(peer);
  }

  #scheduleExpiry(): void {
    clearTimeout(this.#expiryTimer);
    const at = this.#peers.expiresAt();
    if (at === Number.POSITIVE_INFINITY) return;
    this.#expiryTimer = setTimeout(() => {
      this.#lose(this.#peers.expire(performance.now()));
      this.#scheduleExpiry();
    }, at - performance.now());
  }
}

/** The links to have: loopback only if there is no other. */
function wantedLinks(
  interfaces: readonly NetworkInterface[],
): ReadonlyMap<string, { local: NetworkInterface; family: Family }> {
  const links = new Map<string, { local: NetworkInterface; family: Family }>();
  for (const local of interfaces) {
    if (local.internal && links.size > 0) break;
    for (const family of local.internal ? ([4] as const) : ([4, 6] as const)) {
      if (links.size < MOST_LINKS && isUsable(local, family))
        links.set(`${local.name}/${family}`, { local, family });
    }
  }
  return links;
}

function hintFor(cause: string): string {
  if (cause === 'EADDRINUSE')
    return 'Another program keeps UDP port 5353 for itself. Transfers work without; name servers by address.';
  if (cause === 'EACCES' || cause === 'EPERM')
    return 'Allow UDP port 5353 in the firewall. Transfers work without; name servers by address.';
  return 'Transfers work without; name servers by address.';
}
