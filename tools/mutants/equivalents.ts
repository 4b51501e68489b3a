/** Breaks that change nothing that anybody could notice, each with the reason: `equivalents/LAYER.json`. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Break } from './breaks.ts';
import { layerOf } from './tests-of.ts';

const marks = z.array(
  z.strictObject({ file: z.string(), was: z.string(), becomes: z.string(), why: z.string().min(10) }),
);

/** Which breaks of a file do not count. A mark holds for the line as it was: where that changes, it is judged anew. */
export function equivalentsOf(file: string): (one: Break) => boolean {
  const path = fileURLToPath(new URL(`equivalents/${layerOf(file)}.json`, import.meta.url));
  if (!existsSync(path)) return () => false;
  const own = marks.parse(JSON.parse(readFileSync(path, 'utf8'))).filter((mark) => mark.file === file);
  const names = new Set(own.map(nameOf));
  return (one) => names.has(nameOf(one));
}

function nameOf({ was, becomes }: Pick<Break, 'was' | 'becomes'>): string {
  return `${was}\n${becomes}`;
}
