import { dirname, join } from 'node:path';
import { Failure } from '../failure.ts';
import { Breaks } from './breaks.ts';
import { writeFailure, writing } from './disk-failure.ts';
import { FileMap } from './file-map.ts';
import { type FileSystem, realFileSystem } from './file-system.ts';
import { makeLinks, setTimes } from './finishing.ts';
import { blockLength, blockOffset } from './layout.ts';
import type { OpenManifest } from './manifest.ts';
import { OpenFiles } from './open-files.ts';
import { findLost } from './part-audit.ts';
import { PartFiles } from './part-files.ts';
import { placeOnceLetGo, withFreeName } from './place.ts';
import { withSuffix } from './safe-name.ts';
import { componentProblem } from './safe-path.ts';

/** How many files are flushed at a time: as many as the thread pool of node has threads. */
const FLUSHES = 4;

/** What a part is taken up with. */
export interface Kept {
  /** Blocks that were verified in it. */
  isVerified(block: number): boolean;
  /** When that was last recorded: see {@link PartWriter.sync}. What changed later is hashed again. */
  readonly changedMs: number;
}

const NOTHING: Kept = { isVerified: () => false, changedMs: 0 };

export interface OpenedPart {
  readonly writer: PartWriter;
  /** Blocks that are no longer in it as they were verified, in order. */
  readonly lost: readonly number[];
  /** When anything in it was last changed: what {@link Kept.changedMs} is the next time, if it is as it is now. */
  readonly changedMs: number;
}

/**
 * Writes the blocks of a resource to a part, `<name>.part`, a file or folder beside its final place, and gives
 * it its name in the end. All methods throw Failure: no-space, no-permission, disk, part-file-lost.
 */
export class PartWriter {
  /** Where the part is; what {@link PartWriter.open} takes. */
  readonly partPath: string;
  readonly #fs: FileSystem;
  readonly #manifest: OpenManifest;
  readonly #files: PartFiles;
  readonly #map: FileMap;
  readonly #open: OpenFiles;
  /** Files written to since they were last flushed. */
  #dirty = new Set<number>();
  #changedMs = 0;
  #foldersAreFlushed = false;
  #unmade: readonly string[] = [];
  /** Why it can be kept no more. */
  #refusal: unknown;

  private constructor(files: PartFiles, map: FileMap, manifest: OpenManifest, fs: FileSystem) {
    this.partPath = files.root;
    this.#fs = fs;
    this.#manifest = manifest;
    this.#files = files;
    this.#map = map;
    this.#open = new OpenFiles(fs, (file) => files.open(file));
  }

  /**
   * Takes a name like `name`, which has been through safeName, in `folder` for a new part, and returns its path. A
   * part of that name that is there already is somebody else's.
   */
  static make(
    folder: string,
    name: string,
    kind: 'file' | 'folder',
    fs: FileSystem = realFileSystem,
  ): string {
    if (componentProblem(name) !== undefined)
      throw new RangeError(`${JSON.stringify(name)} is not a safe name`);
    const [partName] = writing(folder, () =>
      withFreeName(withSuffix(name, '.part', 'at-end'), (candidate) => {
        if (kind === 'file') fs.close(fs.open(join(folder, candidate), 'create'));
        else fs.makeFolder(join(folder, candidate));
      }),
    );
    return join(folder, partName);
  }

  /**
   * Opens a part for writing, with all of its folders and files, of full length but taking no room yet (see checkRoom):
   * those that are not there, as in a new one, are made. What may have changed since it was kept is hashed again. Lets
   * its thread do other things meanwhile; `stop` ends it with Failure('interrupted').
   * Rejects with Failure('part-file-lost') when something is in a place that was not ours.
   */
  static async open(
    partPath: string,
    manifest: OpenManifest,
    kept: Kept = NOTHING,
    { fs = realFileSystem, stop }: { readonly fs?: FileSystem; readonly stop?: AbortSignal } = {},
  ): Promise<OpenedPart> {
    const breaks = new Breaks(stop);
    const files = new PartFiles(partPath, manifest.listing, manifest.length, fs);
    const map = new FileMap(files.files.map((file) => file.length));
    try {
      const { suspects, changedMs } = await files.restore(kept.changedMs, breaks);
      const lost = await findLost({ files, map, manifest, fs, suspects, breaks }, kept.isVerified);
      return { writer: new PartWriter(files, map, manifest, fs), lost, changedMs };
    } catch (error) {
      throw writeFailure(error, partPath);
    }
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
   * Resolves when all that was written before the call is on the medium, and its names, with when any of it was last
   * changed, in milliseconds by the file system. When it rejects, none of it
   * may be counted as kept, and every later call rejects too: a system may forget what it could not flush, and say
   * nothing of it the next time (https://lwn.net/Articles/752063). What was written has to be written again, into the
   * part taken up anew.
   */
  async sync(): Promise<number> {
    if (this.#refusal !== undefined) throw this.#refusal;
    const dirty = [...this.#dirty];
    this.#dirty = new Set();
    try {
      for (let i = 0; i < dirty.length; i += FLUSHES)
        await Promise.all(dirty.slice(i, i + FLUSHES).map((file) => this.#flushFile(file)));
      if (!this.#foldersAreFlushed) await this.#flushFolders();
      return this.#changedMs;
    } catch (error) {
      this.#refusal = error;
      throw error;
    }
  }

  /**
   * Ends it, once every block is written: executable bits, everything on the medium, links, times, and the final name
   * `name` in the folder of the part, or the next free one like it. Returns the path.
   */
  async finish(name: string): Promise<string> {
    await this.sync();
    await this.#files.check(new Breaks());
    for (const [index, { executable }] of this.#files.files.entries())
      if (executable) await this.#makeExecutable(index);
    this.#open.close();
    await this.#fs.markOrigin(
      this.partPath,
      this.#files.files.map(({ absolute }) => absolute),
    );
    const { listing, times } = this.#manifest;
    this.#unmade = makeLinks(this.#fs, this.#files);
    if (times !== undefined) await setTimes(this.#fs, this.#files, listing, times);
    const folder = dirname(this.partPath);
    const path = await placeOnceLetGo(this.#fs, this.partPath, folder, name).catch((error) => {
      throw writeFailure(error, join(folder, name));
    });
    await this.#flushFolder(folder);
    return path;
  }

  /** Paths of the links that this file system does not have, once it is finished. */
  get unmade(): readonly string[] {
    return this.#unmade;
  }

  /** Closes files; the part stays, to be taken up again. */
  close(): void {
    writing(this.partPath, () => this.#open.close());
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
    await this.#withFile(file, async (fd) => {
      await this.#fs.flush(fd, 'data');
      this.#changedMs = Math.max(this.#changedMs, this.#fs.statOpen(fd).changedMs);
    });
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
