/** RainNode: shares and transfers over one store, one socket and one set of threads. */
import { rm } from 'node:fs/promises';
import type {
  FetchRequest,
  KnownServer,
  Node,
  NodeEvent,
  NodeOptions,
  NodeSnapshot,
  Problem,
  ShareRequest,
  ShareSnapshot,
  TransferSnapshot,
} from '../api.ts';
import type { OpenManifest } from '../content/manifest.ts';
import { checkRoom } from '../content/room.ts';
import { ownHosts } from '../discovery/interfaces.ts';
import { isPublicAddress } from '../engine/ip.ts';
import type { FromNet, ServerAddress } from '../engine/messages.ts';
import { failureOf, problemOf } from '../engine/problem.ts';
import { Failure } from '../failure.ts';
import { Store } from '../store/store.ts';
import { formatAddress, parseAddress } from '../wire/address.ts';
import { type Link, parseLink } from '../wire/link.ts';
import { bindPort } from './bind-port.ts';
import { RateMeter } from './rate-meter.ts';
import { ServerBook } from './server-book.ts';
import { Sharing } from './sharing.ts';
import { type ThreadFiles, Threads } from './threads.ts';
import { Transfer } from './transfer.ts';
import { isSameTransfer, newTransfer } from './transfer-request.ts';

/** How often names that could not be resolved are tried again for transfers that wait, ms. */
const RESOLVE_EVERY = 5000;

export class RainNode implements Node {
  readonly #files: ThreadFiles;
  readonly #store: Store;
  readonly #sharing: Sharing;
  readonly #book: ServerBook;
  readonly #transfers = new Map<number, Transfer>();
  readonly #listeners = new Set<(event: NodeEvent) => void>();
  readonly #problems: Problem[] = [];
  readonly #up = new RateMeter();
  readonly #down = new RateMeter();
  readonly #resolving: NodeJS.Timeout;
  #options: NodeOptions;
  #threads: Threads | undefined;
  #listening: Promise<void> | undefined;
  #port = 0;
  #wireBytesEnded = 0;
  #closed = false;

