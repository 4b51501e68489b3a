import { Failure } from '../failure.ts';
import { blake3 } from './blake3.ts';
import { type FileSystem, realFileSystem } from './file-system.ts';
import { blockCapacity, blockCount, type Layout } from './layout.ts';
import { foldersOf, type Listing } from './listing.ts';
import { blockHash, encodeManifest, identify, type OpenManifest, parseManifest } from './manifest.ts';
import {
  DEFAULT_SYMBOL_SIZE,
  DEFAULT_SYMBOLS_PER_BLOCK,
  HASH_BYTES,
  MAX_MANIFEST_BYTES,
} from './manifest-fields.ts';
import { sameBytes } from './seal.ts';
import { SourceReader } from './source.ts';
import { contentsOf, listingOf, type Tree } from './tree.ts';

export interface BuildOptions {
  /** The content key of a private resource; must be new, see seal.ts. Absent: public. */
  readonly key?: Uint8Array;
  /** The id that is hoped for: times are left out where that gives it, as links of earlier versions want it. */
  readonly id?: string;
  /** Bytes. */
  readonly symbolSize?: number;
  readonly symbolsPerBlock?: number;
}

export interface Built {
  readonly manifest: OpenManifest;
  /** The manifest as it travels. */
  readonly bytes: Uint8Array;
}

/** How far a walk over the content is, in bytes; `result` when it is done. */
export type Step<T> =
  | { readonly done: false; readonly hashed: number; readonly total: number }
  | { readonly done: true; readonly hashed: number; readonly total: number; readonly result: T };

/**
 * Makes the manifest of a tree in one pass over its bytes, a block at each `step`, so that a worker thread can
 * do other work between. Throws Failure as SourceReader.readBlock does, and too-large.
 */
export class ManifestBuilder {
  readonly #tree: Tree;
  readonly #layout: Layout;
  readonly #key: Uint8Array | undefined;
  readonly #id: string | undefined;
  readonly #hashes: Uint8Array;
  readonly #walk: BlockWalk;

  constructor(tree: Tree, options: BuildOptions = {}, fs: FileSystem = realFileSystem) {
    this.#tree = tree;
    this.#key = options.key;
    this.#id = options.id;
    this.#layout = {
      length: tree.length,
      symbolSize: options.symbolSize ?? DEFAULT_SYMBOL_SIZE,
      symbolsPerBlock: options.symbolsPerBlock ?? DEFAULT_SYMBOLS_PER_BLOCK,
    };
    const hashBytes = blockCount(this.#layout) * HASH_BYTES;
    if (hashBytes > MAX_MANIFEST_BYTES)
      throw new Failure('too-large', `${tree.name} is too large for one resource.`, 'Share it in parts.');
    this.#hashes = new Uint8Array(hashBytes);
    this.#walk = new BlockWalk(tree, this.#layout, this.#key, fs);
  }

