/**
 * Keeps package-lock.json installable anywhere: `node tools/lock.ts` mends it, `--check` only says what is wrong.
 *
 * - npm leaves `gypfile: false` out of the lock file and then takes the binding.gyp of better-sqlite3 for an
 *   order to compile (npm 10, whatever `allowScripts` says), although the package brings its binaries. npm reads
 *   a lock entry as the manifest of its package (arborist: load-virtual.js makes the node's `package` of it,
 *   rebuild.js asks that for `gypfile`), so the field is honoured when it stands there.
 * - `resolved` keys bind an install to the registry of whoever wrote the file; `integrity` is what protects it.
 * - npm leaves out optional packages of other platforms that its registry did not have; `npm ci` of npm 11 then
 *   calls the file out of sync, on every platform.
 * - The file does not travel with the package: whoever installs `rain` gets what `dependencies` in package.json allow,
 *   so these name the versions that were looked at here, and no ranges.
 */
import { readFileSync, writeFileSync } from 'node:fs';

/** Packages that bring binaries and must not be compiled. */
const PREBUILT = ['node_modules/better-sqlite3'];

const FILE = new URL('../package-lock.json', import.meta.url);

interface LockEntry {
  gypfile?: boolean;
  resolved?: string;
  readonly link?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

type LockEntries = Record<string, LockEntry>;

const lock: { packages: LockEntries } = JSON.parse(readFileSync(FILE, 'utf8'));
const mended = mend(lock.packages);
const missing = missingOptional(lock.packages);
const ranges = Object.entries(lock.packages[''].dependencies ?? {}).filter(
  ([, range]) => !/^\d+(\.\d+){2}$/.test(range),
);
const checking = process.argv.includes('--check');

if (!checking && mended.length > 0) {
  writeFileSync(FILE, `${JSON.stringify(lock, null, 2)}\n`);
}
for (const fault of checking ? [...mended, ...missing] : missing) {
  console.error(`package-lock.json: ${fault}`);
  process.exitCode = 1;
}
for (const [name, range] of ranges) {
  console.error(`package.json: ${name} has to be one version and not ${range}`);
  process.exitCode = 1;
}
if (checking && mended.length > 0) {
  console.error('Mend it with: npm run lock');
}
if (missing.length > 0) {
  console.error('Take a version of these packages that the registry has for every platform.');
}

/** Puts right what can be put right without a registry, in place; returns what was wrong. */
function mend(packages: LockEntries): string[] {
  const faults: string[] = [];
  for (const path of PREBUILT) {
    const entry = packages[path];
    if (entry !== undefined && entry.gypfile !== false) {
      faults.push(`${path} lacks "gypfile": false`);
      entry.gypfile = false;
    }
  }
  for (const [path, entry] of Object.entries(packages)) {
    if (entry.resolved !== undefined && entry.link !== true) {
      faults.push(`${path} names the registry it came from`);
      delete entry.resolved;
    }
  }
  return faults;
}

/** Optional dependencies, of any platform, that the file has no entry for. */
function missingOptional(packages: LockEntries): string[] {
  return Object.entries(packages).flatMap(([path, entry]) =>
    Object.keys(entry.optionalDependencies ?? {})
      .filter((name) => !canSee(packages, path, name))
      .map((name) => `${path} lacks its optional ${name}`),
  );
}

/** Whether the package at `path` finds `name` in its own node_modules or in those of the folders above it. */
function canSee(packages: LockEntries, path: string, name: string): boolean {
  for (let folder = path; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules/') - 1))) {
    if (`${folder}${folder === '' ? '' : '/'}node_modules/${name}` in packages) {
      return true;
    }
    if (folder === '') {
      return false;
    }
  }
}
