/** The command line as it ships: index.js (the bin), the engine's worker threads, and chunks they share. */
import { chmod, cp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { LICENSES, licensesOf, packagesOf } from './licenses.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Bundles it into a folder of its own, where each file finds the others beside it. Native packages stay outside. */
export async function bundleCli(into: string, { sourcemap = true } = {}): Promise<void> {
  await rm(into, { recursive: true, force: true });
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: ['cli/index.ts', 'core/engine/net-thread.ts', 'core/engine/codec-thread.ts'],
    entryNames: '[name]',
    outdir: into,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    // Else CommonJS is taken of packages that have both, and of that import() sees nothing but `default`.
    mainFields: ['module', 'main'],
    // index.js must start there; it then looks for a newer Node, which runs the rest.
    target: 'node20',
    external: ['better-sqlite3', '@napi-rs/blake-hash'],
    // CommonJS packages inside the bundle call require() for Node's own modules, which an ES module has not got.
    banner: {
      js: "import { createRequire as bundledRequire } from 'node:module'; const require = bundledRequire(import.meta.url);",
    },
    sourcemap,
    metafile: true,
    logLevel: 'warning',
  });
  const files = Object.keys(metafile.inputs).map((input) => join(ROOT, input));
  await writeFile(join(into, LICENSES), licensesOf(packagesOf(files)));
  // Beside the code that looks for it there.
  await cp(`${ROOT}core/engine/accelerator/prebuilds`, `${into}/prebuilds`, { recursive: true });
  await chmod(`${into}/index.js`, 0o755);
}