  /** Bytes that `step` needs to work in. */
  get bufferBytes(): number {
    return blockCapacity(this.#layout);
  }

  step(buffer: Uint8Array): Step<Built> {
    this.#walk.next(buffer, (block, hash) => this.#hashes.set(hash, block * HASH_BYTES));
    return this.#walk.progress(() => this.#finish());
  }

  /** Closes the files; needed only if not every step was made. */
  close(): void {
    this.#walk.close();
  }

  #finish(): Built {
    const bytes = this.#encode();
    // What we publish goes through the checks of those who fetch it.
    const { id } = identify(bytes);
    const manifest = this.#key
      ? parseManifest(bytes, { id, key: this.#key })
      : (parseManifest(bytes, { id }) as OpenManifest);
    return { manifest, bytes };
  }

  #encode(): Uint8Array {
    const contents = contentsOf(this.#tree, this.#key === undefined ? 'public' : 'private');
    const body = { ...this.#layout, hashes: this.#hashes };
    const bytes = encodeManifest({ ...body, ...contents }, this.#key);
    if (this.#id === undefined || identify(bytes).id === this.#id) return bytes;
    const { times: _, ...timeless } = contents;
    const older = encodeManifest({ ...body, ...timeless }, this.#key);
    return identify(older).id === this.#id ? older : bytes;
  }
}

/**
 * Checks in the same steps that a tree is the content of a manifest, so that it may be served under its link.
 * Names of folders count, that of a single file does not; nor do executable bits, which not every system has.
 * Throws Failure('not-the-same-content') at the first difference, and as SourceReader.readBlock does.
 */
export class ContentVerifier {
  readonly #tree: Tree;
  readonly #manifest: OpenManifest;
  readonly #walk: BlockWalk;

  constructor(tree: Tree, manifest: OpenManifest, fs: FileSystem = realFileSystem) {
    this.#tree = tree;
    this.#manifest = manifest;
    const difference = listingDifference(listingOf(tree), manifest.listing);
    if (difference !== undefined) throw notTheSame(tree, difference);
    if (tree.length !== manifest.length)
      throw notTheSame(tree, `it has ${tree.length} bytes and not ${manifest.length}`);
    const key = manifest.access === 'private' ? manifest.key : undefined;
    this.#walk = new BlockWalk(tree, manifest, key, fs);
  }

  /** Bytes that `step` needs to work in. */
  get bufferBytes(): number {
    return blockCapacity(this.#manifest);
  }

  step(buffer: Uint8Array): Step<OpenManifest> {
    this.#walk.next(buffer, (block, hash) => {
      if (!sameBytes(hash, blockHash(this.#manifest, block)))
        throw notTheSame(this.#tree, `its bytes differ in block ${block}`);
    });
    return this.#walk.progress(() => this.#manifest);
  }

  close(): void {
    this.#walk.close();
  }
}

/** Reads and hashes one block after the other. */
class BlockWalk {
  readonly #reader: SourceReader;
  readonly #layout: Layout;
  readonly #blocks: number;
  #block = 0;

  constructor(tree: Tree, layout: Layout, key: Uint8Array | undefined, fs: FileSystem) {
    this.#reader = new SourceReader(tree, layout, key, fs);
    this.#layout = layout;
    this.#blocks = blockCount(layout);
  }

  next(buffer: Uint8Array, take: (block: number, hash: Uint8Array) => void): void {
    if (this.#block >= this.#blocks) return;
    try {
      const length = this.#reader.readBlock(this.#block, buffer);
      take(this.#block, blake3.hash(buffer.subarray(0, length)));
      this.#block += 1;
    } catch (error) {
      this.close();
      throw error;
    }
  }

  progress<T>(result: () => T): Step<T> {
    const total = this.#layout.length;
    const hashed = Math.min(total, this.#block * blockCapacity(this.#layout));
    if (this.#block < this.#blocks) return { done: false, hashed, total };
    this.close();
    return { done: true, hashed, total, result: result() };
  }

  close(): void {
    this.#reader.close();
  }
}

/** By files and folders: links are no content, and cannot be made everywhere. */
function listingDifference(mine: Listing | undefined, theirs: Listing | undefined): string | undefined {
  if (mine === undefined && theirs === undefined) return undefined;
  if (mine === undefined) return 'it is a file and not a folder';
  if (theirs === undefined) return 'it is a folder and not a file';
  const [here, there] = [mine, theirs].map(pathsOf);
  for (let i = 0; i < Math.max(here.length, there.length); i++) {
    const [a, b] = [here.at(i), there.at(i)];
    if (a?.path !== b?.path || (a?.length === undefined) !== (b?.length === undefined))
      return `they differ in ${JSON.stringify((a ?? b)?.path)}`;
    if (a?.length !== b?.length)
      return `${JSON.stringify(a?.path)} has ${a?.length} bytes and not ${b?.length}`;
  }
  return undefined;
}

/** All files with their lengths, then all folders. */
function pathsOf(listing: Listing): { readonly path: string; readonly length?: number }[] {
  const files = listing.filter((entry) => entry.kind === 'file');
  return [...files, ...foldersOf(listing).map((path) => ({ path }))];
}

function notTheSame(tree: Tree, reason: string): Failure {
  return new Failure(
    'not-the-same-content',
    `${tree.name} is not what the link stands for: ${reason}.`,
    'Share it under a link of its own.',
  );
}
