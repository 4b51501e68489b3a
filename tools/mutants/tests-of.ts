/** Which tests a file of the product has in its own layer: those that import it, the nearest first. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';

/** `core/protocol/turns.ts` is of the layer protocol, `main/ipc/rows.ts` of main. */
export function layerOf(file: string): string {
  const [top, next] = file.split('/');
  return top === 'core' ? next.replace(/\.ts$/, '') : top;
}

/** Paths below `root`, as `file` is one. Those of its name come first, of those equally near the shortest. */
export function testsOf(root: string, file: string): string[] {
  const folder = join(root, 'test', layerOf(file));
  if (!existsSync(folder)) return [];
  const target = join(root, file);
  const name = file.slice(file.lastIndexOf('/') + 1).replace(/\.tsx?$/, '');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.ts'))
    .map((path) => join(folder, path))
    .map((path) => ({ path, far: isOwn(path, name) ? 0 : distance(path, target) }))
    .filter(({ far }) => Number.isFinite(far))
    .sort((a, b) => a.far - b.far || readFileSync(a.path).length - readFileSync(b.path).length)
    .map(({ path }) => relative(root, path));
}

/** `server.test.ts` and `server-pouring.test.ts` are of `server.ts`. */
function isOwn(path: string, name: string): boolean {
  const test = path.slice(path.lastIndexOf('/') + 1);
  return test.startsWith(`${name}.`) || test.startsWith(`${name}-`);
}

/** How many imports lead from one file to another; Infinity: none do. */
function distance(from: string, to: string): number {
  const seen = new Set([from]);
  let edge = [from];
  for (let far = 0; edge.length > 0; far++) {
    if (edge.includes(to)) return far;
    edge = edge.flatMap(importsOf).filter((path) => !seen.has(path) && seen.add(path));
  }
  return Number.POSITIVE_INFINITY;
}

const known = new Map<string, readonly string[]>();

/** Files of ours that a file imports, or starts as a thread. */
function importsOf(path: string): readonly string[] {
  const before = known.get(path);
  if (before !== undefined) return before;
  const source = readFileSync(path, 'utf8');
  const threads = [...source.matchAll(/new URL\('(\.[^']+\.ts)'/g)].map(([, name]) => name);
  const imported = ts
    .preProcessFile(source)
    .importedFiles.map(({ fileName }) => fileName)
    .concat(threads)
    .filter((name) => name.startsWith('.'))
    .map((name) => resolve(dirname(path), name))
    .filter((name) => existsSync(name));
  known.set(path, imported);
  return imported;
}
