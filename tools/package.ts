/**
 * `npm run package -- [options of electron-builder]`: builds the app and packs it into dist/ for this system. Where
 * only the stand-in can be had (tools/electron-runtime) it packs that, into a folder that is good for tests alone.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { electronRuntime } from './electron-runtime/runtime.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const { kind } = await electronRuntime();

const config = kind === 'official' ? 'electron.builder.yml' : 'tools/electron-runtime/electron.builder.yml';
const target = kind === 'official' ? [] : ['--linux', 'dir'];
const steps = [
  ['electron-vite', 'build', '--logLevel', 'warn'],
  ['electron-builder', '--config', config, '--publish', 'never', ...target, ...process.argv.slice(2)],
];
for (const [command, ...args] of steps) {
  const { status } = spawnSync('npx', ['--no-install', command, ...args], {
    cwd: ROOT,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) process.exit(status ?? 1);
}
