import { dirname, join } from 'node:path';
import { Failure } from '../failure.ts';
import type { Breaks } from './breaks.ts';
import type { FileSystem } from './file-system.ts';
import { resolveTarget } from './link-target.ts';
import type { LinkEntry, Listing } from './listing.ts';
import { withoutLinks } from './no-links.ts';
import type { NamesOnDisk } from './windows-names.ts';

/** One file of a part on disk. */
export interface PartFile {
  readonly absolute: string;
  readonly length: number;
  readonly executable: boolean;
}

/** A file of a part in which something may not be as it was left. */
export interface Suspect {
  /** Bytes from its beginning that may be as they were; the rest is gone. */
  readonly there: number;
  /** It is longer than it should be, and may be somebody else's. */
  readonly isLonger: boolean;
}

/** A symbolic link of a part; `target` is as it is in the listing. */
export interface PartLink {
  readonly path: string;
  readonly absolute: string;
  readonly target: string;
  /** What it leads to, if it is there. */
  readonly leadsTo: string;
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
  /** In the order of the listing; made when all else is done. */
  readonly links: readonly PartLink[];
  readonly #fs: FileSystem;

  constructor(root: string, listing: Listing | undefined, length: number, fs: FileSystem) {
    this.#fs = withoutLinks(fs, root);
    this.root = root;
    this.isFolder = listing !== undefined;
    if (listing === undefined) {
      this.files = [{ absolute: root, length, executable: false }];
      this.folders = [];
      this.links = [];
      return;
    }
    const files: PartFile[] = [];
    const links: PartLink[] = [];
    const folders = new Set([root]);
    for (const entry of listing) {
      const absolute = join(root, ...entry.path.split('/').map(fs.names.toDisk));
      if (entry.kind === 'file') files.push({ ...entry, absolute });
      if (entry.kind === 'link') links.push({ ...entry, absolute, leadsTo: leadsTo(root, entry, fs.names) });
      const folder = entry.kind === 'folder' ? absolute : dirname(absolute);
      if (!folders.has(folder)) for (const outer of ancestors(root, folder)) folders.add(outer);
    }
    this.files = files;
    this.links = links;
    this.folders = [...folders];
  }

  /** Opens file `index` for writing. Throws Failure('part-file-lost') if it is not what was made. */
  open(index: number): number {
    const { absolute, length } = this.files[index];
    let fd: number;
    try {
      fd = this.#fs.open(absolute, 'write');
    } catch (error) {
      this.#checkWay(absolute);
      this.#check(absolute, length);
      throw error;
    }
    const { kind, size } = this.#fs.statOpen(fd);
    if (kind === 'file' && size === length) return fd;
    this.#fs.close(fd);
    throw lost(absolute, kind === 'file' ? `has ${size} bytes and not ${length}` : 'is no longer a file');
  }

  /** Opens it for reading, whatever it is by now. */
  openToRead(index: number): number {
    return this.#fs.open(this.files[index].absolute, 'read');
  }

  /** Throws Failure('part-file-lost') unless everything is there, with its length. */
  async check(breaks: Breaks): Promise<void> {
    for (const folder of this.folders) {
      if (this.#fs.stat(folder)?.kind !== 'folder') throw lost(folder, 'is no longer a folder');
      await breaks.next();
    }
    for (const { absolute, length } of this.files) {
      this.#check(absolute, length);
      await breaks.next();
    }
  }

  /**
   * Makes what is not there of folders and files, with their full lengths. Returns the files in which something may
   * not be as it was left, by index: those that were not there, are not as long as they should be, or changed after
   * `keptMs`, milliseconds of the clock of the file system; and when the last change was, of those that were there.
   * Those that are longer are left as they are.
   * Throws Failure('part-file-lost') when something else has taken a place.
   */
  async restore(
    keptMs: number,
    breaks: Breaks,
  ): Promise<{ suspects: Map<number, Suspect>; changedMs: number }> {
    for (const folder of this.folders) {
      const there = this.#fs.stat(folder);
      if (there === undefined) this.#fs.makeFolder(folder);
      else if (there.kind !== 'folder') throw lost(folder, 'is no longer a folder');
      await breaks.next();
    }
    const suspects = new Map<number, Suspect>();
    let changedMs = keptMs;
    for (const [index, { absolute, length }] of this.files.entries()) {
      const there = this.#fs.stat(absolute);
      if (there !== undefined && there.kind !== 'file') throw lost(absolute, 'is no longer a file');
      if (there === undefined || there.size !== length || there.changedMs > keptMs)
        suspects.set(index, {
          there: Math.min(there?.size ?? 0, length),
          isLonger: there !== undefined && there.size > length,
        });
      changedMs = Math.max(changedMs, there?.changedMs ?? 0);
      if (there === undefined || there.size < length)
        this.#resize(absolute, length, there === undefined ? 'create' : 'write');
      await breaks.next();
    }
    return { suspects, changedMs };
  }

  /** Cuts a file that is longer than it should be. */
  cut(index: number): void {
    const { absolute, length } = this.files[index];
    this.#resize(absolute, length, 'write');
  }

  /** A file that is longer than it should be, and not ours. */
  foreign(index: number): Failure {
    const { absolute, length } = this.files[index];
    return lost(absolute, `has more than ${length} bytes, and nothing of it is right`);
  }

  /** Throws Failure('part-file-lost') when something on the way to a file is no folder any more. */
  #checkWay(absolute: string): void {
    for (const folder of this.isFolder ? ancestors(this.root, dirname(absolute)) : [])
      if (this.#fs.stat(folder)?.kind !== 'folder') throw lost(folder, 'is no longer a folder');
  }

  #check(absolute: string, length: number): void {
    const there = this.#fs.stat(absolute);
    if (there === undefined) throw lost(absolute, 'is gone');
    if (there.kind !== 'file') throw lost(absolute, 'is no longer a file');
    if (there.size !== length) throw lost(absolute, `has ${there.size} bytes and not ${length}`);
  }

  #resize(absolute: string, length: number, mode: 'create' | 'write'): void {
    const fd = this.#fs.open(absolute, mode);
    try {
      this.#fs.resize(fd, length);
    } finally {
      this.#fs.close(fd);
    }
  }
}

function leadsTo(root: string, { path, target }: LinkEntry, { toDisk }: NamesOnDisk): string {
  return join(root, ...(resolveTarget(path, target) ?? '').split('/').map(toDisk));
}

function lost(path: string, what: string): Failure {
  const hint = 'Start it again: what is right is kept, and the rest is fetched.';
  return new Failure('part-file-lost', `${path}, of a transfer that is not complete, ${what}.`, hint);
}

/** `root` and the folders below it that lead to `folder`, with `folder`; outer ones first. */
function ancestors(root: string, folder: string): string[] {
  return folder === root ? [root] : [...ancestors(root, dirname(folder)), folder];
}
