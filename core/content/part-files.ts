import { dirname, join } from 'node:path';
import { Failure } from '../failure.ts';
import type { FileSystem } from './file-system.ts';
import type { Listing } from './listing.ts';
import { withoutLinks } from './no-links.ts';

/** One file of a part on disk. */
export interface PartFile {
  readonly absolute: string;
  readonly length: number;
  readonly executable: boolean;
}

/**
 * Where the files and folders of a resource are while it is fetched: a file `root`, or a folder `root` with the
 * files of the listing in it. Below `root` no link is followed.
 */
export class PartFiles {
  readonly root: string;
  readonly isFolder: boolean;
  /** In the order of the listing. */
  readonly files: readonly PartFile[];
  /** All folders below and with `root`, outer ones first; none for a single file. */
  readonly folders: readonly string[];
  readonly #fs: FileSystem;

  constructor(root: string, listing: Listing | undefined, length: number, fs: FileSystem) {
    this.#fs = withoutLinks(fs, root);
    this.root = root;
    this.isFolder = listing !== undefined;
    if (listing === undefined) {
      this.files = [{ absolute: root, length, executable: false }];
      this.folders = [];
      return;
    }
    const files: PartFile[] = [];
    const folders = new Set([root]);
    for (const entry of listing) {
      const absolute = join(root, ...entry.path.split('/').map(fs.names.toDisk));
      if (entry.kind === 'file') files.push({ ...entry, absolute });
      for (const folder of ancestors(root, entry.kind === 'file' ? dirname(absolute) : absolute))
        folders.add(folder);
    }
    this.files = files;
    this.folders = [...folders];
  }

  /** Makes all there is of folders and files, with their full lengths; `root` itself must be there and empty. */
  make(): void {
    for (const folder of this.folders) if (folder !== this.root) this.#fs.makeFolder(folder);
    for (const { absolute, length } of this.files) {
      const fd = this.#fs.open(absolute, this.isFolder ? 'create' : 'write');
      try {
        this.#fs.resize(fd, length);
      } finally {
        this.#fs.close(fd);
      }
    }
  }

  /** Opens file `index` for writing. Throws Failure('part-file-lost') if it is not what was made. */
  open(index: number): number {
    const { absolute, length } = this.files[index];
    for (const folder of this.isFolder ? ancestors(this.root, dirname(absolute)) : [])
      if (this.#fs.stat(folder)?.kind !== 'folder') throw lost(folder, 'is no longer a folder');
    const there = this.#fs.stat(absolute);
    if (there === undefined) throw lost(absolute, 'is gone');
    if (there.kind !== 'file') throw lost(absolute, 'is no longer a file');
    // A link that takes the place of the file from here on meets O_NOFOLLOW.
    const fd = this.#fs.open(absolute, 'write');
    const { kind, size } = this.#fs.statOpen(fd);
    if (kind === 'file' && size === length) return fd;
    this.#fs.close(fd);
    throw lost(absolute, `has ${size} bytes and not ${length}`);
  }

  /**
   * Makes sure that everything is there. What a power cut may have taken, names and lengths that nobody had flushed
   * yet, is made again where nothing is kept in it. Throws Failure('part-file-lost') when a file with `isKept` is not
   * what was made, or something else has taken a place.
   */
  restore(isKept: (file: number) => boolean): void {
    for (const [index, file] of this.files.entries()) if (isKept(index)) this.#check(file);
    for (const folder of this.folders) {
      const there = this.#fs.stat(folder);
      if (there === undefined) this.#fs.makeFolder(folder);
      else if (there.kind !== 'folder') throw lost(folder, 'is no longer a folder');
    }
    for (const [index, file] of this.files.entries()) if (!isKept(index)) this.#remake(file);
  }

  #check({ absolute, length }: PartFile): void {
    const there = this.#fs.stat(absolute);
    if (there?.kind !== 'file') throw lost(absolute, 'is gone or no longer a file');
    if (there.size !== length) throw lost(absolute, `has ${there.size} bytes and not ${length}`);
  }

  #remake({ absolute, length }: PartFile): void {
    const there = this.#fs.stat(absolute);
    if (there?.kind === 'file' && there.size === length) return;
    if (there !== undefined && there.kind !== 'file') throw lost(absolute, 'is no longer a file');
    if (there !== undefined && there.size > length)
      throw lost(absolute, `has ${there.size} bytes and not ${length}`);
    const fd = this.#fs.open(absolute, there === undefined ? 'create' : 'write');
    try {
      this.#fs.resize(fd, length);
    } finally {
      this.#fs.close(fd);
    }
  }
}

function lost(path: string, what: string): Failure {
  const hint = 'Remove the transfer and fetch it again.';
  return new Failure('part-file-lost', `${path}, of a transfer that is not complete, ${what}.`, hint);
}

/** `root` and the folders below it that lead to `folder`, with `folder`; outer ones first. */
function ancestors(root: string, folder: string): string[] {
  return folder === root ? [root] : [...ancestors(root, dirname(folder)), folder];
}