  private constructor(options: NodeOptions, files: ThreadFiles, store: Store) {
    this.#options = options;
    this.#files = files;
    this.#store = store;
    const threads = (): Threads => this.#runningThreads();
    this.#sharing = new Sharing({
      store,
      threads,
      changed: (share) => this.#emit({ type: 'share', share }),
      warn: (message) => this.#emit({ type: 'log', level: 'warn', message }),
    });
    this.#book = new ServerBook({
      store,
      found: (server) => this.#offer([server]),
      changed: (servers) => this.#emit({ type: 'servers', servers }),
      problem: (failure) => this.#problem(problemOf(failure)),
    });
    for (const row of store.transfers.list()) this.#addTransfer(row);
    this.#resolving = setInterval(() => void this.#resolveAgain(), RESOLVE_EVERY);
  }

  /** Opens the data folder; threads and sockets start with the first share or transfer. Throws Failure. */
  static async open(options: NodeOptions, files: ThreadFiles): Promise<RainNode> {
    const node = new RainNode(options, files, Store.open(options.dataDir));
    try {
      if (options.takeUp === true) await node.#takeUp();
    } catch (error) {
      await node.close();
      throw error;
    }
    return node;
  }

  snapshot(): NodeSnapshot {
    const now = performance.now();
    return {
      port: this.#port,
      addresses: this.#addresses(),
      shares: this.#sharing.snapshots(),
      transfers: [...this.#transfers.values()].map((transfer) => transfer.snapshot()),
      servers: this.#book.list(),
      rateUp: this.#up.rate(now),
      rateDown: this.#down.rate(now),
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
    checkRoom(request.into, 0);
    await this.#listen();
    const done = await this.#done(link, request);
    if (done !== undefined) return done.snapshot();
    const transfer =
      this.#unfinished(link, request) ??
      this.#addTransfer(this.#store.transfers.add(newTransfer(link, request)));
    await transfer.start();
    await this.#findServers(transfer);
    return transfer.snapshot();
  }

  async pause(key: number): Promise<void> {
    const transfer = this.#transfers.get(key);
    if (transfer !== undefined) await transfer.stop(true);
    else if (this.#sharing.has(key)) this.#sharing.pause(key);
    else throw unknown(key);
    this.#search();
  }

  async resume(key: number): Promise<void> {
    await this.#listen();
    const transfer = this.#transfers.get(key);
    if (transfer !== undefined) {
      await transfer.start();
      await this.#findServers(transfer);
    } else if (this.#sharing.has(key)) {
      this.#sharing.resume(key);
      this.#announce();
    } else throw unknown(key);
  }

  async remove(key: number, { deleteFiles }: { readonly deleteFiles: boolean }): Promise<void> {
    const transfer = this.#transfers.get(key);
    if (transfer !== undefined) {
      await transfer.stop(true);
      const { partPath, finalPath, state } = transfer.row;
      const written = state === 'done' ? (deleteFiles ? finalPath : null) : partPath;
      if (written !== null) await rm(written, { recursive: true, force: true });
      this.#transfers.delete(key);
      this.#store.transfers.remove(key);
      this.#emit({ type: 'transfer-removed', key });
    } else if (this.#sharing.has(key)) {
      this.#sharing.remove(key);
      this.#emit({ type: 'share-removed', key });
    } else throw unknown(key);
    this.#search();
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

  async configure(change: Partial<Omit<NodeOptions, 'dataDir'>>): Promise<void> {
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
    clearInterval(this.#resolving);
    this.#sharing.close();
    await this.#book.stopLan();
    // All of them: one that is not running may be about to.
    await Promise.all([...this.#transfers.values()].map((transfer) => transfer.stop(false)));
    await this.#threads?.close();
    this.#threads = undefined;
    this.#store.close();
  }

  async #takeUp(): Promise<void> {
    const interrupted = [...this.#transfers.values()].filter(({ row }) => row.state === 'active');
    if (interrupted.length === 0 && this.#store.shares.list().length === 0) return;
    await this.#listen();
    this.#sharing.takeUp();
    for (const transfer of interrupted) {
      await transfer.start();
      await this.#findServers(transfer);
    }
    this.#announce();
  }

  /** An unfinished transfer of the same resource into the same folder goes on instead of beginning again. */
  #unfinished(link: Link, request: FetchRequest): Transfer | undefined {
    const transfer = [...this.#transfers.values()].find(
      ({ row }) => row.state !== 'done' && isSameTransfer(row, link, request),
    );
    if (transfer === undefined) return undefined;
    const fromHints = [...new Set([...transfer.row.fromHints, ...request.from])];
    transfer.row = this.#store.transfers.update(transfer.key, { fromHints, seed: request.seed });
    return transfer;
  }

  /** A finished transfer of the same, whose file or folder is still there, is not done a second time. */
  async #done(link: Link, request: FetchRequest): Promise<Transfer | undefined> {
    for (const transfer of [...this.#transfers.values()]) {
      if (transfer.row.state !== 'done' || !isSameTransfer(transfer.row, link, request)) continue;
      const manifest = await transfer.doneManifest();
      if (manifest === undefined) continue;
      transfer.row = this.#store.transfers.update(transfer.key, { seed: request.seed });
      await this.#seed(transfer, manifest);
      return transfer;
    }
    return undefined;
  }

  #addTransfer(row: Transfer['row']): Transfer {
    const transfer = new Transfer(row, {
      store: this.#store,
      threads: () => this.#runningThreads(),
      changed: (changed) => this.#emit({ type: 'transfer', transfer: changed.snapshot() }),
      problem: (problem) => this.#problem(problem),
      completed: (done, manifest) => void this.#completed(done, manifest),
    });
    this.#transfers.set(row.key, transfer);
    return transfer;
  }

  async #completed(transfer: Transfer, manifest: OpenManifest): Promise<void> {
    this.#wireBytesEnded += transfer.snapshot().wireBytes;
    this.#search();
    await this.#seed(transfer, manifest);
  }

  /** Serves on what was fetched, if that is wanted. */
  async #seed(transfer: Transfer, manifest: OpenManifest): Promise<void> {
    const { seed, finalPath, name } = transfer.row;
    if (!seed || finalPath === null) return;
    try {
      await this.#sharing.seed(finalPath, manifest, name);
      this.#announce();
    } catch (error) {
      this.#problem(problemOf(error));
    }
  }

  /** Everybody that could have the resource. */
  async #findServers(transfer: Transfer): Promise<void> {
    this.#search();
    const { row } = transfer;
    const link = parseLink(row.link);
    const named = [
      this.#book.resolveAll(row.fromHints, 'asked'),
      this.#book.resolveAll(link.servers.map(formatAddress), 'link'),
      this.#book.listed(),
    ].map(async (servers) => this.#offer(await servers, transfer));
    // Those named by their addresses first, for a server is known by where it was found first.
    await new Promise((go) => setImmediate(go));
    this.#offer(this.#book.general(), transfer);
    await Promise.all(named);
  }

  #offer(servers: readonly ServerAddress[], to?: Transfer): void {
    const transfers = to === undefined ? [...this.#transfers.values()] : [to];
    for (const { key, running } of transfers) {
      if (running && servers.length > 0) this.#runningThreads().tell({ type: 'servers', key, servers });
    }
  }

  async #resolveAgain(): Promise<void> {
    for (const transfer of this.#transfers.values()) {
      if (transfer.running && transfer.state === 'waiting') await this.#findServers(transfer);
    }
  }

  #search(): void {
    this.#book.setSearching([...this.#transfers.values()].some(({ running }) => running));
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
    if (this.#options.lan) this.#book.startLan(this.#sharing.isServing ? this.#port : undefined);
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
    if (this.#options.lan) this.#book.startLan(this.#sharing.isServing ? this.#port : undefined);
  }

  #addresses(): string[] {
    if (this.#port === 0) return [];
    const hosts = this.#options.bind === undefined ? ownHosts() : [this.#options.bind];
    return hosts.map((host) => formatAddress({ host, port: this.#port }));
  }

  /** Throws Failure `interrupted` when the node was closed. */
  #runningThreads(): Threads {
    if (this.#closed && this.#threads === undefined) throw closedFailure();
    this.#threads ??= new Threads(this.#files, {
      fromNet: (message) => this.#fromNet(message),
      hashed: (job, bytes) => this.#sharing.hashed(job, bytes),
      crashed: (error) => this.#crashed(error),
    });
    return this.#threads;
  }

  #fromNet(message: FromNet): void {
    switch (message.type) {
      case 'find':
        void this.#sharing.find(message.resource);
        return;
      case 'source-failed':
        this.#sharing.failed(message.source, message.problem);
        return;
      case 'stats':
        this.#sawStats(message);
        return;
      case 'peers': {
        // A stranger's word must not aim this node at what only this machine or its network can reach.
        const servers = message.addresses
          .filter(isPublicAddress)
          .map((address) => ({ address, found: 'server' }));
        this.#offer(servers, this.#transfers.get(message.key));
        return;
      }
      case 'banned':
        this.#emit({
          type: 'log',
          level: 'warn',
          message: `${message.address} is banned: it ${message.reason}`,
        });
        return;
      case 'answer':
        return;
      default:
        this.#transfers.get(message.key)?.handle(message);
    }
  }

  #sawStats({ transfers, clients, poured }: FromNet & { type: 'stats' }): void {
    const now = performance.now();
    this.#up.see(now, poured);
    const received = transfers.reduce((sum, { wireBytes }) => sum + wireBytes, this.#wireBytesEnded);
    this.#down.see(now, received);
    this.#sharing.see(clients);
    for (const stats of transfers) this.#transfers.get(stats.key)?.see(stats);
  }

  /** A thread has died: nothing runs any more, and what was verified is safe. */
  #crashed(error: Error): void {
    const problem = problemOf(error);
    this.#problem(problem);
    for (const transfer of this.#transfers.values()) transfer.crashed(problem);
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

function unknown(key: number): Failure {
  return new Failure('unknown-resource', `There is no transfer or share number ${key}.`, 'See `rain ls`.');
}
