import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Hex digits; not the digest that the engine goes by, so that both would have to be wrong. */
export function sha256(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/** Everything below a folder: digests of files, executable ones marked, and empty folders. */
export function contentsOf(folder: string): Record<string, string> {
  const contents: Record<string, string> = {};
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(folder.length + 1);
    if (entry.isFile())
      contents[name] = `${(statSync(path).mode & 0o100) === 0 ? '' : 'executable '}${sha256(path)}`;
    else if (readdirSync(path).length === 0) contents[name] = 'empty folder';
  }
  return contents;
}
