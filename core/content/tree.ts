import { basename, join, resolve } from 'node:path';
import { Failure } from '../failure.ts';
import { readFailure } from './disk-failure.ts';
import { type FileStat, type FileSystem, realFileSystem } from './file-system.ts';
import { FolderCount } from './folder-count.ts';
import {
  comparePaths,
  type FileEntry,
  type FolderEntry,
  type Listing,
  MAX_ENTRIES,
  MAX_FOLDERS,
} from './listing.ts';
import { MAX_LENGTH } from './manifest-fields.ts';
import { NameTree } from './name-tree.ts';
import { pathProblem } from './safe-path.ts';

/**
 * By what a change of a file is known. Blind to a second change within one tick of the clock of the file system
 * (4 ms on Linux); what is read then does not fit the hash, and those who fetch it refuse it.
 */
export interface Stamp {
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since the epoch, with a fraction. */
  readonly mtimeMs: number;
}

export interface TreeFile {
  /** As in the listing, relative and with '/'; empty for a single file. */
  readonly path: string;
  /** Where it is on this machine. */
  readonly absolute: string;
  readonly executable: boolean;
  readonly stamp: Stamp;
  /** See FileStat; known for as long as the process runs. */
  readonly identity: string;
}

/** What a person shares as one resource, as it was when it was looked at. */
export interface Tree {
  readonly kind: 'file' | 'folder';
  /** What to call it; a hint for those who fetch it, never part of the content. */
  readonly name: string;
  /** In the order of the listing. */
  readonly files: readonly TreeFile[];
  /** Paths of empty folders. */
  readonly folders: readonly string[];
  /** Bytes of all files. */
  readonly length: number;
  /** What is in the folders and is not shared, and why. */
  readonly skipped: readonly { readonly absolute: string; readonly reason: string }[];
}

/**
 * Looks at one file, one folder, or several of both, which together are one folder. Links that the person
 * names are followed; links, pipes, sockets and devices within folders are skipped.
 * Throws Failure: no-such-path, unreadable, not-a-file, bad-name, too-many-files, too-large, disk.
 */
export async function scanTree(paths: readonly string[], fs: FileSystem = realFileSystem): Promise<Tree> {
  if (paths.length === 0) throw new Failure('usage', 'Nothing was named to share.', 'Name a file or folder.');
  const scan = new Scan(fs);
  const tops = await Promise.all(paths.map((path) => named(path, fs)));
  const [first] = tops;
  if (tops.length === 1 && first.stat.kind === 'file') {
    await scan.addFile('', placeOf(first.absolute), first.stat);
    return scan.tree('file', first.name);
  }
  scan.expect(tops.length);
  if (tops.length === 1) await scan.addFolder('', placeOf(first.absolute));
  else for (const top of tops) await scan.add(top.name, placeOf(top.absolute), top.stat);
  return scan.tree('folder', tops.length === 1 ? first.name : `${first.name} and ${tops.length - 1} more`);
}

/** What the manifest of `tree` lists; undefined for a single file. */
export function listingOf(tree: Tree): Listing | undefined {
  if (tree.kind === 'file') return undefined;
  const files = tree.files.map(
    ({ path, executable, stamp }): FileEntry => ({ kind: 'file', path, length: stamp.size, executable }),
  );
  const folders = tree.folders.map((path): FolderEntry => ({ kind: 'folder', path }));
  return [...files, ...folders].sort((a, b) => comparePaths(a.path, b.path));
}

/** The first file of `tree` that is gone or no longer as it was; undefined if there is none. */
export async function findChange(tree: Tree, fs: FileSystem = realFileSystem): Promise<TreeFile | undefined> {
  for (const batch of batches(tree.files)) {
    const same = await Promise.all(
      batch.map((file) =>
        fs.look(file.absolute).then(
          (stat) => isAsStamped(stat, file.stamp),
          () => false,
        ),
      ),
    );
    const changed = same.indexOf(false);
    if (changed >= 0) return batch[changed];
  }
  return undefined;
}

export function isAsStamped(stat: FileStat, stamp: Stamp): boolean {
  return stat.kind === 'file' && stat.size === stamp.size && stat.mtimeMs === stamp.mtimeMs;
}

/** A path as the person gave it: where it leads, and what it is called. */
async function named(path: string, fs: FileSystem) {
  try {
    const absolute = await fs.resolve(resolve(path));
    const stat = await fs.look(absolute);
    if (stat.kind === 'file' || stat.kind === 'folder')
      return { absolute, stat, name: fs.names.fromDisk(basename(resolve(path))) || 'files' };
  } catch (error) {
    throw readFailure(error, path);
  }
  const hint = 'Pipes, sockets and devices cannot be shared.';
  throw new Failure('not-a-file', `${path} is neither a file nor a folder.`, hint);
}

