/** All transfers of a node: which there are, and which servers each of them asks. */
import type { FetchRequest, FileList, FileQuery, Problem, TransferSnapshot, Upload } from '../api.ts';
import type { OpenManifest } from '../content/manifest.ts';
import { removeFetched, removePart } from '../content/removal.ts';
import type { FromNet, ServerAddress, TransferStats } from '../engine/messages.ts';
import { problemOf } from '../engine/problem.ts';
import { Failure } from '../failure.ts';
import type { Store } from '../store/store.ts';
import type { StoredTransfer } from '../store/transfers.ts';
import { formatAddress } from '../wire/address.ts';
import type { Link } from '../wire/link.ts';
import { parseLink } from '../wire/link-text.ts';
import type { ContentView } from './content-reader.ts';
import { fileList } from './file-list.ts';
import type { ServerBook } from './server-book.ts';
import type { Threads } from './threads.ts';
import { Transfer } from './transfer.ts';
import { isSameResource, isSameTransfer, newTransfer } from './transfer-request.ts';
import { viewOf } from './transfer-view.ts';

export interface TransfersHost {
  readonly store: Store;
  readonly book: ServerBook;
  threads(): Threads;
  changed(transfer: TransferSnapshot): void;
  problem(problem: Problem): void;
  /** What is poured of a resource. */
  uploadOf(id: string): Upload;
  /** Serves on what a transfer has fetched. Rejects with Failure. */
  seed(path: string, manifest: OpenManifest, name: string): Promise<void>;
}

/** How often names that could not be resolved are tried again for transfers that wait, ms. */
const RESOLVE_EVERY = 5000;

export class Transfers {
  readonly #host: TransfersHost;
  readonly #all = new Map<number, Transfer>();
  /** Being removed: whoever wants the same from now on gets another one. */
  readonly #leaving = new Set<Transfer>();
  readonly #resolving: NodeJS.Timeout;
  /** The one that was last looked into: reading a manifest again for every part of a long list takes too long. */
  #lookedInto: { readonly key: number; readonly manifest: OpenManifest } | undefined;

  constructor(host: TransfersHost) {
    this.#host = host;
    for (const row of host.store.transfers.list()) this.#add(row);
    this.#resolving = setInterval(() => void this.#resolveAgain(), RESOLVE_EVERY);
  }

  has(key: number): boolean {
    return this.#all.has(key);
  }

