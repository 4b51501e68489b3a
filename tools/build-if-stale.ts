/** Tests of what is built must not test what was: it is built again when a source is newer. */
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SOURCES = [
  'core',
  'cli',
  'main',
  'preload',
  'renderer',
  'resources',
  'package.json',
  'electron.vite.config.ts',
];
/** What each build writes last. */
const BUILT = ['out/cli/index.js', 'out/main/index.js', 'out/preload/index.cjs', 'out/renderer/index.html'];

/** Throws when it cannot be built. */
export function buildIfStale(): void {
  if (!isStale(ROOT, SOURCES, BUILT)) return;
  console.error('A source is newer than what is built of it: building it again.');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { status } = spawnSync(npm, ['run', '--silent', 'build'], {
    cwd: ROOT,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error('It could not be built.');
}

/** Whether any file of `sources`, files and folders below `root`, is newer than one of `built`, or one is missing. */
export function isStale(root: string, sources: readonly string[], built: readonly string[]): boolean {
  const times = built.map((path) => statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0);
  const oldest = Math.min(...times);
  return sources.some((source) => newest(join(root, source)) > oldest);
}

function newest(path: string): number {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
}
