import { join } from 'node:path';
import { noise, plant, temporaryFolder } from '../content/temporary.ts';

export const MB = 1_000_000;

export interface Scene {
  readonly folder: string;
  /** A file of noise, to be shared. */
  readonly file: string;
  /** An empty folder, to fetch into. */
  readonly out: string;
}

/** Gone when the running test ends. */
export function scene(bytes: number): Scene {
  const folder = plant(temporaryFolder(), { 'file.bin': noise(bytes), out: undefined });
  return { folder, file: join(folder, 'file.bin'), out: join(folder, 'out') };
}
