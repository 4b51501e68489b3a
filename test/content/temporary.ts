import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type BuildOptions, type Built, ManifestBuilder } from '../../core/content/build.ts';
import { scanTree } from '../../core/content/scan.ts';
import type { Tree } from '../../core/content/tree.ts';

/** A folder that is removed when the running test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rain-content-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes files by their paths below `root`; undefined makes an empty folder. */
export function plant(
  root: string,
  files: Readonly<Record<string, Uint8Array | string | undefined>>,
): string {
  for (const [path, content] of Object.entries(files)) {
    const absolute = join(root, path);
    mkdirSync(content === undefined ? absolute : dirname(absolute), { recursive: true });
    if (content !== undefined) writeFileSync(absolute, content);
  }
  return root;
}

/** Bytes that repeat nowhere near each other; the same for the same seed. */
export function noise(length: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = seed;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

/** Scans and builds in one go. */
export async function build(path: string, options: BuildOptions = {}): Promise<Built & { tree: Tree }> {
  const tree = await scanTree([path]);
  const builder = new ManifestBuilder(tree, options);
  const buffer = new Uint8Array(new SharedArrayBuffer(builder.bufferBytes));
  for (;;) {
    const step = builder.step(buffer);
    if (step.done) return { ...step.result, tree };
  }
}
