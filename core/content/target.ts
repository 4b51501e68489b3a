import { dirname, join } from 'node:path';
import { Failure } from '../failure.ts';
import { writeFailure, writing } from './disk-failure.ts';
import { FileMap } from './file-map.ts';
import { type FileSystem, realFileSystem } from './file-system.ts';
import { blockLength, blockOffset } from './layout.ts';
import type { OpenManifest } from './manifest.ts';
import { OpenFiles } from './open-files.ts';
import { PartFiles } from './part-files.ts';
import { placeUnderFreeName, withFreeName } from './place.ts';
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
  #foldersAreFlushed: boolean;

  private constructor(files: PartFiles, manifest: OpenManifest, fs: FileSystem, isNew: boolean) {
    this.partPath = files.root;
    this.#fs = fs;
    this.#manifest = manifest;
    this.#files = files;
    this.#map = new FileMap(files.files.map((file) => file.length));
    this.#open = new OpenFiles(fs, (file) => files.open(file));
    this.#foldersAreFlushed = !isNew;
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
      fs.removeTree(root);
      throw writeFailure(error, root);
    }
    return new PartWriter(files, manifest, fs, true);
  }

  /** Takes a part up again. Throws Failure('part-file-lost') unless all of it is there. */
  static reopen(partPath: string, manifest: OpenManifest, fs: FileSystem = realFileSystem): PartWriter {
    const files = new PartFiles(partPath, manifest.listing, manifest.length, fs);
    writing(partPath, () => files.check());
    return new PartWriter(files, manifest, fs, false);
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
   * Resolves when all that was written before the call is on the medium, and its names. When it rejects, none of
   * it may be counted as kept, and the next call tries all of it again.
   */
  async sync(): Promise<void> {
    const dirty = [...this.#dirty];
    this.#dirty = new Set();
    try {
      for (let i = 0; i < dirty.length; i += FLUSHES)
        await Promise.all(dirty.slice(i, i + FLUSHES).map((file) => this.#flushFile(file)));
      if (!this.#foldersAreFlushed) await this.#flushFolders();
    } catch (error) {
      for (const file of dirty) this.#dirty.add(file);
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
    const folder = dirname(this.partPath);
    const path = writing(join(folder, name), () => placeUnderFreeName(this.#fs, this.partPath, folder, name));
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
