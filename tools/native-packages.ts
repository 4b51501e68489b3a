/** npm installs the native packages of its own system; who packs for another one needs that one's as well. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export type System = 'linux' | 'win32' | 'darwin';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

interface LockEntry {
  readonly version: string;
  readonly integrity: string;
  readonly optional?: boolean;
  readonly dev?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  /** Electron is linked to glibc. */
  readonly libc?: readonly string[];
}

/** Puts into node_modules what the lock file has for these and is not there. Throws where it cannot be had. */
export function bringNativePackages(system: System, archs: readonly string[]): void {
  for (const [path, { version, integrity }] of nativePackages(system, archs)) {
    const folder = join(ROOT, path);
    if (!existsSync(folder)) bring(`${path.replace('node_modules/', '')}@${version}`, integrity, folder);
  }
}

/** Of those that the package depends on, and not its development. */
function nativePackages(system: System, archs: readonly string[]): [string, LockEntry][] {
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
  const entries = Object.entries<LockEntry>(lock.packages);
  return entries.filter(
    ([, { optional, dev, os = [], cpu = [], libc = ['glibc'] }]) =>
      optional === true &&
      dev !== true &&
      os.includes(system) &&
      archs.some((arch) => cpu.includes(arch)) &&
      libc.includes('glibc'),
  );
}

function bring(spec: string, integrity: string, folder: string): void {
  console.error(`Fetching ${spec}`);
  // Beside the target, so that the rename at the end is one.
  const work = mkdtempSync(`${folder}-`);
  try {
    const shell = process.platform === 'win32';
    const said = execFileSync('npm', ['pack', '--json', spec], { cwd: work, encoding: 'utf8', shell });
    const [packed] = JSON.parse(said);
    if (packed.integrity !== integrity) throw new Error(`${spec} is not what it was: ${packed.integrity}`);
    execFileSync('tar', ['-xzf', packed.filename], { cwd: work });
    mkdirSync(join(folder, '..'), { recursive: true });
    renameSync(join(work, 'package'), folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
