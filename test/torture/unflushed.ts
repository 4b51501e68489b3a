/**
 * What a power cut may take back. Of data: every write since the last flush of its file, each by itself, whole or by
 * sectors. Of names: the last of those made, renamed and removed since the last flush of their folder; file systems
 * with a journal keep them in their order.
 */
import {
  closeSync,
  constants,
  copyFileSync,
  fstatSync,
  ftruncateSync,
  linkSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { type Random, unit } from '../../core/protocol/random.ts';

/** What a disk writes whole or not at all, bytes. */
const SECTOR = 512;

interface Change {
  /** The inode, or the folder of the name. */
  readonly of: string;
  readonly isName: boolean;
  /** Flushing failed: it will never be on the medium, whatever is flushed. */
  isLost: boolean;
  undo(random: Random): void;
}

export class Unflushed {
  #changes: Change[] = [];
  /** A descriptor of each file that was written to, by inode: names change. */
  readonly #files = new Map<string, number>();

  writes(fd: number, position: number, length: number): void {
    const { file, of } = this.#file(fd);
    const before = Buffer.alloc(length);
    readSync(file, before, 0, length, position);
    this.#add(of, false, (random) => {
      const isWhole = unit(random) < 0.5;
      for (let at = 0; at < length; at += SECTOR) {
        if (!isWhole && unit(random) < 0.5) continue;
        writeSync(file, before, at, Math.min(SECTOR, length - at), position + at);
      }
    });
  }

  resizes(fd: number, length: number): void {
    const { file, of } = this.#file(fd);
    const { size } = fstatSync(file);
    if (size === length) return;
    this.#add(of, false, () => ftruncateSync(file, size));
  }

  created(path: string): void {
    this.#add(dirname(path), true, () => rmSync(path, { recursive: true, force: true }));
  }

  renamed(from: string, to: string): void {
    this.#add(dirname(to), true, () => {
      renameSync(to, from);
      // A folder has taken the place of an empty one.
      if (statSync(from).isDirectory()) mkdirSync(to);
    });
  }

  /** To be called before it is gone. */
  unlinks(path: string): void {
    const folder = dirname(path);
    const kept = join(dirname(folder), `unlinked-${this.#changes.length}`);
    linkSync(path, kept);
    this.#add(folder, true, () => renameSync(kept, path));
  }

  /** Of the file that is open as `fd`, what a flush that begins now brings to the medium. */
  coveredBy(fd: number): readonly Change[] {
    const { of } = this.#file(fd);
    return this.#changes.filter((change) => !change.isName && change.of === of);
  }

  namesIn(folder: string): readonly Change[] {
    return this.#changes.filter((change) => change.isName && change.of === folder);
  }

  flushed(changes: readonly Change[]): void {
    this.#changes = this.#changes.filter((change) => change.isLost || !changes.includes(change));
  }

  /** The power is cut; nobody has the files open to write any more. */
  lose(random: Random): void {
    let names = Math.floor(unit(random) * (this.#changes.filter(({ isName }) => isName).length + 1));
    for (const change of this.#changes.toReversed()) {
      if (!change.isName && !change.isLost && unit(random) < 0.3) continue;
      if (change.isName && names-- <= 0) continue;
      change.undo(random);
    }
    this.close();
  }

  close(): void {
    for (const file of this.#files.values()) closeSync(file);
    this.#files.clear();
    this.#changes = [];
  }

  #file(fd: number): { file: number; of: string } {
    const { dev, ino } = fstatSync(fd);
    const of = `${dev}:${ino}`;
    const known = this.#files.get(of);
    if (known !== undefined) return { file: known, of };
    const file = openSync(`/proc/self/fd/${fd}`, constants.O_RDWR);
    this.#files.set(of, file);
    return { file, of };
  }

  #add(of: string, isName: boolean, undo: (random: Random) => void): void {
    this.#changes.push({ of, isName, isLost: false, undo });
  }
}

/** The folder as it is now, beside it; returns what puts it back as it was. */
export function frozen(folder: string, names: readonly string[]): () => void {
  const copy = `${folder}-at-the-cut`;
  mkdirSync(copy);
  const there = names.filter((name) => statSync(join(folder, name), { throwIfNoEntry: false }) !== undefined);
  for (const name of there) copyFileSync(join(folder, name), join(copy, name));
  return () => {
    rmSync(folder, { recursive: true });
    renameSync(copy, folder);
  };
}
