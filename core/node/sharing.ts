/** What this node serves: hashing it once, noticing when it has changed, and opening it when somebody asks. */
import type { Problem, ShareRequest, ShareSnapshot, ShareState, Upload } from '../api.ts';
import type { Built } from '../content/build.ts';
import { identify, type OpenManifest, parseManifest } from '../content/manifest.ts';
import { sealName } from '../content/seal.ts';
import { findChange, scanTree, type Tree } from '../content/tree.ts';
import type { ClientStats, SourceInfo } from '../engine/messages.ts';
import { problemOf } from '../engine/problem.ts';
import { Failure } from '../failure.ts';
import type { ShareChange, StoredShare } from '../store/shares.ts';
import type { Store } from '../store/store.ts';
import { type Link, parseLink, type ResourceId } from '../wire/link.ts';
import type { ContentView } from './content-reader.ts';
import { PouringFigures } from './pouring-figures.ts';
import { changedFailure, checkSame, keyFor, sameKey, shortName } from './share-identity.ts';
import { ShareRecords } from './share-records.ts';
import { shareView } from './share-view.ts';
import { ShareWatch } from './share-watch.ts';
import type { Threads } from './threads.ts';

export interface SharingHost {
  readonly store: Store;
  threads(): Threads;
  changed(share: ShareSnapshot): void;
  /** Something the person should know that stops nothing. */
  warn(message: string): void;
}

const PROFILE = 1;
/** Skipped files that are told one by one. */
const MAX_TOLD = 10;

interface Live {
  hashed: number;
  job: number | undefined;
  /** Number of the open source in the codec threads. */
  source: number | undefined;
  tree: Tree | undefined;
}

export class Sharing {
  readonly #host: SharingHost;
  /** Shares that this run of the node serves. */
  readonly #live = new Map<number, Live>();
  readonly #records: ShareRecords;
  readonly #watch: ShareWatch;
  readonly #figures = new PouringFigures();
  #lastSource = 0;
  #lastJob = 0;
  #closed = false;

