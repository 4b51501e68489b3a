/** A node of the store: entries on disk, the cluster, rain between the nodes, and the gateway. */
import { readServerList } from '../discovery/server-list.ts';
import type { RainNode } from '../node/rain-node.ts';
import { formatAddress } from '../wire/address.ts';
import { Activity, reasonOf } from './activity.ts';
import { ClassicEntries } from './classic-entries.ts';
import type { Cluster } from './cluster/cluster.ts';
import { ClusterHost, moment } from './cluster-host.ts';
import type { MurkyConfig } from './config.ts';
import type { Entries, EntryView, OpenEntry, PeerView, PutRequest, StoreFigures } from './entries.ts';
import { EntryReading, viewOf } from './entry-reading.ts';
import { Fetches } from './fetches.ts';
import type { Gateway } from './gateway/gateway.ts';
import { openGateway } from './gateway-opening.ts';
import { newCluster, noteContact, ownId } from './membership.ts';
import { PeerBook } from './peer-book.ts';
import { PutsUnderWay } from './puts-under-way.ts';
import type { EntryId } from './record.ts';
import { Replication } from './replication.ts';
import { resourceId } from './resource-link.ts';
import { isServed } from './storage/cask-index.ts';
import type { EntryStorage } from './storage/entry-storage.ts';
import { EntryStore } from './storage/entry-store.ts';

export interface MurkyOptions {
  readonly config: MurkyConfig;
  /** The data folder of the node, whose lock it holds. */
  readonly dataDir: string;
  /** Where the content is kept; default: in the data folder. */
  readonly storage?: EntryStorage;
  /** Something the person should know that stops nothing. */
  readonly warn: (message: string) => void;
}

/** How often it is noted when the node last agreed with another, ms. */
const NOTE_EVERY = 60_000;

export class MurkyNode implements Entries {
  readonly activity = new Activity();
  readonly #rain: RainNode;
  readonly #options: MurkyOptions;
  readonly #store: EntryStore;
  readonly #host: ClusterHost;
  readonly #cluster: Cluster;
  readonly #fetches: Fetches;
  readonly #replication: Replication;
  readonly #reading: EntryReading;
  readonly #peers: PeerBook;
  readonly #puts = new PutsUnderWay();
  readonly #ends: (() => void)[] = [];
  #gateway: Gateway | undefined;
  #classic: ClassicEntries | undefined;

