import { onTestFinished } from 'vitest';
import { temporaryFolder } from '../content/temporary.ts';
import { Tmpfs } from './tmpfs.ts';

/** Mounts a disk in memory until the running test ends. */
export function smallDisk(bytes: number): Tmpfs {
  const disk = new Tmpfs(temporaryFolder(), bytes);
  onTestFinished(() => disk[Symbol.dispose]());
  return disk;
}
