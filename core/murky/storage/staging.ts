import { type FileHandle, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFailure } from '../../content/disk-failure.ts';
import { makeFolder } from '../../content/make-folder.ts';

/** The folder of files that are being written. What a crash has left there is of no use and taken away. */
export class Staging {
  readonly #folder: string;
  #count = 0;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Rejects with Failure `no-permission`, `no-space`, `disk`. */
  static async open(folder: string): Promise<Staging> {
    try {
      makeFolder(folder, 0o700);
      for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true });
    } catch (error) {
      throw writeFailure(error, folder);
    }
    return new Staging(folder);
  }

  /**
   * Gives `write` a new file and resolves with its path when all of it is on the medium. If that fails, or `write`
   * does, there is no file; errors of the disk are Failures.
   */
  async write<T>(
    write: (file: FileHandle) => Promise<T>,
  ): Promise<{ readonly path: string; readonly result: T }> {
    this.#count += 1;
    const path = join(this.#folder, String(this.#count));
    try {
      const file = await open(path, 'wx', 0o600);
      try {
        const result = await write(file);
        await file.datasync();
        return { path, result };
      } finally {
        await file.close();
      }
    } catch (error) {
      await rm(path, { force: true });
      throw writeFailure(error, path);
    }
  }
}
