/**
 * Compiles the kernel of core/fountain from AssemblyScript to WebAssembly, and writes it as a TypeScript module that
 * holds it in base64, so that it needs no path at run time, bundled or not.
 *
 * `npm run build:kernel`
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/dist/asc.js';

const folder = fileURLToPath(new URL('../core/fountain/kernel/', import.meta.url));

/** The memory is shared by instances, one per thread: nothing of the module may live in it, hence no runtime. */
const OPTIONS = [
  '-O3',
  '--noAssert',
  '--runtime',
  'stub',
  '--use',
  'abort=',
  '--importMemory',
  '--noExportMemory',
  '--sharedMemory',
  '--initialMemory',
  '1',
  '--maximumMemory',
  '65536',
  '--enable',
  'simd',
  '--enable',
  'threads',
];

const built = new Map<string, string | Uint8Array>();
const { error, stderr } = await asc.main(
  ['kernel.as.ts', '--baseDir', folder, '--outFile', 'kernel.wasm', '--textFile', 'kernel.wat', ...OPTIONS],
  { writeFile: (name, contents) => void built.set(name, contents) },
);
const wasm = built.get('kernel.wasm');
const text = built.get('kernel.wat');
if (error || !(wasm instanceof Uint8Array) || typeof text !== 'string') {
  console.error(`${stderr}\nThe kernel did not compile.`);
  process.exit(1);
}
if (/^ \(data /m.test(text)) {
  console.error('The kernel has static data, which every instance would write over the shared memory.');
  process.exit(1);
}
writeFileSync(
  `${folder}kernel.wasm.ts`,
  `/** Made by tools/build-kernel.ts from kernel.as.ts. */\nexport const KERNEL_BASE64 =\n  '${Buffer.from(wasm).toString('base64')}';\n`,
);
