import { join } from 'node:path';
import {
  type Contents,
  type LeftOut,
  MAX_LEFT_OUT_NAME_BYTES,
  MAX_LEFT_OUT_NAMES,
  timeOf,
} from './contents.ts';
import { type FileStat, type FileSystem, realFileSystem } from './file-system.ts';
import { comparePaths, type FileEntry, type FolderEntry, type LinkEntry, type Listing } from './listing.ts';
import { cutToBytes } from './safe-name.ts';

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

/** A folder that files of a tree are in, as all of them name it: there may be a million. */
export interface TreePlace {
  /** As in the listing; empty for that which everything is in. */
  readonly path: string;
  /** Where it is on this machine. */
  readonly absolute: string;
}

export interface TreeFile extends Stamp {
  readonly folder: TreePlace;
  /** As in the listing; empty for a single file. */
  readonly name: string;
  /** What it is called on this machine. */
  readonly nameOnDisk: string;
  readonly executable: boolean;
  /** See FileStat; known for as long as the process runs. */
  readonly identity: string;
}

/** As in the listing, relative and with '/'; empty for a single file. */
export function pathOf({ folder, name }: TreeFile): string {
  return folder.path === '' ? name : `${folder.path}/${name}`;
}

/** Where it is on this machine. */
export function absoluteOf({ folder, nameOnDisk }: TreeFile): string {
  return join(folder.absolute, nameOnDisk);
}

/** What a person shares as one resource, as it was when it was looked at. */
export interface Tree {
  readonly kind: 'file' | 'folder';
  /** What to call it; a hint for those who fetch it, never part of the content. */
  readonly name: string;
  /** In the order of the listing. */
  readonly files: readonly TreeFile[];
  /** Paths of folders in which nothing is that travels. */
  readonly folders: readonly string[];
  readonly links: readonly { readonly path: string; readonly target: string }[];
  /** When each folder was last changed, in the order of {@link foldersOf}; none of a single file. */
  readonly folderTimes: readonly number[];
  /** Bytes of all files. */
  readonly length: number;
  /** What is in the folders and is not shared. */
  readonly skipped: readonly Skipped[];
}

export interface Skipped {
  /** Where it would be in the listing. */
  readonly path: string;
  readonly absolute: string;
  /** A sentence without its end, about "it". */
  readonly reason: string;
  /** For what the person may want to do something about before the rest is shared without it; undefined: nothing. */
  readonly code?: 'bad-name' | 'unreadable';
  /** In a folder that is skipped itself. */
  readonly within?: true;
}

/** What the manifest of `tree` lists; undefined for a single file. */
export function listingOf(tree: Tree): Listing | undefined {
  if (tree.kind === 'file') return undefined;
  const files = tree.files.map(
    (file): FileEntry => ({
      kind: 'file',
      path: pathOf(file),
      length: file.size,
      executable: file.executable,
    }),
  );
  const folders = tree.folders.map((path): FolderEntry => ({ kind: 'folder', path }));
  const links = tree.links.map((link): LinkEntry => ({ kind: 'link', ...link }));
  return [...files, ...folders, ...links].sort((a, b) => comparePaths(a.path, b.path));
}

/** What the manifest of `tree` says of it. */
export function contentsOf(tree: Tree, access: 'public' | 'private'): Contents {
  const leftOut = leftOutOf(tree, access);
  const files = tree.files.map(({ mtimeMs }) => timeOf(mtimeMs));
  return {
    listing: listingOf(tree),
    ...(access === 'private' && { times: { files, folders: tree.folderTimes } }),
    ...(leftOut !== undefined && { leftOut }),
  };
}

/** What those who fetch `tree` are told that they do not get: in public no more than how much; undefined: nothing. */
export function leftOutOf({ skipped }: Tree, access: 'public' | 'private'): LeftOut | undefined {
  const left = skipped.filter(({ within }) => within === undefined);
  if (left.length === 0) return undefined;
  if (access === 'public') return { count: left.length, names: [] };
  const names = left.map(({ path }) => cutToBytes(path.toWellFormed(), MAX_LEFT_OUT_NAME_BYTES));
  return { count: left.length, names: names.sort(comparePaths).slice(0, MAX_LEFT_OUT_NAMES) };
}

/** The first file of `tree` that is gone or no longer as it was; undefined if there is none. */
export async function findChange(tree: Tree, fs: FileSystem = realFileSystem): Promise<TreeFile | undefined> {
  for (const batch of batches(tree.files)) {
    const same = await Promise.all(
      batch.map((file) =>
        fs.look(absoluteOf(file)).then(
          (stat) => isAsStamped(stat, file),
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

/** Enough at once to keep the thread pool busy, and no more memory than that takes. */
export function* batches<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let i = 0; i < items.length; i += 64) yield items.slice(i, i + 64);
}
