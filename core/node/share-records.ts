import type { Tree } from '../content/tree.ts';
import type { NewShare, ShareChange, StoredShare } from '../store/shares.ts';
import type { Store } from '../store/store.ts';
import { linkOf, sameFiles, sameStamps, stampsOf } from './share-identity.ts';

/**
 * The shares of the store, held in memory too: a host asks for all of them at once, and there may be ten thousand.
 * Whatever is changed here is in the store first. Methods that change throw Failure, and then have changed nothing.
 */
export class ShareRecords {
  readonly #store: Store;
  #rows: Map<number, StoredShare> | undefined;
  /** Rows are replaced, never changed. */
  readonly #links = new WeakMap<StoredShare, string>();

  constructor(store: Store) {
    this.#store = store;
  }

  get(key: number): StoredShare | undefined {
    return this.#all.get(key);
  }

  /** In the order they were added. */
  list(): StoredShare[] {
    return [...this.#all.values()];
  }

  /** All copies of a resource, by its 16 hex digits; oldest first. */
  byId(id: string): StoredShare[] {
    return this.#store.shares.byId(id);
  }

  /** Shares of exactly these paths, in this order; oldest first. */
  byPaths(paths: readonly string[]): StoredShare[] {
    return this.#store.shares.byPaths(paths);
  }

  /** The link under which it can be fetched; empty while it is being hashed. */
  linkOf(share: StoredShare): string {
    const link = this.#links.get(share) ?? linkOf(share);
    this.#links.set(share, link);
    return link;
  }

  manifestOf({ digest }: StoredShare): Uint8Array | undefined {
    return digest === null ? undefined : this.#store.manifests.get(digest);
  }

  /** The manifest of a resource that was shared or fetched here before. */
  manifestOfId(id: string | null): Uint8Array | undefined {
    if (id === null) return undefined;
    const { shares, transfers, manifests } = this.#store;
    for (const { digest } of [...shares.byId(id), ...transfers.byId(id)]) {
      const manifest = digest === null ? undefined : manifests.get(digest);
      if (manifest !== undefined) return manifest;
    }
    return undefined;
  }

  /** Whether the files of a share look as they did when they were hashed. */
  isUnchanged({ key }: StoredShare, tree: Tree): boolean {
    return sameFiles(this.#store.shares.stamps(key), tree);
  }

  /** Whether it would be the same share again: its links and what is left out are the same, too. */
  isSame({ key }: StoredShare, tree: Tree): boolean {
    return sameStamps(this.#store.shares.stamps(key), tree);
  }

  /** With the tree that was hashed, if it was. */
  add(share: NewShare, tree?: Tree): StoredShare {
    const { shares } = this.#store;
    const added = this.#store.transaction(() => {
      const row = shares.add(share);
      if (tree !== undefined) shares.setStamps(row.key, stampsOf(tree));
      return row;
    });
    this.#all.set(added.key, added);
    return added;
  }

  /** With the tree that was hashed, if it was. */
  update(key: number, change: ShareChange, tree?: Tree): StoredShare {
    const { shares } = this.#store;
    const row = this.#store.transaction(() => {
      if (tree !== undefined) shares.setStamps(key, stampsOf(tree));
      return shares.update(key, change);
    });
    this.#all.set(key, row);
    return row;
  }

  /** It has been hashed: its manifest, in `bytes`, and the tree that it is of. */
  hashed(key: number, id: string, digest: Uint8Array, bytes: Uint8Array, tree: Tree): void {
    this.#store.transaction(() => {
      this.#store.manifests.put(digest, bytes);
      this.update(key, { id, digest, state: 'serving', problem: null }, tree);
    });
  }

  remove(key: number): void {
    this.#store.shares.remove(key);
    this.#all.delete(key);
  }

  get #all(): Map<number, StoredShare> {
    this.#rows ??= new Map(this.#store.shares.list().map((row) => [row.key, row]));
    return this.#rows;
  }
}
