/** RainNode: shares and transfers over one store, one socket and one set of threads. */
import type {
  FetchRequest,
  FileList,
  FileQuery,
  KnownServer,
  Node,
  NodeChange,
  NodeEvent,
  NodeOptions,
  NodeSnapshot,
  ShareRequest,
  ShareSnapshot,
  TransferSnapshot,
} from '../api.ts';
import { checkRoom, NOTHING } from '../content/room.ts';
import { problemOf } from '../engine/problem.ts';
import { Failure } from '../failure.ts';
import { Store } from '../store/store.ts';
import { parseAddress } from '../wire/address.ts';
import { parseLink } from '../wire/link-text.ts';
import { type Channel, type ChannelListener, Channels } from './channel.ts';
import { Classic, type ClassicOptions } from './classic.ts';
import { type ContentReader, readerOf } from './content-reader.ts';
import { Listening } from './listening.ts';
import { dispatch, type NetAudience } from './net-dispatch.ts';
import { NodeEvents } from './node-events.ts';
import { Provided, type Provider } from './provided.ts';
import { checkSensitive } from './sensitive-folder.ts';
import { ServerBook } from './server-book.ts';
import { Sharing } from './sharing.ts';
import type { ThreadFiles, Threads } from './threads.ts';
import { Traffic } from './traffic.ts';
import { Transfers } from './transfers.ts';

