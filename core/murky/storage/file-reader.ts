import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { readFailure } from '../../content/disk-failure.ts';
import { Failure } from '../../failure.ts';
import type { ContentReader } from './entry-storage.ts';

/** A file, open from the beginning on, so that it can be read to the end whatever becomes of its name. */
export class FileReader implements ContentReader {
  readonly bytes: number;
  readonly #path: string;
  readonly #handle: FileHandle;
  #closed: Promise<void> | undefined;

  private constructor(path: string, handle: FileHandle, bytes: number) {
    this.#path = path;
    this.#handle = handle;
    this.bytes = bytes;
  }

  /** Rejects with the error of node:fs. */
  static async open(path: string): Promise<FileReader> {
    const handle = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
    try {
      return new FileReader(path, handle, (await handle.stat()).size);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    const into = new Uint8Array(length);
    try {
      for (let done = 0; done < length; ) {
        const { bytesRead } = await this.#handle.read(into, done, length - done, offset + done);
        if (bytesRead === 0) throw cutShort(this.#path);
        done += bytesRead;
      }
    } catch (error) {
      throw readFailure(error, this.#path);
    }
    return into;
  }

  close(): Promise<void> {
    this.#closed ??= this.#handle.close();
    return this.#closed;
  }
}

function cutShort(path: string): Failure {
  return new Failure('disk', `${path} is shorter than it was.`, 'Look who has written to it.');
}
