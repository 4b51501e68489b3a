/** RainNode: shares and transfers over one store, one socket and one set of threads. */
import type {
  FetchRequest,
  KnownServer,
  Node,
  NodeChange,
  NodeEvent,
  NodeOptions,
  NodeSnapshot,
  Problem,
  ShareRequest,
  ShareSnapshot,
  TransferSnapshot,
} from '../api.ts';
import { checkRoom } from '../content/room.ts';
import { ownHosts } from '../discovery/interfaces.ts';
import { isPublicAddress } from '../engine/ip.ts';
import type { FromNet } from '../engine/messages.ts';
import { failureOf, problemOf } from '../engine/problem.ts';
import { Failure } from '../failure.ts';
import { Store } from '../store/store.ts';
import { formatAddress, parseAddress } from '../wire/address.ts';
import { parseLink } from '../wire/link.ts';
import { bindPort } from './bind-port.ts';
import { type Channel, type ChannelListener, Channels } from './channel.ts';
import { Classic, type ClassicOptions } from './classic.ts';
import { type ContentReader, readerOf } from './content-reader.ts';
import { Provided, type Provider } from './provided.ts';
import { ServerBook } from './server-book.ts';
import { Sharing } from './sharing.ts';
import { type ThreadFiles, Threads, type ThreadsHost } from './threads.ts';
import { Traffic } from './traffic.ts';
import { Transfers } from './transfers.ts';

