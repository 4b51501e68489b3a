import { rm } from 'node:fs/promises';
import { Failure } from '../../failure.ts';
import type { Connection } from '../../store/connection.ts';
import { CaskIndex, type CaskRow } from './cask-index.ts';
import { type ByteRange, type ContentReader, caskKey, type EntryStorage } from './entry-storage.ts';
import { FileReader } from './file-reader.ts';
import { type Packed, pack } from './pack.ts';
import type { Staging } from './staging.ts';
import { readCask, unpack } from './unpack.ts';

/** What a record says of its content. */
export interface Content {
  /** Of the manifest of the cask; 32 bytes. */
  readonly digest: Uint8Array;
  /** Of the content, bytes. */
  readonly size: number;
}

/** Keeps a cask from being collected until a record names it; to be released, with one or without. */
export interface Lease {
  release(): void;
}

/** The two halves of an open entry: what it is, and its bytes. */
export interface OpenContent {
  /** Pieces of 256 KiB at most; the range lies within the content. */
  read(range: ByteRange): AsyncGenerator<Uint8Array>;
  close(): Promise<void>;
}

/**
 * The content of entries on this node: made into casks, kept once however many entries have it, and deleted when
 * none has it any more. Everything that resolves is durable, so that a record may be set.
 */
export class Casks {
  readonly #storage: EntryStorage;
  readonly #staging: Staging;
  readonly #index: CaskIndex;
  readonly #isNamed: (digest: Uint8Array) => boolean;
  readonly #gone: (digest: Uint8Array) => void;
  readonly #warn: (error: unknown) => void;
  readonly #leases = new Map<string, number>();
  /** Deletions under way; a cask of the same key is put behind them. */
  readonly #deleting = new Map<string, Promise<void>>();
  readonly #keeping = new Set<Promise<Lease>>();
  #closed = false;

  constructor(parts: {
    readonly storage: EntryStorage;
    readonly staging: Staging;
    readonly connection: Connection;
    readonly isNamed: (digest: Uint8Array) => boolean;
    /** A cask is not to be poured any more. */
    readonly gone: (digest: Uint8Array) => void;
    /** A cask that could not be deleted is deleted at the next start. */
    readonly warn: (error: unknown) => void;
  }) {
    this.#storage = parts.storage;
    this.#staging = parts.staging;
    this.#index = new CaskIndex(parts.connection);
    this.#isNamed = parts.isNamed;
    this.#gone = parts.gone;
    this.#warn = parts.warn;
  }

  /** Keeps a stream. Rejects with what the stream rejects with, and with Failure `too-large`, `no-space`, `disk`. */
  async put(content: AsyncIterable<Uint8Array>, mostBytes: number): Promise<Packed & Lease> {
    const { path, result } = await this.#staging.write((file) => pack(content, file, mostBytes));
    const { resource, storedBytes, bytes, manifest } = result;
    const row: CaskRow = { digest: resource, bytes: storedBytes, size: bytes, origin: 'put', manifest };
    return { ...result, ...(await this.#keep(row, path)) };
  }

  /**
   * Keeps a cask that was fetched, after reading all of it. The file is used up, whatever happens, unless this is
   * closed meanwhile. Rejects with Failure `verification-failed`, `no-space`, `disk`, `interrupted`.
   */
  async adopt(path: string, content: Content): Promise<Lease> {
    try {
      const cask = await FileReader.open(path);
      const row = await readCask(cask, content).finally(() => cask.close());
      return await this.#keep(row, path);
    } catch (error) {
      if (!this.#closed) await rm(path, { recursive: true, force: true });
      throw error;
    }
  }

  /** Keeps content that is here from being collected; undefined if it is not. */
  hold({ digest, size }: Content): Lease | undefined {
    return this.#index.get(digest)?.size === size ? this.#lease(caskKey(digest)) : undefined;
  }

  /** Undefined if it is not here. */
  get(digest: Uint8Array): CaskRow | undefined {
    return this.#index.get(digest);
  }

  /** What others need to fetch it; undefined if it is not here. */
  async poured(resourceId: string): Promise<(CaskRow & { readonly path: string }) | undefined> {
    const row = this.#index.byResource(resourceId);
    return row && { ...row, path: await this.#storage.path(caskKey(row.digest)) };
  }

  /** A cask as it lies here; undefined if it does not. */
  cask(digest: Uint8Array): Promise<ContentReader | undefined> {
    return this.#storage.get(caskKey(digest));
  }

  /** Undefined if it is not here. */
  async open({ digest, size }: Content): Promise<OpenContent | undefined> {
    const cask = await this.cask(digest);
    if (cask === undefined) return undefined;
    return { read: (range) => unpack(cask, size, range, true), close: () => cask.close() };
  }

  /** To be called when a record that named this content has gone. */
  collect(digest: Uint8Array): void {
    const key = caskKey(digest);
    if (this.#leases.has(key) || this.#deleting.has(key) || this.#isNamed(digest)) return;
    try {
      this.#index.remove(digest);
    } catch (error) {
      // The record that let go of it is written, and that must not look as if it had failed.
      this.#warn(error);
      return;
    }
    this.#gone(digest);
    const deleting = this.#storage
      .delete(key)
      .catch(this.#warn)
      .finally(() => this.#deleting.delete(key));
    this.#deleting.set(key, deleting);
  }

  /**
   * Makes files and index agree, as a crash can leave casks that no entry has, and a person can delete files.
   * Records without cask are for the caller: `lost` of the catalogue.
   */
  async sweep(): Promise<void> {
    for (const digest of this.#index.unused()) this.#index.remove(digest);
    const known = new Set(this.#index.all().map(caskKey));
    for await (const key of this.#storage.list()) {
      if (!known.delete(key)) await this.#storage.delete(key);
    }
    for (const key of known) this.#index.remove(Buffer.from(key, 'hex'));
  }

  /** Bytes of all casks. */
  storedBytes(): number {
    return this.#index.bytes;
  }

  /** Begins nothing any more; resolves when what had begun is done. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#keeping);
    await Promise.all(this.#deleting.values());
  }

  async #keep(row: CaskRow, path: string): Promise<Lease> {
    if (this.#closed) throw new Failure('interrupted', 'The storage of the store was closed.');
    const keeping = this.#store(row, path);
    this.#keeping.add(keeping);
    try {
      return await keeping;
    } finally {
      this.#keeping.delete(keeping);
    }
  }

  async #store(row: CaskRow, path: string): Promise<Lease> {
    const key = caskKey(row.digest);
    const lease = this.#lease(key);
    try {
      await this.#deleting.get(key);
      const known = this.#index.get(row.digest);
      if (known === undefined) {
        await this.#storage.put(key, path);
        this.#index.add(row);
      } else {
        await rm(path, { force: true });
        if (known.origin !== row.origin && row.origin === 'put') this.#index.claim(row.digest);
      }
      return lease;
    } catch (error) {
      await rm(path, { force: true });
      lease.release();
      throw error;
    }
  }

  #lease(key: string): Lease {
    this.#leases.set(key, (this.#leases.get(key) ?? 0) + 1);
    let held = true;
    return {
      release: () => {
        if (!held) return;
        held = false;
        const left = (this.#leases.get(key) ?? 0) - 1;
        if (left > 0) {
          this.#leases.set(key, left);
          return;
        }
        this.#leases.delete(key);
        this.collect(Buffer.from(key, 'hex'));
      },
    };
  }
}
