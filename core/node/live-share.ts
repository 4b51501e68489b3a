import { identify, type OpenManifest } from '../content/manifest.ts';
import { scanRest } from '../content/scan.ts';
import { sealName } from '../content/seal.ts';
import { absoluteOf, findChange, type Tree } from '../content/tree.ts';
import type { SourceInfo } from '../engine/messages.ts';
import type { StoredShare } from '../store/shares.ts';
import type { Link, ResourceId } from '../wire/link.ts';
import { openManifest } from './known-manifest.ts';
import { changedFailure, checkSame, shortName } from './share-identity.ts';
import { openSource } from './source-opening.ts';
import type { Threads } from './threads.ts';

/** What hashing finds out. */
export interface Hashed {
  readonly id: ResourceId;
  readonly digest: Uint8Array;
  /** The manifest as it travels. */
  readonly bytes: Uint8Array;
  readonly tree: Tree;
}

/** A share while this run of the node serves it: what it has open in a codec thread, and what its files look like. */
export class LiveShare {
  /** Of its job and its source in the codec threads; no other share of this run has it. */
  readonly number: number;
  /** As the files should be; undefined until somebody has looked. */
  tree: Tree | undefined;
  /** From when it is to be hashed until that is recorded. */
  isHashing = false;
  hashedBytes = 0;
  readonly #threads: () => Threads;
  #source: Promise<SourceInfo> | undefined;

  constructor(number: number, threads: () => Threads) {
    this.number = number;
    this.#threads = threads;
  }

  /**
   * Reads all of it; it must be what `as` stands for, or what it was before, whose manifest is `known` if it is here.
   * Rejects with Failure.
   */
  async hash(share: StoredShare, as: Link | undefined, known: Uint8Array | undefined): Promise<Hashed> {
    this.tree ??= await scanRest(share.paths);
    const { tree } = this;
    const bytes = await this.#manifestOf(share, tree, known);
    const { id, digest } = identify(bytes);
    if (as !== undefined) checkSame(as, id, digest, tree);
    else if (share.id !== null) checkSame({ id: share.id as ResourceId, servers: [] }, id, digest, tree);
    const change = await findChange(tree);
    if (change !== undefined) throw changedFailure(absoluteOf(change));
    return { id, digest, bytes, tree };
  }

  /** The manifest as it travels: the one that is known, which has times that are not those of a copy, or a new one. */
  async #manifestOf(
    { id, contentKey }: StoredShare,
    tree: Tree,
    known: Uint8Array | undefined,
  ): Promise<Uint8Array> {
    const threads = this.#threads();
    const codec = this.number % threads.codecCount;
    const key = contentKey ?? undefined;
    if (known !== undefined && id !== null) {
      const manifest = openManifest({ id, contentKey }, known);
      await threads.command(codec, { type: 'verify', job: this.number, tree, manifest });
      return known;
    }
    const command = { type: 'hash', job: this.number, tree, key, id: id ?? undefined } as const;
    return (await threads.command(codec, command)) as Uint8Array;
  }

  /** Has it ready to be poured; `tree` is how its files are, and should be. Rejects with Failure. */
  open(name: string, manifest: OpenManifest, manifestBytes: Uint8Array, tree: Tree): Promise<SourceInfo> {
    this.tree = tree;
    const short = shortName(name);
    this.#source ??= openSource(this.#threads(), this.number, {
      tree,
      manifest,
      manifestBytes,
      name: manifest.access === 'private' ? sealName(manifest.key, short) : Buffer.from(short),
    });
    return this.#source;
  }

  /** Gives up what is under way, and lets go of the files. `id`: what is to be poured no more, if that is known. */
  close(id: string | null): void {
    if (this.isHashing) this.#tellCodec({ type: 'cancel', job: this.number });
    if (id !== null) this.#threads().tell({ type: 'drop', resource: id });
    if (this.#source !== undefined) this.#tellCodec({ type: 'close-source', source: this.number });
  }

  #tellCodec(command: Parameters<Threads['tellCodec']>[1]): void {
    const threads = this.#threads();
    threads.tellCodec(this.number % threads.codecCount, command);
  }
}
