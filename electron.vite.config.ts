/**
 * Builds the app into out/: main (with the engine's threads beside it), preload, renderer. Syntax and platform are
 * lowered to what Electron 33 runs, so that the tests run wherever that one is all there is (tools/electron-runtime).
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import type { Plugin } from 'vite';
import { LICENSES, licensesOf, packagesOf } from './tools/licenses.ts';

const ROOT = import.meta.dirname;
const NODE = 'node20.18';
const CHROME = 'chrome130';
/** Packages that bring binaries; everything else is bundled. */
const NATIVE = ['better-sqlite3', '@napi-rs/blake-hash'];

/** Native parts of the engine; the code looks for them beside itself. */
const PREBUILDS = resolve(ROOT, 'core/engine/accelerator/prebuilds');

/** Of all that goes into out/, the packages that stay outside included; each of the three builds adds its own. */
const packages = packagesOf(NATIVE.map((name) => resolve(ROOT, 'node_modules', name, 'package.json')));
const licenses: Plugin = {
  name: 'licenses',
  generateBundle(_options, bundle) {
    const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
    for (const each of packagesOf(chunks.flatMap(({ moduleIds }) => moduleIds))) packages.add(each);
  },
  writeBundle() {
    writeFileSync(resolve(ROOT, 'out', LICENSES), licensesOf(packages));
  },
};

export default defineConfig({
  main: {
    plugins: [
      licenses,
      {
        name: 'accelerator',
        generateBundle() {
          for (const name of readdirSync(PREBUILDS)) {
            const source = readFileSync(resolve(PREBUILDS, name));
            this.emitFile({ type: 'asset', fileName: `prebuilds/${name}`, source });
          }
        },
      },
    ],
    build: {
      outDir: 'out/main',
      target: NODE,
      externalizeDeps: { include: NATIVE, exclude: [] },
      sourcemap: true,
      rollupOptions: {
        input: {
          index: resolve(ROOT, 'main/index.ts'),
          'node-thread': resolve(ROOT, 'main/node/node-thread.ts'),
          'net-thread': resolve(ROOT, 'core/engine/net-thread.ts'),
          'codec-thread': resolve(ROOT, 'core/engine/codec-thread.ts'),
        },
        output: { format: 'es', entryFileNames: '[name].js' },
      },
    },
  },
  preload: {
    plugins: [licenses],
    build: {
      outDir: 'out/preload',
      target: NODE,
      rollupOptions: {
        input: { index: resolve(ROOT, 'preload/index.ts') },
        // A sandboxed window loads no ES module here.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: resolve(ROOT, 'renderer'),
    plugins: [react(), licenses],
    build: {
      outDir: resolve(ROOT, 'out/renderer'),
      target: CHROME,
      minify: true,
      // Read from the disk, where one file is as good as three.
      chunkSizeWarningLimit: 1000,
      rollupOptions: { input: { index: resolve(ROOT, 'renderer/index.html') } },
    },
  },
});
