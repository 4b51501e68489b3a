/** Bundles the command line into out/cli. */
import { fileURLToPath } from 'node:url';
import { bundleCli } from './cli-bundle.ts';

await bundleCli(fileURLToPath(new URL('../out/cli', import.meta.url)));
