import { dirname, join } from 'node:path';
import { Failure } from '../failure.ts';
import { writeFailure, writing } from './disk-failure.ts';
import { FileMap } from './file-map.ts';
import { type FileSystem, realFileSystem } from './file-system.ts';
import { blockCount, blockLength, blockOffset } from './layout.ts';
import type { OpenManifest } from './manifest.ts';
import { OpenFiles } from './open-files.ts';
import { PartFiles } from './part-files.ts';
import { placeOnceLetGo, withFreeName } from './place.ts';
import { withSuffix } from './safe-name.ts';
import { componentProblem } from './safe-path.ts';

/** How many files are flushed at a time: as many as the thread pool of node has threads. */
const FLUSHES = 4;

/**
 * Writes the blocks of a resource to a part, `<name>.part`, a file or folder beside its final place, and gives
 * it its name in the end. All methods throw Failure: no-space, no-permission, disk, part-file-lost.
 */
export class PartWriter {
  /** Where the part is; what {@link PartWriter.reopen} takes. */
  readonly partPath: string;
  readonly #fs: FileSystem;
  readonly #manifest: OpenManifest;
  readonly #files: PartFiles;
  readonly #map: FileMap;
  readonly #open: OpenFiles;
  /** Files written to since they were last flushed. */
  #dirty = new Set<number>();
  #foldersAreFlushed = false;
  /** Why it can be kept no more. */
  #refusal: unknown;

  private constructor(files: PartFiles, manifest: OpenManifest, fs: FileSystem) {
    this.partPath = files.root;
    this.#fs = fs;
    this.#manifest = manifest;
    this.#files = files;
    this.#map = new FileMap(files.files.map((file) => file.length));
    this.#open = new OpenFiles(fs, (file) => files.open(file));
  }

  /**
   * Makes a new part in `folder`, of full length but taking no room yet (see checkRoom), for what will be called
   * `name`, which has been through safeName. A part of that name that is there already is somebody else's.
   */
  static create(
    folder: string,
    name: string,
    manifest: OpenManifest,
    fs: FileSystem = realFileSystem,
  ): PartWriter {
    if (componentProblem(name) !== undefined)
      throw new RangeError(`${JSON.stringify(name)} is not a safe name`);
    const isFile = manifest.listing === undefined;
    const [partName] = writing(folder, () =>
      withFreeName(withSuffix(name, '.part', 'at-end'), (candidate) => {
        if (isFile) fs.close(fs.open(join(folder, candidate), 'create'));
        else fs.makeFolder(join(folder, candidate));
      }),
    );
    const root = join(folder, partName);
    const files = new PartFiles(root, manifest.listing, manifest.length, fs);
    try {
      files.make();
    } catch (error) {
      removeIfPossible(fs, root);
      throw writeFailure(error, root);
    }
    return new PartWriter(files, manifest, fs);
  }

  /**
   * Takes a part up again in which the blocks with `isVerified` are kept. What is missing elsewhere, after a power cut
   * for instance, is made again. Throws Failure('part-file-lost') when something of those blocks is missing.
   */
  static reopen(
    partPath: string,
    manifest: OpenManifest,
    isVerified: (block: number) => boolean,
    fs: FileSystem = realFileSystem,
  ): PartWriter {
    const files = new PartFiles(partPath, manifest.listing, manifest.length, fs);
    const writer = new PartWriter(files, manifest, fs);
    const kept = writer.#filesOf(isVerified);
    writing(partPath, () => files.restore((file) => kept.has(file)));
    return writer;
  }

