/**
 * A disk that breaks at a moment of one's choice: the file system of this machine, with one fault in it. It keeps a
 * journal of what has not been flushed, so that a power cut can take it back.
 */
import { join } from 'node:path';
import { type FileSystem, realFileSystem } from '../../core/content/file-system.ts';
import { type Random, unit } from '../../core/protocol/random.ts';
import { Unflushed } from './unflushed.ts';

/**
 * `kill`: the process ends before the operation, or in the middle of a write. `cut`: so does everything, and what was
 * not flushed may be lost. `short`: a write takes less than it was given. `EIO`, `ENOSPC`: the operation fails, once or
 * again and again. `flush`: flushing fails, what was to be flushed is lost, and the next flush says nothing of it
 * (as Linux does: https://lwn.net/Articles/752063).
 */
export type Fault = 'none' | 'kill' | 'cut' | 'short' | 'EIO' | 'ENOSPC' | 'flush';

export interface Plan {
  readonly fault: Fault;
  /** Which of the operations that change something fails; of those that flush, or write, where the fault is in these. */
  readonly at: number;
  /** How many operations in a row fail. */
  readonly times: number;
}

/** What changes something on the disk. */
type Change = keyof Pick<
  FileSystem,
  | 'open'
  | 'write'
  | 'resize'
  | 'setMode'
  | 'makeFolder'
  | 'link'
  | 'rename'
  | 'unlink'
  | 'removeFolder'
  | 'flush'
  | 'flushFolder'
>;

export class FaultyDisk {
  readonly unflushed = new Unflushed();
  /** Operations that the fault could have been in. */
  operations = 0;
  /** The first that it was in. */
  hit: Change | undefined;
  /** Called at a power cut, before anything more is done. */
  onCut: () => void = () => undefined;
  readonly #plan: Plan;
  readonly #random: Random;
  #isDead = false;

  constructor(plan: Plan, random: Random) {
    this.#plan = plan;
    this.#random = random;
  }

  readonly fs: FileSystem = {
    ...realFileSystem,
    // What is not flushed is known by its path.
    within: (root, steps, action) => action(join(root, ...steps)),
    open: (path, mode) => {
      if (mode === 'create') this.#before('open');
      const fd = realFileSystem.open(path, mode);
      if (mode === 'create') this.unflushed.created(path);
      return fd;
    },
    write: (fd, from, position) => {
      const bytes = this.#beforeWrite(fd, from, position);
      this.unflushed.writes(fd, position, bytes.length);
      return realFileSystem.write(fd, bytes, position);
    },
    resize: (fd, length) => {
      this.#before('resize');
      this.unflushed.resizes(fd, length);
      realFileSystem.resize(fd, length);
    },
    setMode: (fd, mode) => {
      this.#before('setMode');
      realFileSystem.setMode(fd, mode);
    },
    makeFolder: (path) => {
      this.#before('makeFolder');
      realFileSystem.makeFolder(path);
      this.unflushed.created(path);
    },
    link: (from, to) => {
      this.#before('link');
      realFileSystem.link(from, to);
      this.unflushed.created(to);
    },
    rename: (from, to) => {
      this.#before('rename');
      realFileSystem.rename(from, to);
      this.unflushed.renamed(from, to);
    },
    unlink: (path) => {
      this.#before('unlink');
      this.unflushed.unlinks(path);
      realFileSystem.unlink(path);
    },
    removeFolder: (path) => {
      this.#before('removeFolder');
      realFileSystem.removeFolder(path);
    },
    flush: async (fd, what) => {
      const covered = this.unflushed.coveredBy(fd);
      try {
        this.#before('flush');
      } catch (error) {
        if (this.#plan.fault === 'flush') for (const change of covered) change.isLost = true;
        throw error;
      }
      await realFileSystem.flush(fd, what);
      this.unflushed.flushed(covered);
    },
    flushFolder: async (folder) => {
      this.#before('flushFolder');
      const covered = this.unflushed.namesIn(folder);
      await realFileSystem.flushFolder(folder);
      this.unflushed.flushed(covered);
    },
  };

  /** The fault, if it is now. */
  #before(change: Change): void {
    if (this.#isDead) throw errno('EIO');
    const { fault } = this.#plan;
    if (fault === 'short' || (fault === 'flush' && change !== 'flush') || !this.#isDue(change)) return;
    if (fault === 'kill') process.kill(process.pid, 'SIGKILL');
    if (fault === 'cut') this.#cut();
    throw errno(fault === 'ENOSPC' ? 'ENOSPC' : 'EIO');
  }

  /** What is to be written of `from`. */
  #beforeWrite(fd: number, from: Uint8Array, position: number): Uint8Array {
    const { fault } = this.#plan;
    const some = (): Uint8Array => from.subarray(0, Math.ceil(unit(this.#random) * from.length));
    if (fault === 'short') return this.#isDue('write') ? some() : from;
    const isLast = this.operations + 1 === this.#plan.at;
    if (isLast && !this.#isDead && (fault === 'kill' || fault === 'cut')) {
      const half = some();
      this.unflushed.writes(fd, position, half.length);
      realFileSystem.write(fd, half, position);
    }
    this.#before('write');
    return from;
  }

  #isDue(change: Change): boolean {
    this.operations++;
    const { fault, at, times } = this.#plan;
    if (fault === 'none' || this.operations < at || this.operations >= at + times) return false;
    this.hit ??= change;
    return true;
  }

  #cut(): void {
    this.#isDead = true;
    this.onCut();
  }
}

function errno(code: string): Error {
  return Object.assign(new Error(`${code}: a fault of the test`), { code });
}
