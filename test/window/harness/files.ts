/** Files that tests share, and whether what arrived is the same. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Writes a file of so many random bytes; returns its path. */
export function plant(path: string, bytes: number): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, randomBytes(bytes));
  return path;
}

export function digest(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}