  /** Writes block `block`: as many bytes of `bytes` as it is long, verified and unsealed. */
  writeBlock(block: number, bytes: Uint8Array): void {
    const length = blockLength(this.#manifest, block);
    if (bytes.length < length)
      throw new RangeError(`block ${block} has ${length} bytes, got ${bytes.length}`);
    for (const range of this.#map.ranges(blockOffset(this.#manifest, block), length)) {
      const from = bytes.subarray(range.at, range.at + range.length);
      writing(this.#files.files[range.file].absolute, () => this.#write(range.file, range.offset, from));
    }
  }

  /**
   * Resolves when all that was written before the call is on the medium, and its names. When it rejects, none of it
   * may be counted as kept, and every later call rejects too: a system may forget what it could not flush, and say
   * nothing of it the next time (https://lwn.net/Articles/752063). What was written has to be written again, into the
   * part taken up anew.
   */
  async sync(): Promise<void> {
    if (this.#refusal !== undefined) throw this.#refusal;
    const dirty = [...this.#dirty];
    this.#dirty = new Set();
    try {
      for (let i = 0; i < dirty.length; i += FLUSHES)
        await Promise.all(dirty.slice(i, i + FLUSHES).map((file) => this.#flushFile(file)));
      if (!this.#foldersAreFlushed) await this.#flushFolders();
    } catch (error) {
      this.#refusal = error;
      throw error;
    }
  }

  /**
   * Ends it, once every block is written: executable bits, everything on the medium, and the final name `name` in
   * the folder of the part, or the next free one like it. Returns the path.
   */
  async finish(name: string): Promise<string> {
    await this.sync();
    for (const [index, { executable }] of this.#files.files.entries())
      if (executable) await this.#makeExecutable(index);
    this.#open.close();
    await this.#fs.markOrigin(
      this.partPath,
      this.#files.files.map(({ absolute }) => absolute),
    );
    const folder = dirname(this.partPath);
    const path = await placeOnceLetGo(this.#fs, this.partPath, folder, name).catch((error) => {
      throw writeFailure(error, join(folder, name));
    });
    await this.#flushFolder(folder);
    return path;
  }

  /** Closes files; the part stays, to be taken up again. */
  close(): void {
    writing(this.partPath, () => this.#open.close());
  }

  /** Closes files and removes the part. */
  discard(): void {
    this.close();
    writing(this.partPath, () => this.#fs.removeTree(this.partPath));
  }

  /** Files that hold something of the blocks with `isVerified`; all, when that is every block there is. */
  #filesOf(isVerified: (block: number) => boolean): ReadonlySet<number> {
    const manifest = this.#manifest;
    const blocks = Array.from({ length: blockCount(manifest) }, (_, block) => block).filter(isVerified);
    if (blocks.length === blockCount(manifest)) return new Set(this.#files.files.keys());
    const ranges = blocks.flatMap((block) =>
      this.#map.ranges(blockOffset(manifest, block), blockLength(manifest, block)),
    );
    return new Set(ranges.map(({ file }) => file));
  }

  #write(file: number, offset: number, from: Uint8Array): void {
    const fd = this.#open.get(file);
    this.#dirty.add(file);
    for (let done = 0; done < from.length; ) {
      const count = this.#fs.write(fd, from.subarray(done), offset + done);
      if (count === 0)
        throw new Failure('disk', `${this.#files.files[file].absolute} takes no more bytes.`, 'Try again.');
      done += count;
    }
  }

  /** With a descriptor of its own: those of #open may be closed while this waits. */
  async #flushFile(file: number): Promise<void> {
    await this.#withFile(file, (fd) => this.#fs.flush(fd, 'data'));
  }

  async #makeExecutable(file: number): Promise<void> {
    await this.#withFile(file, (fd) => {
      const { mode } = this.#fs.statOpen(fd);
      // Whoever may read it may execute it; the umask has had its say in the former.
      this.#fs.setMode(fd, (mode & 0o777) | ((mode & 0o444) >> 2));
      return this.#fs.flush(fd, 'all');
    });
  }

  async #withFile(file: number, action: (fd: number) => Promise<void>): Promise<void> {
    try {
      const fd = this.#files.open(file);
      try {
        await action(fd);
      } finally {
        this.#fs.close(fd);
      }
    } catch (error) {
      throw writeFailure(error, this.#files.files[file].absolute);
    }
  }

  async #flushFolders(): Promise<void> {
    for (const folder of this.#files.folders) await this.#flushFolder(folder);
    await this.#flushFolder(dirname(this.partPath));
    this.#foldersAreFlushed = true;
  }

  async #flushFolder(folder: string): Promise<void> {
    await this.#fs.flushFolder(folder).catch((error) => {
      throw writeFailure(error, folder);
    });
  }
}

/** What was made in vain is taken away, unless the disk refuses that too. */
function removeIfPossible(fs: FileSystem, path: string): void {
  try {
    fs.removeTree(path);
  } catch {
    // Whoever made it hears why it failed.
  }
}
