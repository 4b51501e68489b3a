/** What this node serves: hashing it once, noticing when it has changed, and opening it when somebody asks. */
import type { Problem, ShareRequest, ShareSnapshot, ShareState, Upload } from '../api.ts';
import { type OpenManifest, parseManifest } from '../content/manifest.ts';
import { scanRest, scanTree } from '../content/scan.ts';
import type { Tree } from '../content/tree.ts';
import type { ClientStats, SourceInfo } from '../engine/messages.ts';
import { problemOf } from '../engine/problem.ts';
import { Failure } from '../failure.ts';
import type { ShareChange, StoredShare } from '../store/shares.ts';
import type { Store } from '../store/store.ts';
import type { Link } from '../wire/link.ts';
import { parseLink } from '../wire/link-text.ts';
import type { ContentView } from './content-reader.ts';
import { LiveShare } from './live-share.ts';
import { PouringFigures } from './pouring-figures.ts';
import { changedFailure } from './share-identity.ts';
import { ShareRecords } from './share-records.ts';
import { isSameShare, newSeed, newShare } from './share-request.ts';
import { knownId, shareSnapshot } from './share-snapshot.ts';
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

/** Skipped files that are told one by one. */
const MAX_TOLD = 10;

export class Sharing {
  readonly #host: SharingHost;
  /** Shares that this run of the node serves. */
  readonly #live = new Map<number, LiveShare>();
  readonly #records: ShareRecords;
  readonly #watch: ShareWatch;
  readonly #figures = new PouringFigures();
  #lastNumber = 0;
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
    const tree = await (request.skip === true ? scanRest : scanTree)(request.paths);
    this.#tellSkipped(tree);
    const known = this.#unchanged(request, as, tree);
    if (known !== undefined) {
      const { key } = this.#records.update(known.key, { state: 'serving', problem: null });
      this.#serve(key).tree = tree;
      return this.#snapshotOf(key);
    }
    const beingHashed = this.#beingHashed(request);
    if (beingHashed !== undefined) return this.#snapshotOf(beingHashed.key);
    const share = this.#records.add(newShare(request, as, tree));
    this.#serve(share.key).tree = tree;
    void this.#hash(share, as);
    return this.#snapshotOf(share.key);
  }

  /** Serves what a transfer has fetched. */
  async seed(path: string, manifest: OpenManifest, name: string): Promise<void> {
    const tree = await scanRest([path]);
    const known = this.#records
      .byPaths([path])
      .find(({ id, digest }) => id === manifest.id && digest !== null);
    const share =
      known !== undefined
        ? this.#records.update(known.key, { state: 'serving', problem: null }, tree)
        : this.#records.add(newSeed(path, manifest, name, tree), tree);
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
    for (const [key, live] of this.#live) if (live.number === source) this.#broken(key, problem);
  }

  hashed(job: number, bytes: number): void {
    for (const [key, live] of this.#live) {
      if (live.number !== job || !live.isHashing) continue;
      live.hashedBytes = bytes;
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
    if (this.#isBeingHashed(key)) return;
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
    for (const [key, { tree, isHashing }] of this.#live) {
      const isServed = !isHashing && this.#records.get(key)?.state === 'serving';
      if (isServed && tree !== undefined) yield [key, tree];
    }
  }

  #serve(key: number): LiveShare {
    const live = this.#live.get(key) ?? new LiveShare(++this.#lastNumber, () => this.#host.threads());
    this.#live.set(key, live);
    this.#watch.start();
    return live;
  }

  #isBeingHashed(key: number): boolean {
    return this.#live.get(key)?.isHashing === true;
  }

  #tellSkipped({ skipped }: Tree): void {
    const left = skipped.filter(({ within }) => within === undefined);
    for (const { absolute, reason } of left.slice(0, MAX_TOLD))
      this.#host.warn(`${absolute} is not shared: ${reason}`);
    if (left.length > MAX_TOLD) this.#host.warn(`${left.length - MAX_TOLD} more are not shared`);
  }

  /** Asked for twice while it is being hashed, it is still one share. */
  #beingHashed({ as, paths, public: isPublic }: ShareRequest): StoredShare | undefined {
    if (as !== undefined) return undefined;
    return this.#records
      .byPaths(paths)
      .find((share) => share.public === isPublic && this.#isBeingHashed(share.key));
  }

  /** A share of the same paths, of the same kind, whose files are as they were when they were hashed. */
  #unchanged(request: ShareRequest, as: Link | undefined, tree: Tree): StoredShare | undefined {
    return this.#records.byPaths(request.paths).find((share) => {
      const isAsHashed = share.digest !== null && this.#records.isSame(share, tree);
      return isAsHashed && isSameShare(share, request, as);
    });
  }

  async #hash(share: StoredShare, as: Link | undefined): Promise<void> {
    const live = this.#serve(share.key);
    live.isHashing = true;
    try {
      const { id, digest, bytes, tree } = await live.hash(share, as, this.#records.manifestOfId(share.id));
      if (this.#live.get(share.key) !== live) return;
      this.#records.hashed(share.key, id, digest, bytes, tree);
      // It may have been asked for while it was not here.
      this.#host.threads().tell({ type: 'drop', resource: id });
    } catch (error) {
      // Paused or removed meanwhile: its state is not this one's any more.
      if (this.#closed || this.#live.get(share.key) !== live) return;
      this.#note(share.key, { state: 'failed', problem: problemOf(error) });
    }
    live.isHashing = false;
    this.#changed(share.key);
  }

  async #open(share: StoredShare, live: LiveShare): Promise<SourceInfo | null> {
    const manifestBytes = this.#records.manifestOf(share);
    if (manifestBytes === undefined || share.id === null) return null;
    const manifest = parseManifest(manifestBytes, { id: share.id, key: share.contentKey ?? undefined });
    if (manifest.access === 'sealed') return null;
    const tree = live.tree ?? (await scanRest(share.paths));
    if (!this.#records.isUnchanged(share, tree)) throw changedFailure(share.paths[0]);
    return live.open(share.name, manifest, manifestBytes, tree);
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
    this.#live.get(key)?.close(this.#records.get(key)?.id ?? null);
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
    // What an earlier run has served is not served before it is taken up.
    const isLeft = !this.#live.has(share.key) && (share.state === 'serving' || share.state === 'hashing');
    return shareSnapshot(isLeft ? { ...share, state: 'paused' } : share, {
      link: this.#records.linkOf(share),
      hashedBytes: this.#live.get(share.key)?.hashedBytes ?? 0,
      upload: this.uploadOf(knownId(share)),
    });
  }
}
