/**
 * `npm run package -- [options of electron-builder]`: builds the app and packs it into dist/ for this system, or for
 * that of --linux, --win or --mac. Where only the stand-in can be had (tools/electron-runtime) it packs that for Linux,
 * which is good for tests alone: a folder, or the targets that --linux names.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { electronRuntime } from './electron-runtime/runtime.ts';
import { bringNativePackages, type System } from './native-packages.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SYSTEMS: Readonly<Record<string, System>> = { '--linux': 'linux', '--win': 'win32', '--mac': 'darwin' };

const options = process.argv.slice(2);
const [system = process.platform as System, ...others] = options.flatMap((option) => SYSTEMS[option] ?? []);
if (others.length > 0) throw new Error('Name one system at a time: --linux, --win or --mac.');

bringNativePackages(system, archs());
run('electron-vite', 'build', '--logLevel', 'warn');
run('electron-builder', '--publish', 'never', ...(await configuration()), ...options);

function archs(): readonly string[] {
  const named = ['x64', 'arm64'].filter((arch) => options.includes(`--${arch}`));
  if (named.length > 0) return named;
  return system === 'darwin' ? ['x64', 'arm64'] : [process.arch];
}

async function configuration(): Promise<readonly string[]> {
  if (system !== 'linux') return ['--config', 'electron.builder.yml'];
  const { kind } = await electronRuntime();
  if (kind === 'official') return ['--config', 'electron.builder.linux.yml'];
  const target = options.includes('--linux') ? [] : ['--linux', 'dir'];
  return ['--config', 'tools/electron-runtime/electron.builder.yml', ...target];
}

function run(command: string, ...args: readonly string[]): void {
  const { status } = spawnSync('npx', ['--no-install', command, ...args], {
    cwd: ROOT,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) process.exit(status ?? 1);
}
