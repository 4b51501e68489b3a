/** A disk in memory that is soon full. Needs root and Linux. */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Why this machine cannot have one; undefined: it can. */
export function whyNoTmpfs(): string | undefined {
  if (process.platform !== 'linux') return 'tmpfs is a feature of Linux';
  return process.getuid?.() === 0 ? undefined : 'not root';
}

export class Tmpfs implements Disposable {
  readonly folder: string;

  /** Mounts it at `folder`, which is made. */
  constructor(folder: string, bytes: number) {
    mkdirSync(folder, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder]);
    this.folder = folder;
  }

  makeReadOnly(): void {
    execFileSync('mount', ['-o', 'remount,ro', this.folder]);
  }

  /** Takes all the room there is left; returns what gives it back. */
  fill(): () => void {
    const path = join(this.folder, 'filler');
    const file = openSync(path, 'wx');
    try {
      for (;;) writeSync(file, new Uint8Array(4096));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
    } finally {
      closeSync(file);
    }
    return () => rmSync(path);
  }

  /** Lazily: a process that is about to be killed may have a file open. */
  [Symbol.dispose](): void {
    execFileSync('umount', ['--lazy', this.folder]);
  }
}