  private constructor(
    rain: RainNode,
    options: MurkyOptions,
    store: EntryStore,
    fetches: Fetches,
    listed: readonly string[],
  ) {
    this.#rain = rain;
    this.#options = options;
    this.#store = store;
    this.#fetches = fetches;
    const cluster = newCluster(options.config, store.catalogue, store.settings);
    this.#cluster = cluster;
    this.#reading = new EntryReading(rain, store, fetches, (id) => cluster.coming(id));
    this.#replication = new Replication({
      activity: this.activity,
      fetches,
      self: ownId(store.settings),
      run: (call) => this.#host.run(call),
      warn: options.warn,
    });
    const channel = rain.openChannel((address, payload) => this.#host.receive(address, payload));
    this.#host = new ClusterHost({
      cluster,
      channel,
      heard: (event) => this.#replication.heard(event),
      problem: (error) => this.#warn(error),
    });
    this.#peers = new PeerBook({
      listed,
      known: () => rain.servers().filter(({ found }) => found === 'list' || found === 'lan'),
      add: (address) => this.#host.run((each, at) => each.addPeer(at, address)),
      remove: (address) => this.#host.run((each) => each.removePeer(address)),
    });
    const noting = setInterval(() => this.#note(), NOTE_EVERY);
    const unsubscribe = rain.subscribe((event) => {
      if (event.type === 'servers') this.#peers.look();
    });
    this.#ends.push(
      () => clearInterval(noting),
      unsubscribe,
      () => channel.close(),
    );
  }

  /**
   * Runs a store beside an open node, until it is closed; the node outlives it. Rejects with Failure `database-*`,
   * `no-space`, `no-permission`, `disk`, `port-taken`, `bind-failed`, and what the server list may be refused for.
   */
  static async open(rain: RainNode, options: MurkyOptions): Promise<MurkyNode> {
    const { config, warn } = options;
    const listed = config.serversList === undefined ? [] : await readServerList(config.serversList);
    const store = await EntryStore.open({
      dataDir: options.dataDir,
      storage: options.storage,
      gone: (digest) => rain.withdraw(resourceId(digest)),
      warn: (error) => warn(reasonOf(error)),
    });
    const ends: (() => Promise<void> | void)[] = [() => store.close()];
    try {
      let node: MurkyNode | undefined;
      const fetches = await Fetches.open({
        rain,
        casks: store.casks,
        folder: store.incoming,
        kept: (record, lease) =>
          node === undefined ? lease.release() : node.#replication.kept(record, lease),
        failed: (record, why) => {
          if (node !== undefined) node.#replication.failed(record, why);
        },
      });
      ends.unshift(() => fetches.close());
      await rain.provide(async (resource) => {
        const cask = await store.casks.poured(resource);
        return cask !== undefined && isServed(cask, config.shareContent) ? cask : undefined;
      });
      ends.unshift(() => rain.provide(undefined));
      node = new MurkyNode(rain, options, store, fetches, listed.map(formatAddress));
      const running = node;
      ends.splice(0, ends.length, () => running.close());
      if (config.classic.enabled) await node.#openClassic();
      node.#gateway = await openGateway(node, config, warn);
      if (config.secret === undefined) warn(NO_SECRET);
      if (config.concern !== undefined) warn(config.concern);
      return node;
    } catch (error) {
      for (const end of ends) await end();
      throw error;
    }
  }

  /** Folder of the transfers that are the store's, and no concern of the person's. */
  get incoming(): string {
    return this.#store.incoming;
  }

  /** Where the gateway listens. */
  get http(): { readonly host: string; readonly port: number } | undefined {
    return this.#gateway?.address;
  }

  put(request: PutRequest): Promise<EntryView> {
    return this.#puts.run(request.content, (content) => this.#put({ ...request, content }));
  }

  async delete(id: EntryId, allow?: (current: EntryView) => void): Promise<boolean> {
    const current = this.find(id);
    if (current === undefined) return false;
    allow?.(current);
    const deleted = this.#host.run((cluster, at) => cluster.delete(at, id));
    if (deleted !== undefined) this.activity.add({ what: 'deleted', id });
    return deleted !== undefined;
  }

  /** Tells every peer of an entry again. False: there is none. */
  propagate(id: EntryId): boolean {
    return this.#host.run((cluster, at) => cluster.propagate(at, id));
  }

  find(id: EntryId): EntryView | undefined {
    return this.#reading.find(id);
  }

  open(id: EntryId): Promise<OpenEntry | undefined> {
    return this.#reading.open(id);
  }

  list(after: EntryId | '', limit: number): EntryView[] {
    return this.#store.catalogue.list(after, limit).map((record) => viewOf(record, true));
  }

  latest(limit: number): EntryView[] {
    return this.#store.catalogue.latest(limit).map((record) => viewOf(record, true));
  }

  /** Whether a version of the entry is on its way that is not here yet. */
  isComing(id: EntryId): boolean {
    return this.#cluster.coming(id) !== undefined;
  }

  peers(): PeerView[] {
    return this.#cluster.snapshot.peers.map(({ address, isOpen, isListed, untold }) => {
      return { address, state: isOpen ? 'here' : 'away', isListed, untold };
    });
  }

  /** When each peer last answered, by address, milliseconds since the epoch; those that never did are not in it. */
  contacts(): ReadonlyMap<string, number> {
    const { now, wall } = moment();
    const contacts = new Map<string, number>();
    for (const { address, lastContact } of this.#cluster.snapshot.peers) {
      if (lastContact !== undefined) contacts.set(address, Math.round(wall - (now - lastContact)));
    }
    return contacts;
  }

  figures(): StoreFigures {
    const { poured, received } = this.#rain.snapshot();
    const storedBytes = this.#store.casks.storedBytes();
    const { wanted, counts } = this.#cluster.snapshot;
    const { totals } = this.#store.catalogue;
    return { ...totals, storedBytes, wanted, poured, received, said: counts.bytesSent };
  }

  /** Lets what was acknowledged stay, and the node run on. Again: nothing happens. */
  async close(): Promise<void> {
    const ends = this.#ends.splice(0);
    if (ends.length === 0) return;
    const putsEnd = this.#puts.end();
    await this.#gateway?.close();
    await putsEnd;
    await this.#classic?.close();
    this.#peers.close();
    this.#host.close();
    for (const end of ends) end();
    this.#fetches.close();
    await this.#rain.provide(undefined);
    this.#note();
    await this.#store.close();
  }

  async #put({ id, contentType, content, allow }: PutRequest): Promise<EntryView> {
    const kept = await this.#store.casks.put(content, this.#options.config.limits.maxEntryBytes);
    try {
      const target = id ?? Buffer.from(kept.content.subarray(0, 8)).toString('hex');
      allow?.(this.find(target));
      const entry = { id: target, size: kept.bytes, digest: kept.resource, contentType };
      const record = this.#host.run((cluster, at) => cluster.put(at, entry));
      this.activity.add({ what: 'put', id: target, size: kept.bytes });
      this.#classic?.tell(entry).catch((error) => this.#warn(error));
      if (record.kind === 'tombstone') throw new TypeError('an entry was put and became a tombstone');
      return viewOf(record, true);
    } finally {
      kept.release();
    }
  }

  async #openClassic(): Promise<void> {
    const { config, warn } = this.#options;
    this.#classic = await ClassicEntries.open({
      speak: (options) => this.#rain.speakClassic(options),
      allow: config.classic.allow,
      isSecret: config.secret !== undefined,
      find: (id) => this.#reading.findServed(id, config.shareContent),
      read: (record) => this.#reading.all(record),
      put: async (id, bytes) => {
        await this.put({ id, contentType: '', content: once(bytes) });
      },
      strangers: () =>
        this.peers()
          .filter(isStranger)
          .map(({ address }) => address),
      warn,
    });
  }

  /** A full disk must not end the node. */
  #note(): void {
    try {
      noteContact(this.#cluster, this.#store.settings);
    } catch (error) {
      this.#warn(error);
    }
  }

  #warn(error: unknown): void {
    this.#options.warn(reasonOf(error));
  }
}

const NO_SECRET =
  'This cluster has no secret: every listed peer and everybody on the local network may change its entries.';

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Listed by a person, and deaf to the wire of today: it may be of 2012. */
function isStranger({ isListed, state }: PeerView): boolean {
  return isListed && state === 'away';
}
