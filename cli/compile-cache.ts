/**
 * What V8 has compiled of this program is kept for the next run of it, which then starts sooner. It lies in the
 * installation, since who may write there could change the program as well; where the user may not, nothing is kept.
 */
import module from 'node:module';
import { fileURLToPath } from 'node:url';

/** index.js is two folders below the package, in out/cli. */
const FOLDER = new URL('../../node_modules/.cache/rain', import.meta.url);
const IS_BUNDLE = !import.meta.url.endsWith('.ts');

/** Needs Node 22.1. Before anything is loaded that is large. Of the sources nothing is kept. */
export function keepCompiled(): void {
  if (!IS_BUNDLE) return;
  const env: { NODE_COMPILE_CACHE?: string } = process.env;
  if (env.NODE_COMPILE_CACHE !== undefined) return;
  const folder = fileURLToPath(FOLDER);
  const { directory } = module.enableCompileCache(folder);
  // Threads look there; they know nothing of the above.
  if (directory !== undefined) env.NODE_COMPILE_CACHE = folder;
}
