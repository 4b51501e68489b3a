/** Inputs that are kept: each reached code that those before it did not, or once broke something. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, 'corpus');

/** Those of a parser, by file name. */
export function corpusOf(parser: string): Map<string, Uint8Array> {
  const folder = join(ROOT, parser);
  mkdirSync(folder, { recursive: true });
  const names = readdirSync(folder).sort();
  return new Map(names.map((name) => [name, new Uint8Array(readFileSync(join(folder, name)))]));
}

/** Returns the path. */
export function keep(parser: string, input: Uint8Array): string {
  const path = join(ROOT, parser, createHash('sha256').update(input).digest('hex').slice(0, 16));
  writeFileSync(path, input);
  return path;
}