export class RainNode implements Node {
  readonly #store: Store;
  readonly #dataDir: string;
  readonly #listening: Listening;
  readonly #sharing: Sharing;
  readonly #provided: Provided;
  readonly #classic: Classic;
  readonly #book: ServerBook;
  readonly #transfers: Transfers;
  readonly #events = new NodeEvents();
  readonly #traffic = new Traffic();
  readonly #audience: NetAudience;
  readonly #channels = new Channels((message) => {
    if (!this.#listening.isClosed) this.#listening.threads().tell(message);
  });

  private constructor(options: NodeOptions, files: ThreadFiles, store: Store, started: Threads | undefined) {
    this.#store = store;
    this.#dataDir = options.dataDir;
    this.#listening = new Listening(
      {
        fromNet: (message) => dispatch(message, this.#audience),
        hashed: (job, bytes) => this.#sharing.hashed(job, bytes),
        crashed: (error) => this.#crashed(error),
        bound: (port, addresses) => this.#events.emit({ type: 'listening', port, addresses }),
        begun: () => this.#announce(),
      },
      files,
      options,
      started,
    );
    const threads = (): Threads => this.#listening.threads();
    const warn = (message: string): void => this.#events.warn(message);
    this.#sharing = new Sharing({
      store,
      threads,
      changed: (share) => this.#events.emit({ type: 'share', share }),
      warn,
    });
    this.#provided = new Provided({ threads, warn });
    this.#classic = new Classic({
      threads,
      resolve: async (addresses) => {
        const servers = await this.#book.resolveAll(addresses, 'asked');
        return servers.map(({ address }) => address);
      },
      warn,
    });
    this.#book = new ServerBook({
      store,
      found: (server) => this.#transfers.offer(server),
      changed: (servers) => this.#events.emit({ type: 'servers', servers }),
      ask: async (addresses) => {
        await this.#listening.begin();
        const rtts = await threads().ask((call) => ({ type: 'roll-call', call, addresses }));
        return rtts as (number | undefined)[];
      },
      problem: (failure) => this.#events.problem(problemOf(failure)),
    });
    this.#transfers = new Transfers({
      store,
      book: this.#book,
      threads,
      changed: (transfer) => this.#events.emit({ type: 'transfer', transfer }),
      problem: (problem) => this.#events.problem(problem),
      uploadOf: (id) => this.#sharing.uploadOf(id),
      seed: async (path, manifest, name) => {
        await this.#sharing.seed(path, manifest, name);
        this.#announce();
      },
    });
    this.#audience = {
      sharing: this.#sharing,
      provided: this.#provided,
      transfers: this.#transfers,
      classic: this.#classic,
      channels: this.#channels,
      traffic: this.#traffic,
      events: this.#events,
    };
  }

  /**
   * Opens the data folder. Threads start with the first share or transfer, unless they are `started`; they are then
   * the node's, once it is open. Throws Failure.
   */
  static async open(options: NodeOptions, files: ThreadFiles, started?: Threads): Promise<RainNode> {
    const node = new RainNode(options, files, Store.open(options.dataDir), started);
    node.#listening.attach();
    node.#tellConcern();
    try {
      if (options.takeUp === true) await node.#takeUp();
    } catch (error) {
      await node.close();
      throw error;
    }
    return node;
  }

  snapshot(): NodeSnapshot {
    return {
      port: this.#listening.port,
      addresses: this.#listening.addresses,
      shares: this.#sharing.snapshots(),
      transfers: this.#transfers.snapshots(),
      servers: this.#book.list(),
      ...this.#traffic.figures(performance.now()),
      problems: this.#events.problems,
    };
  }

  subscribe(listener: (event: NodeEvent) => void): () => void {
    return this.#events.subscribe(listener);
  }

  async share(request: ShareRequest): Promise<ShareSnapshot> {
    if (request.sure !== true) await checkSensitive(request.paths, this.#dataDir);
    await this.#listening.begin();
    const share = await this.#sharing.share(request);
    this.#events.emit({ type: 'share', share });
    this.#announce();
    return share;
  }

  async fetch(request: FetchRequest): Promise<TransferSnapshot> {
    const link = parseLink(request.link);
    for (const address of request.from) parseAddress(address);
    // What is only to be looked at may yet go elsewhere.
    if (request.hold !== true) checkRoom(request.into, NOTHING);
    await this.#listening.begin();
    return this.#transfers.fetch(link, request);
  }

  async start(key: number, { into }: { readonly into?: string } = {}): Promise<void> {
    await this.#listening.begin();
    await this.#transfers.start(key, into);
  }

  async listFiles(key: number, query: FileQuery): Promise<FileList> {
    return this.#transfers.listFiles(key, query);
  }

  async pause(key: number): Promise<void> {
    if (this.#isShare(key)) this.#sharing.pause(key);
    else await this.#transfers.pause(key);
  }

  async resume(key: number): Promise<void> {
    await this.#listening.begin();
    if (this.#isShare(key)) {
      this.#sharing.resume(key);
      this.#announce();
    } else await this.#transfers.resume(key);
  }

  async remove(key: number, { deleteFiles }: { readonly deleteFiles: boolean }): Promise<void> {
    if (this.#isShare(key)) {
      this.#sharing.remove(key);
      this.#events.emit({ type: 'share-removed', key });
    } else {
      await this.#transfers.remove(key, deleteFiles);
      this.#events.emit({ type: 'transfer-removed', key });
    }
  }

  /**
   * Reads a share or a transfer of one public file, from wherever it has come to; resolves once it is known what it
   * is. For the store and its gateway, which live beside the node: a host has the file. Rejects with Failure:
   * unknown-resource, not-a-file, usage, or why there is nothing to be read.
   */
  async openContent(key: number): Promise<ContentReader> {
    const view = this.#isShare(key) ? this.#sharing.viewOf(key) : await this.#transfers.viewOf(key);
    return readerOf(view);
  }

  /**
   * Serves what `provider` has, beside what is shared, until it is given another or none, and looks for other nodes on
   * the local network meanwhile. For the store, which has too many resources for each to be a share.
   */
  async provide(provider: Provider | undefined): Promise<void> {
    if (provider !== undefined) await this.#listening.begin();
    this.#provided.set(provider);
    this.#book.setAlwaysSearching(provider !== undefined);
    if (this.#listening.hasBegun) this.#announce();
  }

  /** A provided resource is not there any more. */
  withdraw(resource: string): void {
    this.#provided.withdraw(resource);
  }

  /**
   * Hears what other nodes of a Murky Waters say, and speaks to them. It is for core/murky, which lives beside the
   * node, and there is one at a time. What comes too fast is not heard. Listens on the port of the node from now on,
   * as a share would.
   */
  openChannel(listener: ChannelListener): Channel {
    const channel = this.#channels.open(listener);
    this.#listening.begin().catch((error) => this.#events.problem(problemOf(error)));
    return channel;
  }

  /**
   * Speaks the wire of 2012 on the same port, from now on, with those who are listed; undefined: no longer. For
   * core/murky; what it fetches and propagates goes by what this returns. Rejects with Failure `bad-address`.
   */
  async speakClassic(options: ClassicOptions | undefined): Promise<Classic> {
    if (options !== undefined) await this.#listening.begin();
    this.#classic.set(options);
    return this.#classic;
  }

  servers(): readonly KnownServer[] {
    return this.#book.list();
  }

  async addServer(address: string): Promise<void> {
    this.#book.add(address);
  }

  async removeServer(address: string): Promise<void> {
    this.#book.remove(address);
  }

  importServers(file: string): Promise<number> {
    return this.#book.import(file);
  }

  checkServers(): Promise<void> {
    return this.#book.check();
  }

  async configure(change: NodeChange): Promise<void> {
    await this.#listening.configure(change);
    if (!this.#listening.hasBegun) return;
    if (this.#listening.options.lan) this.#announce();
    else await this.#book.stopLan();
  }

  async close(): Promise<void> {
    this.#listening.retire();
    this.#sharing.close();
    await this.#book.stopLan();
    await this.#transfers.close();
    await this.#listening.close();
    this.#store.close();
  }

  async #takeUp(): Promise<void> {
    if (!this.#transfers.hasInterrupted && this.#store.shares.list().length === 0) return;
    await this.#listening.begin();
    this.#sharing.takeUp();
    await this.#transfers.takeUp();
    this.#announce();
  }

  /** One or the other. Throws Failure `unknown-resource`. */
  #isShare(key: number): boolean {
    const isShare = this.#sharing.has(key);
    if (isShare || this.#transfers.has(key)) return isShare;
    throw new Failure('unknown-resource', `There is no transfer or share number ${key}.`);
  }

  /** On the local network, if that is wanted: what it serves, or that it looks for others. */
  #announce(): void {
    const { options, port } = this.#listening;
    if (options.lan) this.#book.startLan(this.#isServing ? port : undefined);
  }

  get #isServing(): boolean {
    return this.#sharing.isServing || this.#provided.isServing;
  }

  /** Once, when it is opened: hosts that come later find it among the problems. */
  #tellConcern(): void {
    const { concern } = this.#store;
    if (concern !== undefined) this.#events.problem(problemOf(concern));
  }

  /** A thread has died: nothing runs any more, and what was verified is safe. */
  #crashed(error: Error): void {
    const problem = problemOf(error);
    this.#events.problem(problem);
    this.#transfers.crashed(problem);
    this.#listening.crashed(problem);
  }
}
