import { badManifest, CborReader } from './cbor-reader.ts';
import { CborWriter } from './cbor-writer.ts';
import { FolderCount } from './folder-count.ts';
import { LinkPaths, resolveTarget, targetProblem } from './link-target.ts';
import { NameTree } from './name-tree.ts';
import { pathProblem } from './safe-path.ts';

/** A file of a folder that is shared. `path` is relative to the folder, parted by '/'. */
export interface FileEntry {
  readonly kind: 'file';
  readonly path: string;
  /** Bytes. */
  readonly length: number;
  readonly executable: boolean;
}

/** A folder with nothing in it; all others follow from the paths of files. */
export interface FolderEntry {
  readonly kind: 'folder';
  readonly path: string;
}

/** A symbolic link that leads into the folder: see link-target.ts. */
export interface LinkEntry {
  readonly kind: 'link';
  readonly path: string;
  readonly target: string;
}

/** What is in a folder, sorted by {@link comparePaths}; the bytes of its files follow one another in this order. */
export type Listing = readonly Entry[];

export type Entry = FileEntry | FolderEntry | LinkEntry;

export const MAX_ENTRIES = 1_000_000;
/** Of folders, said and implied: a listing of 64 MiB could stand for 31 million. */
export const MAX_FOLDERS = 250_000;

/** CBOR, as {@link writeListing} writes it. */
export function encodeListing(listing: Listing): Uint8Array {
  const writer = new CborWriter();
  writeListing(writer, listing);
  return writer.finish();
}

/** An array of `[path, length, executable]` for a file, `[path]` for an empty folder, `[path, target]` for a link. */
export function writeListing(writer: CborWriter, listing: Listing): void {
  writer.array(listing.length);
  for (const entry of listing) {
    writer.array(entry.kind === 'file' ? 3 : entry.kind === 'link' ? 2 : 1);
    writer.text(entry.path);
    if (entry.kind === 'link') writer.text(entry.target);
    if (entry.kind !== 'file') continue;
    writer.uint(entry.length);
    writer.bool(entry.executable);
  }
}

/** The listing that `bytes` are, in a manifest of version 1: {@link readListing}. */
export function decodeListing(bytes: Uint8Array, total: number): Listing {
  const reader = new CborReader(bytes);
  const entries = readListing(reader, total, 'without-links');
  reader.end();
  return entries;
}

/**
 * A listing, whose files have `total` bytes together: every path safe, no two that would meet on disk, sorted, no link
 * that leads out of the folder. Throws Failure('bad-manifest').
 */
export function readListing(
  reader: CborReader,
  total: number,
  links: 'with-links' | 'without-links',
): Listing {
  const items = reader.array('the number of files', MAX_ENTRIES);
  const entries: Entry[] = [];
  const names = new NameTree();
  const count = new FolderCount();
  let previous = '';
  let sum = 0;
  for (let i = 0; i < items; i++) {
    const entry = readEntry(reader, i, total, links);
    const { path } = entry;
    const problem = pathProblem(path) ?? names.add(path, entry.kind);
    if (problem !== undefined) throw badManifest(`the path ${quoted(path)} ${problem}`);
    if (i > 0 && comparePaths(previous, path) >= 0) throw badManifest(`${quoted(path)} is not in order`);
    count.add(path, entry.kind);
    if (count.folders > MAX_FOLDERS) throw badManifest(`it has more than ${MAX_FOLDERS} folders`);
    if (entry.kind === 'file') sum += entry.length;
    if (sum > total) throw badManifest(`its files have more than the ${total} bytes it says`);
    entries.push(entry);
    previous = path;
  }
  if (sum !== total) throw badManifest(`its files have ${sum} bytes and not the ${total} it says`);
  checkLinks(entries);
  return entries;
}

/** All folders of a listing, said and implied, with the one that everything is in, whose path is empty; sorted. */
export function foldersOf(listing: Listing): string[] {
  const folders = new Set(['']);
  for (const { kind, path } of listing) {
    let folder = kind === 'folder' ? path : parentOf(path);
    for (; !folders.has(folder); folder = parentOf(folder)) folders.add(folder);
  }
  return [...folders].sort(comparePaths);
}

/** The folder that `path` is in; empty for the one that everything is in. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** How many folders `listing` stands for, with the one that everything is in; a single file has none. */
export function folderCount(listing: Listing | undefined): number {
  if (listing === undefined) return 0;
  const count = new FolderCount();
  for (const { path, kind } of listing) count.add(path, kind);
  return count.folders + 1;
}

/** The order of the UTF-8 bytes, which is that of code points, not that of UTF-16 units. */
export function comparePaths(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

/** Moves surrogates, which stand for code points beyond U+FFFF, behind the units U+E000..U+FFFF. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000;
}

function checkLinks(listing: Listing): void {
  const links = new LinkPaths();
  for (const { kind, path } of listing) if (kind === 'link') links.add(path);
  for (const entry of listing) {
    if (entry.kind !== 'link') continue;
    const { path, target } = entry;
    const problem = targetProblem(path, target);
    if (problem !== undefined) throw badManifest(`the link ${quoted(path)} ${problem}`);
    if (links.isBehindLink(resolveTarget(path, target) ?? ''))
      throw badManifest(`the link ${quoted(path)} leads through another`);
  }
}

function readEntry(
  reader: CborReader,
  index: number,
  total: number,
  links: 'with-links' | 'without-links',
): Entry {
  const items = reader.array(`entry ${index}`, 3);
  if (items === 0 || (items === 2 && links === 'without-links'))
    throw badManifest(`entry ${index} has ${items} items`);
  const path = reader.text(`the path of entry ${index}`);
  if (items === 1) return { kind: 'folder', path };
  if (items === 2) return { kind: 'link', path, target: reader.text(`the target of ${quoted(path)}`) };
  const length = reader.uint(`the length of ${quoted(path)}`, total);
  return { kind: 'file', path, length, executable: reader.bool(`the flag of ${quoted(path)}`) };
}

/** A path from a stranger, made fit for a message. */
function quoted(path: string): string {
  return JSON.stringify(path.length > 100 ? `${path.slice(0, 100)}...` : path);
}
