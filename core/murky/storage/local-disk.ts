import { mkdir, readdir, rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorCode, readFailure, writeFailure } from '../../content/disk-failure.ts';
import { realFileSystem } from '../../content/file-system.ts';
import { makeFolder } from '../../content/make-folder.ts';
import { type CaskKey, type ContentReader, type EntryStorage, parseCaskKey } from './entry-storage.ts';
import { FileReader } from './file-reader.ts';

/**
 * Casks as files of one folder, in 256 folders by the first byte of their keys, since not every file system is
 * at ease with a million names in one. `put` renames, so what is to be kept has to lie on the same file system.
 */
export class LocalDisk implements EntryStorage {
  readonly #root: string;
  /** Folders whose names are known to be on the medium. */
  readonly #made = new Map<string, Promise<void>>();
  readonly #flushes = new Map<string, FolderFlush>();

  private constructor(root: string) {
    this.#root = root;
  }

  static async open(root: string): Promise<LocalDisk> {
    makeFolder(root, 0o700);
    return new LocalDisk(root);
  }

  async put(key: CaskKey, path: string): Promise<void> {
    const target = this.#pathOf(key);
    const folder = dirname(target);
    try {
      await this.#make(folder);
      await rename(path, target);
      await this.#flush(folder);
    } catch (error) {
      throw writeFailure(error, target);
    }
  }

  async get(key: CaskKey): Promise<ContentReader | undefined> {
    const path = this.#pathOf(key);
    try {
      return await FileReader.open(path);
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return undefined;
      throw readFailure(error, path);
    }
  }

  async delete(key: CaskKey): Promise<void> {
    const path = this.#pathOf(key);
    await unlink(path).catch((error) => {
      if (errorCode(error) !== 'ENOENT') throw writeFailure(error, path);
    });
  }

  async *list(): AsyncIterable<CaskKey> {
    for (const folder of await names(this.#root)) {
      if (!/^[0-9a-f]{2}$/.test(folder)) continue;
      for (const name of await names(join(this.#root, folder))) {
        const key = parseCaskKey(folder + name);
        if (key !== undefined) yield key;
      }
    }
  }

  async path(key: CaskKey): Promise<string> {
    return this.#pathOf(key);
  }

  #pathOf(key: CaskKey): string {
    return join(this.#root, key.slice(0, 2), key.slice(2));
  }

  #make(folder: string): Promise<void> {
    let made = this.#made.get(folder);
    if (made === undefined) {
      made = mkdir(folder, { recursive: true, mode: 0o700 }).then(() => this.#flush(this.#root));
      this.#made.set(folder, made);
      made.catch(() => this.#made.delete(folder));
    }
    return made;
  }

  #flush(folder: string): Promise<void> {
    let flush = this.#flushes.get(folder);
    if (flush === undefined) {
      flush = new FolderFlush(folder);
      this.#flushes.set(folder, flush);
    }
    return flush.run();
  }
}

/** One flush at a time serves all who asked before it began: names put at once reach the medium at once. */
class FolderFlush {
  readonly #folder: string;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  run(): Promise<void> {
    if (this.#running === undefined) return this.#begin();
    this.#next ??= this.#running.then(
      () => this.#begin(),
      () => this.#begin(),
    );
    return this.#next;
  }

  #begin(): Promise<void> {
    this.#next = undefined;
    const running = realFileSystem.flushFolder(this.#folder).finally(() => {
      if (this.#running === running) this.#running = undefined;
    });
    this.#running = running;
    return running;
  }
}

async function names(folder: string): Promise<string[]> {
  return readdir(folder).catch((error) => {
    if (errorCode(error) === 'ENOTDIR') return [];
    throw readFailure(error, folder);
  });
}