  snapshots(): TransferSnapshot[] {
    return [...this.#all.values()].map((transfer) => transfer.snapshot());
  }

  /** Those that were running when the node last stopped, and found no end since. */
  get hasInterrupted(): boolean {
    return this.#interrupted.length > 0;
  }

  async takeUp(): Promise<void> {
    for (const transfer of this.#interrupted) await this.#run(transfer);
  }

  /** `link` is that of the request. Rejects with Failure: no-such-path, no-permission, database-*. */
  async fetch(link: Link, request: FetchRequest): Promise<TransferSnapshot> {
    const done = await this.#done(link, request);
    if (done !== undefined) return done.snapshot();
    const transfer = await this.#begun(link, request);
    await this.#findServers(transfer);
    return transfer.snapshot();
  }

  /** Rejects with Failure: unknown-resource, usage, and what a folder may be refused for. */
  async start(key: number, into: string | undefined): Promise<void> {
    const transfer = this.#get(key);
    this.#lookedInto = undefined;
    const { hold, intoFolder } = transfer.row;
    if (hold) await transfer.begin(into ?? intoFolder);
    else if (into === undefined || into === intoFolder) await transfer.start();
    else throw begunFailure(intoFolder);
    await this.#findServers(transfer);
  }

  /** Throws Failure: unknown-resource, bad-manifest, wrong-key, no-servers. */
  listFiles(key: number, query: FileQuery): FileList {
    const transfer = this.#get(key);
    if (this.#lookedInto?.key !== key) {
      const manifest = transfer.manifest();
      if (manifest === undefined)
        throw new Failure(
          'no-servers',
          'What is in it is not known yet.',
          'Wait until a server has told it.',
        );
      this.#lookedInto = { key, manifest };
    }
    return fileList(this.#lookedInto.manifest, transfer.snapshot().name, query);
  }

  async pause(key: number): Promise<void> {
    await this.#get(key).stop(true);
    this.#search();
  }

  async resume(key: number): Promise<void> {
    await this.#run(this.#get(key));
  }

  /** For those who read it, once its manifest is known. Rejects with why it never will be. */
  async viewOf(key: number): Promise<ContentView> {
    return viewOf(this.#get(key));
  }

  /** Rejects with Failure: unknown-resource, no-permission, disk, bad-manifest. */
  async remove(key: number, deleteFiles: boolean): Promise<void> {
    const transfer = this.#get(key);
    this.#lookedInto = undefined;
    this.#leaving.add(transfer);
    try {
      await transfer.stop(true);
      transfer.readers.end(new Failure('unknown-resource', 'The transfer was removed.'));
      await removeWritten(transfer, deleteFiles);
      this.#host.store.transfers.remove(key);
      this.#all.delete(key);
    } finally {
      this.#leaving.delete(transfer);
    }
    this.#search();
  }

  /** A server has turned up that every transfer should ask. */
  offer(server: ServerAddress): void {
    this.#offer([server], [...this.#all.values()]);
  }

  /** A server of one transfer has named others. */
  offerTo(key: number, servers: readonly ServerAddress[]): void {
    const transfer = this.#all.get(key);
    if (transfer !== undefined) this.#offer(servers, [transfer]);
  }

  /** What the network thread says of a transfer. */
  handle(message: FromNet & { readonly key: number }): void {
    this.#all.get(message.key)?.handle(message);
  }

  /** Figures of the last quarter second, and the resources of which the uploads have changed. */
  see(all: readonly TransferStats[], uploads: ReadonlySet<string>): void {
    for (const stats of all) this.#all.get(stats.key)?.see(stats);
    if (uploads.size === 0) return;
    for (const transfer of this.#all.values())
      if (transfer.isSeeded && uploads.has(transfer.row.id)) this.#host.changed(transfer.snapshot());
  }

  /** The threads are gone. */
  crashed(problem: Problem): void {
    for (const transfer of this.#all.values()) transfer.crashed(problem);
  }

  async close(): Promise<void> {
    clearInterval(this.#resolving);
    // All of them: one that is not running may be about to.
    await Promise.all([...this.#all.values()].map((transfer) => transfer.stop(false)));
    const closed = new Failure('interrupted', 'The node was closed.');
    for (const { readers } of this.#all.values()) readers.end(closed);
  }

  get #interrupted(): Transfer[] {
    return [...this.#all.values()].filter(({ row, state }) => row.state === 'active' && state === 'paused');
  }

  get #staying(): Transfer[] {
    return [...this.#all.values()].filter((transfer) => !this.#leaving.has(transfer));
  }

  #get(key: number): Transfer {
    const transfer = this.#all.get(key);
    if (transfer === undefined || this.#leaving.has(transfer))
      throw new Failure('unknown-resource', `There is no transfer number ${key}.`);
    return transfer;
  }

  #add(row: StoredTransfer): Transfer {
    const transfer = new Transfer(row, {
      store: this.#host.store,
      threads: () => this.#host.threads(),
      changed: (changed) => this.#host.changed(changed.snapshot()),
      problem: (problem) => this.#host.problem(problem),
      uploadOf: (id) => this.#host.uploadOf(id),
      completed: (done, manifest) => void this.#seed(done, manifest),
      rested: () => this.#search(),
    });
    this.#all.set(row.key, transfer);
    return transfer;
  }

  async #run(transfer: Transfer): Promise<void> {
    await transfer.start();
    await this.#findServers(transfer);
  }

  /** The transfer that a request is for, new or not, on its way as far as the request wants it. */
  async #begun(link: Link, request: FetchRequest): Promise<Transfer> {
    const { hold = false, into } = request;
    const known = this.#unfinished(link, request);
    if (known === undefined) {
      const added = this.#add(this.#host.store.transfers.add(newTransfer(link, request)));
      await added.start();
      return added;
    }
    const isUnderWay = !known.row.hold;
    if (hold && isUnderWay) return known;
    known.askedAgain(link, request);
    if (hold || isUnderWay) await known.start();
    else await known.begin(into);
    return known;
  }

  /** An unfinished transfer of the same resource into the same folder, or one that is held. */
  #unfinished(link: Link, request: FetchRequest): Transfer | undefined {
    const unfinished = this.#staying.filter(({ row }) => row.state !== 'done');
    return (
      unfinished.find(({ row }) => isSameTransfer(row, link, request)) ??
      unfinished.find(({ row }) => row.hold && isSameResource(row, link))
    );
  }

  /** A finished transfer of the same, whose file or folder is still there, is not done a second time. */
  async #done(link: Link, request: FetchRequest): Promise<Transfer | undefined> {
    for (const transfer of this.#staying) {
      if (transfer.row.state !== 'done' || !isSameTransfer(transfer.row, link, request)) continue;
      const manifest = await transfer.doneManifest();
      if (manifest === undefined) continue;
      if (request.hold !== true) {
        transfer.askedAgain(link, { ...request, from: [] });
        await this.#seed(transfer, manifest);
      }
      return transfer;
    }
    return undefined;
  }

  /** Serves on what was fetched, if that is wanted. */
  async #seed({ row }: Transfer, manifest: OpenManifest): Promise<void> {
    const { seed, finalPath, name } = row;
    if (!seed || finalPath === null) return;
    await this.#host.seed(finalPath, manifest, name).catch((error) => this.#host.problem(problemOf(error)));
  }

  /** Everybody that could have the resource. */
  async #findServers(transfer: Transfer): Promise<void> {
    this.#search();
    if (!transfer.running) return;
    const { book } = this.#host;
    const { fromHints, link } = transfer.row;
    const failures = new Map<string, unknown>();
    const failed = (name: string, error: unknown): void => void failures.set(name, error);
    const named = [
      book.resolveAll(fromHints, 'asked', failed),
      book.resolveAll(parseLink(link).servers.map(formatAddress), 'link', failed),
      book.listed(),
    ].map(async (servers) => this.#offer(await servers, [transfer]));
    // Those named by their addresses first, for a server is known by where it was found first.
    await new Promise((go) => setImmediate(go));
    this.#offer(book.general(), [transfer]);
    await Promise.all(named);
    // Each is told once; it is tried again as long as the transfer waits.
    for (const name of transfer.setUnresolved([...failures.keys()]))
      this.#host.problem(problemOf(failures.get(name)));
  }

  #offer(servers: readonly ServerAddress[], transfers: readonly Transfer[]): void {
    if (servers.length === 0) return;
    for (const { key, running } of transfers)
      if (running) this.#host.threads().tell({ type: 'servers', key, servers });
  }

  async #resolveAgain(): Promise<void> {
    for (const transfer of this.#all.values())
      if (transfer.running && transfer.state === 'waiting') await this.#findServers(transfer);
  }

  /** The local network is searched for as long as somebody waits for it. */
  #search(): void {
    this.#host.book.setSearching([...this.#all.values()].some(({ running }) => running));
  }
}

/** The part of one that is not complete goes in any case. */
async function removeWritten(transfer: Transfer, deleteFiles: boolean): Promise<void> {
  const { partPath, finalPath, state } = transfer.row;
  if (state !== 'done') {
    if (partPath !== null) await removePart(partPath);
    return;
  }
  const manifest = deleteFiles ? transfer.manifest() : undefined;
  if (finalPath !== null && manifest !== undefined) await removeFetched(finalPath, manifest);
}

function begunFailure(folder: string): Failure {
  return new Failure(
    'usage',
    `The transfer has begun in ${folder}.`,
    'Remove it and fetch it again to have it in another folder.',
  );
}
