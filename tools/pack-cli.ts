/**
 * `npm run pack:cli -- [FOLDER]`: the package of the command line that is published, into FOLDER, else dist/. Its
 * package.json says what is true of it and not of a checkout: no scripts, no part of the app, and the Nodes that it
 * runs on by itself.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ENGINES } from '../cli/newer-node.ts';
import manifest from '../package.json' with { type: 'json' };
import { bundleCli } from './cli-bundle.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

const into = resolve(process.argv[2] ?? join(ROOT, 'dist'));
const stage = mkdtempSync(join(tmpdir(), 'pack-cli-'));
try {
  // The bin lies where it does in a checkout.
  const cli = join(stage, 'out', 'cli');
  await bundleCli(cli, { sourcemap: false });
  for (const name of ['README.md', 'CHANGELOG.md', 'LICENSE']) cpSync(join(ROOT, name), join(stage, name));
  const { name, version, description, homepage, license, type, bin, dependencies } = manifest;
  const published = { name, version, description, homepage, license, type, bin, dependencies };
  const engines = { node: ENGINES };
  writeFileSync(join(stage, 'package.json'), `${JSON.stringify({ ...published, engines }, null, 2)}\n`);
  mkdirSync(into, { recursive: true });
  const { status } = spawnSync('npm', ['pack', '--pack-destination', into], {
    cwd: stage,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  process.exitCode = status ?? 1;
} finally {
  rmSync(stage, { recursive: true, force: true });
}
