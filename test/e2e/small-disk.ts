/** File systems of the test's own: small, or read-only. Needs root and Linux. */
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from '../content/temporary.ts';

/** Why this machine cannot have them; undefined: it can. */
export function whyNoMounts(): string | undefined {
  if (process.platform !== 'linux') return 'tmpfs is a feature of Linux';
  return process.getuid?.() === 0 ? undefined : 'not root';
}

/** Mounts a disk in memory until the running test ends. */
export class SmallDisk {
  readonly folder = temporaryFolder();

  constructor(bytes: number) {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', this.folder]);
    // Lazily: a process that is about to be killed may have a file open.
    onTestFinished(() => {
      execFileSync('umount', ['--lazy', this.folder]);
    });
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
}