/** Where something is: as people say it, and by the folder that is held open while it is looked at. */
interface Place {
  readonly absolute: string;
  readonly path: string;
}

function placeOf(absolute: string): Place {
  return { absolute, path: absolute };
}

class Scan {
  readonly #fs: FileSystem;
  readonly #files: TreeFile[] = [];
  readonly #folders: string[] = [];
  readonly #skipped: Tree['skipped'][number][] = [];
  readonly #names = new NameTree();
  readonly #count = new FolderCount();
  #length = 0;
  #expected = 0;

  constructor(fs: FileSystem) {
    this.#fs = fs;
  }

  tree(kind: Tree['kind'], name: string): Tree {
    return {
      kind,
      name,
      files: this.#files.sort((a, b) => comparePaths(a.path, b.path)),
      folders: this.#folders.sort(comparePaths),
      length: this.#length,
      skipped: this.#skipped,
    };
  }

  /** Counts what will be added, so that too much is refused before every piece of it was looked at. */
  expect(count: number): void {
    this.#expected += count;
    if (this.#expected > MAX_ENTRIES)
      throw new Failure('too-many-files', `There are more than ${MAX_ENTRIES} files.`, 'Pack them first.');
  }

  async add(path: string, place: Place, stat: FileStat): Promise<void> {
    if (stat.kind === 'file') await this.addFile(path, place, stat);
    else if (stat.kind === 'folder') await this.addFolder(path, place);
    else {
      const reason = stat.kind === 'link' ? 'a link' : 'neither a file nor a folder';
      this.#skipped.push({ absolute: place.absolute, reason });
    }
  }

  async addFile(path: string, { absolute, path: way }: Place, stat: FileStat): Promise<void> {
    if (path !== '') this.#name(path, absolute, 'file');
    await this.#fs.checkReadable(way).catch((error) => {
      throw readFailure(error, absolute);
    });
    const { size, mtimeMs, mode, identity } = stat;
    this.#files.push({
      path,
      absolute,
      executable: (mode & 0o100) !== 0,
      stamp: { size, mtimeMs },
      identity,
    });
    this.#length += size;
    if (this.#length > MAX_LENGTH)
      throw new Failure('too-large', `${absolute} and what is before it are more than 1 PiB.`);
  }

  /** `path` is empty for the folder that is shared itself. */
  async addFolder(path: string, { absolute, path: way }: Place): Promise<void> {
    const held = await this.#fs.hold(way).catch((error) => {
      throw readFailure(error, absolute);
    });
    try {
      await this.#addEntries(path, { absolute, path: held.path });
    } finally {
      await held.letGo();
    }
  }

  /** What is in a folder that is held open. */
  async #addEntries(path: string, folder: Place): Promise<void> {
    const { absolute } = folder;
    const names = await this.#list(folder);
    this.expect(names.length);
    if (names.length === 0 && path !== '') {
      this.#name(path, absolute, 'folder');
      this.#folders.push(path);
    }
    for (const batch of batches(names)) {
      const places = batch.map((name) => ({
        absolute: join(absolute, name),
        path: join(folder.path, name),
      }));
      const stats = await Promise.all(places.map((place) => this.#look(place)));
      for (const [i, name] of batch.entries()) {
        const listed = this.#fs.names.fromDisk(name);
        await this.add(path === '' ? listed : `${path}/${listed}`, places[i], stats[i]);
      }
    }
  }

  async #list({ absolute, path }: Place): Promise<string[]> {
    const raw = await this.#fs.list(path).catch((error) => {
      throw readFailure(error, absolute);
    });
    return raw.map((bytes) => {
      const name = Buffer.from(bytes).toString();
      if (Buffer.compare(Buffer.from(name), bytes) !== 0)
        throw badName(join(absolute, name), 'is no valid UTF-8');
      return name;
    });
  }

  #look({ absolute, path }: Place): Promise<FileStat> {
    return this.#fs.look(path).catch((error) => {
      throw readFailure(error, absolute);
    });
  }

  #name(path: string, absolute: string, kind: 'file' | 'folder'): void {
    const problem = pathProblem(path) ?? this.#names.add(path, kind);
    if (problem !== undefined) throw badName(absolute, problem);
    this.#count.add(path, kind);
    if (this.#count.folders > MAX_FOLDERS)
      throw new Failure('too-many-files', `There are more than ${MAX_FOLDERS} folders.`, 'Pack them first.');
  }
}

function badName(absolute: string, problem: string): Failure {
  const message = `${JSON.stringify(absolute)} cannot be shared under its name: it ${problem}.`;
  return new Failure('bad-name', message, 'Rename it, or share it packed in an archive.');
}

/** Enough at once to keep the thread pool busy, and no more memory than that takes. */
function* batches<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let i = 0; i < items.length; i += 64) yield items.slice(i, i + 64);
}
