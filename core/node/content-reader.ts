/**
 * Reading the one file of a public resource in order, whether it is here already or still arriving. What is handed
 * out has been hashed again on its way: a file may have been changed by somebody since it was verified.
 */
import { open } from 'node:fs/promises';
import { readFailure } from '../content/disk-failure.ts';
import { blockCapacity, blockLength, blockOffset } from '../content/layout.ts';
import { isGenuineBlock, type OpenManifest } from '../content/manifest.ts';
import { Failure } from '../failure.ts';

export interface ContentReader {
  /** Of the whole file. */
  readonly bytes: number;
  /**
   * Bytes from `offset` on, once they are verified and on disk: at least one and at most `length`, and none beyond
   * the block that `offset` is in; none at the end of the file. Of an arriving resource the part that was asked for
   * last, and what follows it, is fetched first.
   * Rejects with Failure: changed-while-read; unknown-resource when it was removed; interrupted when the reader or
   * the node was closed; why the transfer failed or the share is not served; what the disk says.
   */
  read(offset: number, length: number): Promise<Uint8Array>;
  close(): void;
}

/** Where the content is that a reader reads. */
export interface ContentView {
  readonly manifest: OpenManifest;
  /** The file in which a block can be read now; undefined: not yet, or never. */
  pathOf(block: number): string | undefined;
  /** Why nothing more comes of it; undefined: it may. */
  failure(): Failure | undefined;
  /** Calls when `pathOf` or `failure` may say something else; returns how to end it. */
  watch(changed: () => void): () => void;
  /** Where a reader is; undefined: it has gone. */
  want(reader: ContentReader, block: number | undefined): void;
}

/** Throws Failure `not-a-file` for a folder, and `usage` for a private resource. */
export function readerOf(view: ContentView): ContentReader {
  const { listing, access } = view.manifest;
  if (listing !== undefined)
    throw new Failure('not-a-file', 'The resource is a folder, and only a file can be read in order.');
  if (access === 'private')
    throw new Failure(
      'usage',
      'The resource is private, and only a public one can be read while it arrives.',
    );
  return new BlockReader(view);
}

class BlockReader implements ContentReader {
  readonly bytes: number;
  readonly #view: ContentView;
  /** The block that was read last. */
  #last: { readonly block: number; readonly bytes: Uint8Array } | undefined;
  #isClosed = false;
  readonly #waiting = new Set<() => void>();
  readonly #endWatch: () => void;

  constructor(view: ContentView) {
    this.#view = view;
    this.bytes = view.manifest.length;
    this.#endWatch = view.watch(() => this.#wake());
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    if (!Number.isSafeInteger(offset) || offset < 0 || !(length >= 0))
      throw new RangeError(`${length} bytes at ${offset}`);
    if (offset >= this.bytes || length === 0) return new Uint8Array(0);
    const { manifest } = this.#view;
    const block = Math.floor(offset / blockCapacity(manifest));
    const bytes = await this.#read(block);
    const at = offset - blockOffset(manifest, block);
    return bytes.subarray(at, at + length);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#last = undefined;
    this.#view.want(this, undefined);
    this.#endWatch();
    this.#wake();
  }

  async #read(block: number): Promise<Uint8Array> {
    if (this.#last?.block === block) return this.#last.bytes;
    if (!this.#isClosed) this.#view.want(this, block);
    for (;;) {
      const path = await this.#whereIs(block);
      const bytes = await this.#readFrom(path, block);
      if (bytes !== undefined) {
        if (!this.#isClosed) this.#last = { block, bytes };
        return bytes;
      }
    }
  }

  /** Undefined when the file was given another name meanwhile. */
  async #readFrom(path: string, block: number): Promise<Uint8Array | undefined> {
    const { manifest } = this.#view;
    try {
      const bytes = await readAt(path, blockOffset(manifest, block), blockLength(manifest, block));
      if (isGenuineBlock(manifest, block, bytes)) return bytes;
      throw new Failure('changed-while-read', `${path} has changed since it was verified.`);
    } catch (error) {
      if (this.#view.pathOf(block) !== path && this.#view.failure() === undefined) return undefined;
      throw readFailure(error, path);
    }
  }

  #whereIs(block: number): Promise<string> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const path = this.#isClosed ? undefined : this.#view.pathOf(block);
        const failure = this.#isClosed ? closedFailure() : this.#view.failure();
        if (path !== undefined) resolve(path);
        else if (failure !== undefined) reject(failure);
        else return;
        this.#waiting.delete(look);
      };
      this.#waiting.add(look);
      look();
    });
  }

  #wake(): void {
    for (const look of [...this.#waiting]) look();
  }
}

/** Fewer bytes at the end of the file. */
async function readAt(path: string, offset: number, length: number): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const { bytesRead } = await file.read(bytes, done, length - done, offset + done);
      if (bytesRead === 0) return bytes.subarray(0, done);
      done += bytesRead;
    }
    return bytes;
  } finally {
    await file.close();
  }
}

function closedFailure(): Failure {
  return new Failure('interrupted', 'The reader was closed.');
}
