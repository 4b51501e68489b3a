import type { ContentReader } from './storage/entry-storage.ts';

/** A reader that gives at least one byte, and at most as many as asked for: that of a running transfer. */
export interface PartialReader {
  readonly bytes: number;
  read(offset: number, length: number): Promise<Uint8Array>;
  close(): void;
}

/**
 * A cask that is read while it arrives. When the transfer has ended and its file was taken into the storage, what
 * is left is read from there.
 */
export class ArrivingCask implements ContentReader {
  readonly bytes: number;
  readonly #arriving: PartialReader;
  readonly #stored: () => Promise<ContentReader | undefined>;
  #kept: ContentReader | undefined;
  #isClosed = false;

  /** `stored`: the cask in the storage, if it is there by now. */
  constructor(arriving: PartialReader, stored: () => Promise<ContentReader | undefined>) {
    this.bytes = arriving.bytes;
    this.#arriving = arriving;
    this.#stored = stored;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    if (this.#kept !== undefined) return this.#kept.read(offset, length);
    try {
      return await readAll(this.#arriving, offset, length);
    } catch (error) {
      const kept = this.#isClosed ? undefined : await this.#stored();
      if (kept === undefined) throw error;
      if (this.#isClosed) await kept.close();
      else this.#kept = kept;
      return kept.read(offset, length);
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#arriving.close();
    await this.#kept?.close();
  }
}

async function readAll(from: PartialReader, offset: number, length: number): Promise<Uint8Array> {
  const first = await from.read(offset, length);
  if (first.length === length) return first;
  const whole = new Uint8Array(length);
  whole.set(first);
  for (let done = first.length; done < length; ) {
    const piece = await from.read(offset + done, length - done);
    if (piece.length === 0) throw new RangeError(`there are no ${length} bytes at ${offset}`);
    whole.set(piece, done);
    done += piece.length;
  }
  return whole;
}