  constructor(host: SharingHost) {
    this.#host = host;
    this.#records = new ShareRecords(host.store);
    this.#watch = new ShareWatch({
      served: () => this.#served(),
      broken: (key, tree, failure) => {
        // Taken up again meanwhile, it may be as it should be.
        if (this.#live.get(key)?.tree === tree) this.#broken(key, problemOf(failure));
      },
      warn: (message) => host.warn(message),
    });
  }

  /** Whether there is anything that others could ask for. */
  get isServing(): boolean {
    return this.#live.size > 0;
  }

  /** Serves what was shared before. */
  takeUp(): void {
    for (const share of this.#records.list()) {
      if (share.state === 'hashing') void this.#hash(share, undefined);
      else if (share.state !== 'paused') this.#serve(share.key);
    }
  }

  async share(request: ShareRequest): Promise<ShareSnapshot> {
    const as = request.as === undefined ? undefined : parseLink(request.as);
    const tree = await scanTree(request.paths);
    for (const { absolute, reason } of tree.skipped.slice(0, MAX_TOLD)) {
      this.#host.warn(`${absolute} is not shared: ${reason}`);
    }
    if (tree.skipped.length > MAX_TOLD) {
      this.#host.warn(`${tree.skipped.length - MAX_TOLD} more links and special files are not shared`);
    }
    const known = await this.#unchanged(request, as, tree);
    if (known !== undefined) {
      const { key } = this.#records.update(known.key, { state: 'serving', problem: null });
      this.#serve(key).tree = tree;
      return this.#snapshotOf(key);
    }
    const beingHashed = this.#beingHashed(request);
    if (beingHashed !== undefined) return this.#snapshotOf(beingHashed.key);
    const share = this.#records.add({
      // Under a link that exists already, nothing but its content may ever be sealed with its key.
      id: as?.id ?? null,
      digest: null,
      contentKey: keyFor(request, as),
      name: request.name ?? tree.name,
      public: as === undefined ? request.public : as.key === undefined,
      paths: request.paths,
      bytes: tree.length,
      files: tree.files.length,
      state: 'hashing',
      problem: null,
      origin: 'share',
      addedAt: Date.now(),
    });
    this.#serve(share.key).tree = tree;
    void this.#hash(share, as);
    return this.#snapshotOf(share.key);
  }

  /** Serves what a transfer has fetched. */
  async seed(path: string, manifest: OpenManifest, name: string): Promise<void> {
    const tree = await scanTree([path]);
    const key = manifest.access === 'private' ? manifest.key : null;
    const known = this.#records
      .byPaths([path])
      .find(({ id, digest }) => id === manifest.id && digest !== null);
    const share =
      known !== undefined
        ? this.#records.update(known.key, { state: 'serving', problem: null }, tree)
        : this.#records.add(
            {
              id: manifest.id,
              digest: manifest.digest,
              contentKey: key,
              name,
              public: key === null,
              paths: [path],
              bytes: manifest.length,
              files: tree.files.length,
              state: 'serving',
              problem: null,
              origin: 'download',
              addedAt: Date.now(),
            },
            tree,
          );
    this.#serve(share.key).tree = tree;
    this.#changed(share.key);
  }

  /** The network thread asks what this node has of a resource; what is not shared may be found `elsewhere`. */
  async find(resource: string, elsewhere: (resource: string) => Promise<SourceInfo | null>): Promise<void> {
    const shared = await this.#find(resource).catch((error) => {
      if (!this.#closed) this.#host.warn(problemOf(error).message);
      return null;
    });
    const info = shared ?? (await elsewhere(resource));
    if (!this.#closed) this.#host.threads().tell({ type: 'found', resource, info });
  }

  async #find(resource: string): Promise<SourceInfo | null> {
    for (const share of this.#records.byId(resource)) {
      const live = this.#live.get(share.key);
      if (live === undefined || share.state !== 'serving') continue;
      const info = await this.#open(share, live).catch((error) => this.#broken(share.key, problemOf(error)));
      // It may have been closed meanwhile, and its source with it.
      if (info !== null && this.#live.get(share.key) === live) return info;
    }
    return null;
  }

  /** A block could not be read, or is not what it was. */
  failed(source: number, problem: Problem): void {
    for (const [key, live] of this.#live) if (live.source === source) this.#broken(key, problem);
  }

  hashed(job: number, bytes: number): void {
    for (const [key, live] of this.#live) {
      if (live.job !== job) continue;
      live.hashed = bytes;
      this.#changed(key);
    }
  }

  has(key: number): boolean {
    return this.#records.get(key) !== undefined;
  }

  pause(key: number): void {
    this.#close(key);
    this.#records.update(key, { state: 'paused' });
    this.#changed(key);
  }

  resume(key: number): void {
    if (this.#live.get(key)?.job !== undefined) return;
    const isHashed = this.#records.get(key)?.digest !== null;
    const share = this.#records.update(key, { state: isHashed ? 'serving' : 'hashing', problem: null });
    if (isHashed) this.#serve(key);
    else void this.#hash(share, undefined);
    this.#changed(key);
  }

  remove(key: number): void {
    this.#close(key);
    this.#live.delete(key);
    this.#records.remove(key);
  }

  /** Who is being poured to, four times a second; returns the resources of which something changed. */
  see(clients: readonly ClientStats[]): ReadonlySet<string> {
    const busy = this.#figures.see(performance.now(), clients);
    for (const resource of busy) {
      for (const { key } of this.#records.byId(resource)) if (this.#live.has(key)) this.#changed(key);
    }
    return busy;
  }

  /** What is poured of a resource. */
  uploadOf(id: string): Upload {
    return this.#figures.of(performance.now(), id);
  }

  /** For those who read it. Throws Failure when it is not served. */
  viewOf(key: number): ContentView {
    return shareView(this.#records, key);
  }

  snapshots(): ShareSnapshot[] {
    return this.#records.list().map((share) => this.#snapshot(share));
  }

  /** A share that is being hashed begins again when it is taken up. */
  close(): void {
    this.#closed = true;
    this.#watch.close();
  }

  *#served(): Generator<readonly [number, Tree]> {
    for (const [key, { tree, job }] of this.#live) {
      const isServed = job === undefined && this.#records.get(key)?.state === 'serving';
      if (isServed && tree !== undefined) yield [key, tree];
    }
  }

  #serve(key: number): Live {
    const live = this.#live.get(key) ?? { hashed: 0, job: undefined, source: undefined, tree: undefined };
    this.#live.set(key, live);
    this.#watch.start();
    return live;
  }

  /** Asked for twice while it is being hashed, it is still one share. */
  #beingHashed(request: ShareRequest): StoredShare | undefined {
    if (request.as !== undefined) return undefined;
    return this.#records
      .byPaths(request.paths)
      .find(
        ({ key, public: isPublic }) => isPublic === request.public && this.#live.get(key)?.job !== undefined,
      );
  }

  /** A share of the same paths, of the same kind, whose files are as they were when they were hashed. */
  async #unchanged(
    request: ShareRequest,
    as: Link | undefined,
    tree: Tree,
  ): Promise<StoredShare | undefined> {
    return this.#records.byPaths(request.paths).find((share) => {
      if (share.digest === null || !this.#records.isUnchanged(share, tree)) return false;
      if (as !== undefined) return share.id === as.id && sameKey(share.contentKey, as.key ?? null);
      return share.public === request.public && (request.name === undefined || request.name === share.name);
    });
  }

  async #hash(share: StoredShare, as: Link | undefined): Promise<void> {
    const live = this.#serve(share.key);
    live.job = ++this.#lastJob;
    try {
      live.tree ??= await scanTree(share.paths);
      const { tree, job } = live;
      const key = share.contentKey ?? undefined;
      const threads = this.#host.threads();
      const codec = job % threads.codecCount;
      const { bytes } = (await threads.command(codec, { type: 'hash', job, tree, key })) as Built;
      if (this.#live.get(share.key) !== live) return;
      const { id, digest } = identify(bytes);
      if (as !== undefined) checkSame(as, id, digest, tree);
      else if (share.id !== null) checkSame({ id: share.id as ResourceId, servers: [] }, id, digest, tree);
      const change = await findChange(tree);
      if (change !== undefined) throw changedFailure(change.absolute);
      if (this.#live.get(share.key) !== live) return;
      this.#records.hashed(share.key, id, digest, bytes, tree);
      // It may have been asked for while it was not here.
      this.#host.threads().tell({ type: 'drop', resource: id });
    } catch (error) {
      // Paused or removed meanwhile: its state is not this one's any more.
      if (this.#closed || this.#live.get(share.key) !== live) return;
      this.#note(share.key, { state: 'failed', problem: problemOf(error) });
    }
    live.job = undefined;
    this.#changed(share.key);
  }

  async #open(share: StoredShare, live: Live): Promise<SourceInfo | null> {
    const manifestBytes = this.#records.manifestOf(share);
    if (manifestBytes === undefined || share.id === null) return null;
    const parsed = parseManifest(manifestBytes, { id: share.id, key: share.contentKey ?? undefined });
    if (parsed.access === 'sealed') return null;
    const tree = live.tree ?? (await scanTree(share.paths));
    if (!this.#records.isUnchanged(share, tree)) throw changedFailure(share.paths[0]);
    live.tree = tree;
    const threads = this.#host.threads();
    if (live.source === undefined) {
      live.source = ++this.#lastSource;
      const command = {
        type: 'open-source',
        source: live.source,
        tree,
        manifest: parsed,
        manifestBytes,
      } as const;
      await threads.command(live.source % threads.codecCount, command);
    }
    const { length, symbolSize, symbolsPerBlock } = parsed;
    return {
      source: live.source,
      codec: live.source % threads.codecCount,
      layout: { length, symbolSize, symbolsPerBlock },
      manifestBytes: manifestBytes.length,
      profile: PROFILE,
      name:
        parsed.access === 'private'
          ? sealName(parsed.key, shortName(share.name))
          : Buffer.from(shortName(share.name)),
    };
  }

  /** It is not served any more until it has been hashed again. */
  #broken(key: number, problem: Problem): null {
    if (this.#closed || !this.has(key)) return null;
    const missing = problem.code === 'no-such-path';
    const state: ShareState = missing
      ? 'missing'
      : problem.code === 'changed-while-read'
        ? 'changed'
        : 'failed';
    this.#close(key);
    this.#note(key, { state, problem });
    this.#changed(key);
    return null;
  }

  #close(key: number): void {
    const live = this.#live.get(key);
    const share = this.#records.get(key);
    if (live?.job !== undefined) {
      const { job } = live;
      const threads = this.#host.threads();
      threads.tellCodec(job % threads.codecCount, { type: 'cancel', job });
    }
    if (share?.id !== null && share?.id !== undefined && live !== undefined) {
      this.#host.threads().tell({ type: 'drop', resource: share.id });
    }
    if (live?.source !== undefined) {
      const { source } = live;
      const threads = this.#host.threads();
      threads.tellCodec(source % threads.codecCount, { type: 'close-source', source });
    }
    this.#live.delete(key);
  }

  /** Records what may be lost: a full disk must not end the node. */
  #note(key: number, change: ShareChange): void {
    try {
      this.#records.update(key, change);
    } catch (error) {
      this.#host.warn(problemOf(error).message);
    }
  }

  #changed(key: number): void {
    this.#host.changed(this.#snapshotOf(key));
  }

  #snapshotOf(key: number): ShareSnapshot {
    const share = this.#records.get(key);
    if (share === undefined) throw new Failure('unknown-resource', `There is no share number ${key}.`);
    return this.#snapshot(share);
  }

  #snapshot(share: StoredShare): ShareSnapshot {
    const id = share.digest === null ? '' : (share.id ?? '');
    return {
      key: share.key,
      id,
      link: this.#records.linkOf(share),
      name: share.name,
      paths: share.paths,
      public: share.public,
      state: share.state,
      ...(share.problem !== null && { problem: share.problem }),
      bytes: share.bytes,
      files: share.files,
      hashed: share.state === 'hashing' ? (this.#live.get(share.key)?.hashed ?? 0) : share.bytes,
      ...this.uploadOf(id),
      origin: share.origin,
      addedAt: share.addedAt,
    };
  }
}
