import type { FileSystem } from './file-system.ts';

/** Few enough for the limit of any system, many enough that no block of large files opens one twice. */
const MOST_OPEN = 32;

/** Files, by index, that are kept open between blocks; the one not used for longest is closed for a new one. */
export class OpenFiles {
  readonly #fs: Pick<FileSystem, 'close'>;
  readonly #open: (file: number) => number;
  /** Descriptor of each open file; a Map keeps them in order of use. */
  readonly #fds = new Map<number, number>();

  constructor(fs: Pick<FileSystem, 'close'>, open: (file: number) => number) {
    this.#fs = fs;
    this.#open = open;
  }

  /** The descriptor of `file`, good until the next call. */
  get(file: number): number {
    const known = this.#fds.get(file);
    if (known === undefined && this.#fds.size >= MOST_OPEN) this.#closeOldest();
    const fd = known ?? this.#open(file);
    this.#fds.delete(file);
    this.#fds.set(file, fd);
    return fd;
  }

  close(): void {
    while (this.#fds.size > 0) this.#closeOldest();
  }

  #closeOldest(): void {
    for (const [file, fd] of this.#fds) {
      this.#fds.delete(file);
      this.#fs.close(fd);
      return;
    }
  }
}