export class RainNode implements Node {
  readonly #files: ThreadFiles;
  readonly #store: Store;
  readonly #sharing: Sharing;
  readonly #provided: Provided;
  readonly #classic: Classic;
  readonly #book: ServerBook;
  readonly #transfers: Transfers;
  readonly #listeners = new Set<(event: NodeEvent) => void>();
  readonly #problems: Problem[] = [];
  readonly #traffic = new Traffic();
  readonly #channels = new Channels((message) => {
    if (!this.#closed) this.#runningThreads().tell(message);
  });
  readonly #threadsHost: ThreadsHost = {
    fromNet: (message) => this.#fromNet(message),
    hashed: (job, bytes) => this.#sharing.hashed(job, bytes),
    crashed: (error) => this.#crashed(error),
  };
  #options: NodeOptions;
  #threads: Threads | undefined;
  #listening: Promise<void> | undefined;
  #port = 0;
  #closed = false;

  private constructor(options: NodeOptions, files: ThreadFiles, store: Store, started: Threads | undefined) {
    this.#options = options;
    this.#files = files;
    this.#store = store;
    this.#threads = started;
    const threads = (): Threads => this.#runningThreads();
    this.#sharing = new Sharing({
      store,
      threads,
      changed: (share) => this.#emit({ type: 'share', share }),
      warn: (message) => this.#emit({ type: 'log', level: 'warn', message }),
    });
    this.#provided = new Provided({
      threads,
      warn: (message) => this.#emit({ type: 'log', level: 'warn', message }),
    });
    this.#classic = new Classic({
      threads,
      resolve: async (addresses) => {
        const servers = await this.#book.resolveAll(addresses, 'asked');
        return servers.map(({ address }) => address);
      },
      warn: (message) => this.#emit({ type: 'log', level: 'warn', message }),
    });
    this.#book = new ServerBook({
      store,
      found: (server) => this.#transfers.offer(server),
      changed: (servers) => this.#emit({ type: 'servers', servers }),
      ask: async (addresses) => {
        await this.#listen();
        const rtts = await this.#runningThreads().ask((call) => ({ type: 'roll-call', call, addresses }));
        return rtts as (number | undefined)[];
      },
      problem: (failure) => this.#problem(problemOf(failure)),
    });
    this.#transfers = new Transfers({
      store,
      book: this.#book,
      threads,
      changed: (transfer) => this.#emit({ type: 'transfer', transfer }),
      problem: (problem) => this.#problem(problem),
      uploadOf: (id) => this.#sharing.uploadOf(id),
      seed: async (path, manifest, name) => {
        await this.#sharing.seed(path, manifest, name);
        this.#announce();
      },
    });
  }

  /**
   * Opens the data folder. Threads start with the first share or transfer, unless they are `started`; they are then
   * the node's, once it is open. Throws Failure.
   */
  static async open(options: NodeOptions, files: ThreadFiles, started?: Threads): Promise<RainNode> {
    const node = new RainNode(options, files, Store.open(options.dataDir), started);
    started?.attach(node.#threadsHost);
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
      port: this.#port,
      addresses: this.#addresses(),
      shares: this.#sharing.snapshots(),
      transfers: this.#transfers.snapshots(),
      servers: this.#book.list(),
      ...this.#traffic.figures(performance.now()),
      problems: [...this.#problems],
    };
  }

  subscribe(listener: (event: NodeEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async share(request: ShareRequest): Promise<ShareSnapshot> {
    await this.#listen();
    const share = await this.#sharing.share(request);
    this.#emit({ type: 'share', share });
    this.#announce();
    return share;
  }

  async fetch(request: FetchRequest): Promise<TransferSnapshot> {
    const link = parseLink(request.link);
    for (const address of request.from) parseAddress(address);
    // What is only to be looked at may yet go elsewhere.
    if (request.hold !== true) checkRoom(request.into, 0);
    await this.#listen();
    return this.#transfers.fetch(link, request);
  }

  async start(key: number, { into }: { readonly into?: string } = {}): Promise<void> {
    await this.#listen();
    await this.#transfers.start(key, into);
  }

  async pause(key: number): Promise<void> {
    if (this.#isShare(key)) this.#sharing.pause(key);
    else await this.#transfers.pause(key);
  }

  async resume(key: number): Promise<void> {
    await this.#listen();
    if (this.#isShare(key)) {
      this.#sharing.resume(key);
      this.#announce();
    } else await this.#transfers.resume(key);
  }

  async remove(key: number, { deleteFiles }: { readonly deleteFiles: boolean }): Promise<void> {
    if (this.#isShare(key)) {
      this.#sharing.remove(key);
      this.#emit({ type: 'share-removed', key });
    } else {
      await this.#transfers.remove(key, deleteFiles);
      this.#emit({ type: 'transfer-removed', key });
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
   * the local network meanwhile. For the store, which has
   * too many resources for each to be a share.
   */
  async provide(provider: Provider | undefined): Promise<void> {
    if (provider !== undefined) await this.#listen();
    this.#provided.set(provider);
    this.#book.setAlwaysSearching(provider !== undefined);
    if (this.#listening !== undefined) this.#announce();
  }

  /** A provided resource is not there any more. */
  withdraw(resource: string): void {
    this.#provided.withdraw(resource);
  }

  /**
   * Hears what other nodes of a Murky Waters say, and speaks to them. It is for core/murky, which lives beside the
   * node, and there is one at a time. What comes too fast is not heard. Listens on the port of the node from now on, as a share would.
   */
  openChannel(listener: ChannelListener): Channel {
    const channel = this.#channels.open(listener);
    this.#listen().catch((error) => this.#problem(problemOf(error)));
    return channel;
  }

  /**
   * Speaks the wire of 2012 on the same port, from now on, with those who are listed; undefined: no longer. For
   * core/murky; what it fetches and propagates goes by what this returns. Rejects with Failure `bad-address`.
   */
  async speakClassic(options: ClassicOptions | undefined): Promise<Classic> {
    if (options !== undefined) await this.#listen();
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
    const before = this.#options;
    const after = { ...before, ...change };
    if (this.#listening !== undefined && (after.port !== before.port || after.bind !== before.bind)) {
      await this.#bind(after);
    }
    this.#options = after;
    this.#limit();
    if (this.#listening === undefined) return;
    if (after.lan) this.#announce();
    else await this.#book.stopLan();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#sharing.close();
    await this.#book.stopLan();
    await this.#transfers.close();
    await this.#threads?.close();
    this.#threads = undefined;
    this.#store.close();
  }

  async #takeUp(): Promise<void> {
    if (!this.#transfers.hasInterrupted && this.#store.shares.list().length === 0) return;
    await this.#listen();
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

  /** Threads, sockets and the local network, once. */
  #listen(): Promise<void> {
    if (this.#closed) return Promise.reject(closedFailure());
    this.#listening ??= this.#startListening().catch((error) => {
      this.#listening = undefined;
      throw error;
    });
    return this.#listening;
  }

  async #startListening(): Promise<void> {
    await this.#bind(this.#options);
    this.#limit();
    if (this.#options.lan) this.#book.startLan(this.#isServing ? this.#port : undefined);
  }

  async #bind({ port, bind }: NodeOptions): Promise<void> {
    this.#port = await bindPort(this.#runningThreads(), port, bind);
    this.#emit({ type: 'listening', port: this.#port, addresses: this.#addresses() });
  }

  #limit(): void {
    const { uploadLimit, downloadLimit } = this.#options;
    const unlimited = Number.POSITIVE_INFINITY;
    this.#threads?.tell({ type: 'limits', up: uploadLimit ?? unlimited, down: downloadLimit ?? unlimited });
  }

  #announce(): void {
    if (this.#options.lan) this.#book.startLan(this.#isServing ? this.#port : undefined);
  }

  get #isServing(): boolean {
    return this.#sharing.isServing || this.#provided.isServing;
  }

  #addresses(): string[] {
    if (this.#port === 0) return [];
    const hosts = this.#options.bind === undefined ? ownHosts() : [this.#options.bind];
    return hosts.map((host) => formatAddress({ host, port: this.#port }));
  }

  /** Throws Failure `interrupted` when the node was closed. */
  #runningThreads(): Threads {
    if (this.#closed && this.#threads === undefined) throw closedFailure();
    if (this.#threads === undefined) {
      this.#threads = new Threads(this.#files);
      this.#threads.attach(this.#threadsHost);
    }
    return this.#threads;
  }

  #fromNet(message: FromNet): void {
    switch (message.type) {
      case 'find':
        void this.#sharing.find(message.resource, (resource) => this.#provided.find(resource));
        return;
      case 'source-failed':
        this.#provided.withdraw(message.resource);
        this.#sharing.failed(message.source, message.problem);
        return;
      case 'classic':
        this.#classic.handle(message.message);
        return;
      case 'members':
        this.#channels.handle(message.datagrams);
        return;
      case 'stats':
        this.#sawStats(message);
        return;
      case 'peers': {
        // A stranger's word must not aim this node at what only this machine or its network can reach.
        const servers = message.addresses
          .filter(isPublicAddress)
          .map((address) => ({ address, found: 'server' }));
        this.#transfers.offerTo(message.key, servers);
        return;
      }
      case 'banned':
        this.#emit({
          type: 'log',
          level: 'warn',
          message: `${message.address} is banned: ${message.offence}`,
        });
        return;
      case 'answer':
        return;
      default:
        this.#transfers.handle(message);
    }
  }

  #sawStats({ transfers, clients, poured, received }: FromNet & { type: 'stats' }): void {
    const rates = this.#traffic.see(performance.now(), poured, received);
    if (rates !== undefined) this.#emit(rates);
    this.#transfers.see(transfers, this.#sharing.see(clients));
  }

  /** A thread has died: nothing runs any more, and what was verified is safe. */
  #crashed(error: Error): void {
    const problem = problemOf(error);
    this.#problem(problem);
    this.#transfers.crashed(problem);
    const never = Promise.reject(failureOf(problem));
    never.catch(() => undefined);
    this.#listening = never;
  }

  #problem(problem: Problem): void {
    this.#problems.push(problem);
    if (this.#problems.length > 20) this.#problems.shift();
    this.#emit({ type: 'problem', problem });
  }

  #emit(event: NodeEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

function closedFailure(): Failure {
  return new Failure('interrupted', 'The node was closed.');
}
