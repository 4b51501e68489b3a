import { parse } from 'node:path';
import { Failure } from '../failure.ts';
import { readFailure } from './disk-failure.ts';
import { FileMap, type FileRange } from './file-map.ts';
import { type FileSystem, realFileSystem } from './file-system.ts';
import { blockLength, blockOffset, type Layout } from './layout.ts';
import { withoutLinks } from './no-links.ts';
import { OpenFiles } from './open-files.ts';
import { sealBlock } from './seal.ts';
import { absoluteOf, isAsStamped, type Tree, type TreeFile } from './tree.ts';

/** Reads what is shared block by block, as it travels. Synchronous: it belongs in a worker thread. */
export class SourceReader {
  readonly #fs: FileSystem;
  readonly #tree: Tree;
  readonly #layout: Layout;
  readonly #key: Uint8Array | undefined;
  readonly #map: FileMap;
  readonly #open: OpenFiles;

  /** With a content key, blocks are sealed. */
  constructor(tree: Tree, layout: Layout, key?: Uint8Array, fs: FileSystem = realFileSystem) {
    if (tree.length !== layout.length)
      throw new RangeError(`a tree of ${tree.length} bytes and a layout of ${layout.length}`);
    this.#fs = fs;
    this.#tree = tree;
    this.#layout = layout;
    this.#key = key;
    this.#map = new FileMap(tree.files.map((file) => file.size));
    this.#open = new OpenFiles(fs, (file) => this.#openFile(tree.files[file]));
  }

  /**
   * Puts block `block` at the beginning of `into`, which may be shared memory and has room for its whole
   * symbols, and zeros in all of `into` behind it. Returns the length of the block without padding, in bytes.
   * Throws Failure: changed-while-read, no-such-path, unreadable, disk.
   */
  readBlock(block: number, into: Uint8Array): number {
    const length = blockLength(this.#layout, block);
    const { symbolSize } = this.#layout;
    if (into.length < Math.ceil(length / symbolSize) * symbolSize)
      throw new RangeError(`no room for block ${block} in ${into.length} bytes`);
    for (const range of this.#map.ranges(blockOffset(this.#layout, block), length))
      this.#read(range, into.subarray(range.at, range.at + range.length));
    if (this.#key !== undefined) sealBlock(this.#key, block, into.subarray(0, length));
    into.fill(0, length);
    return length;
  }

  close(): void {
    this.#open.close();
  }

  #read(range: FileRange, into: Uint8Array): void {
    const file = this.#tree.files[range.file];
    try {
      const fd = this.#open.get(range.file);
      for (let done = 0; done < into.length; ) {
        const count = this.#fs.read(fd, into.subarray(done), range.offset + done);
        if (count === 0) throw changed(file);
        done += count;
      }
      // After reading: a change before or meanwhile shows in the time of the file.
      if (!isAsStamped(this.#fs.statOpen(fd), file)) throw changed(file);
    } catch (error) {
      throw readFailure(error, absoluteOf(file));
    }
  }

  /** A file that was put in the place of the one that was scanned shows in its stamp, before it is read. */
  #openFile(file: TreeFile): number {
    // Its path was resolved when it was scanned: a link anywhere on it was put there since.
    const absolute = absoluteOf(file);
    const fs = withoutLinks(this.#fs, parse(absolute).root);
    const fd = fs.open(absolute, 'read');
    const there = fs.statOpen(fd);
    // File systems without inodes (FAT, some network shares) number a file anew from time to time.
    const isIt = there.identity === file.identity || there.identity === fs.stat(absolute)?.identity;
    if (isIt && isAsStamped(there, file)) return fd;
    fs.close(fd);
    throw changed(file);
  }
}

function changed(file: TreeFile): Failure {
  return new Failure(
    'changed-while-read',
    `${absoluteOf(file)} has changed since it was shared.`,
    'Share it again; its link will be another.',
  );
}
