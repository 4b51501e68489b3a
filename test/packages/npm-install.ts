/**
 * Part of `npm run test:packages`: the package that npm publishes, installed for every system, where it has to bring
 * every native part, and run on this one by the oldest Node that it says, and by others. Asks the npm registry.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const PACK = fileURLToPath(new URL('../../tools/pack-cli.ts', import.meta.url));
const SYSTEMS = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'win32-x64', 'win32-arm64'];
const NODES = ['22.14.0', '24', '26'];

const work = mkdtempSync(join(tmpdir(), 'npm-install-'));
try {
  execFileSync(process.execPath, [PACK, join(work, 'packed')], { stdio: 'ignore' });
  const [archive] = readdirSync(join(work, 'packed'));
  for (const system of SYSTEMS) expectNativeParts(install(join(work, 'packed', archive), system), system);
  const command = join(
    work,
    `${process.platform}-${process.arch}`,
    'node_modules/pouring-rain/out/cli/index.js',
  );
  for (const version of process.platform === 'linux' ? NODES : []) await move(nodeOf(version), command);
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** As npm does on that system; returns the folder. */
function install(what: string, system: string, ...more: readonly string[]): string {
  const folder = join(work, system);
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{}');
  const [os, cpu] = system.split('-');
  const quiet = ['--no-audit', '--no-fund', '--loglevel', 'error', '--ignore-scripts'];
  const target = [`--os=${os}`, `--cpu=${cpu}`, '--libc=glibc'];
  execFileSync('npm', ['install', ...quiet, ...target, ...more, what], { cwd: folder, stdio: 'inherit' });
  return folder;
}

function expectNativeParts(folder: string, system: string): void {
  const scope = join(folder, 'node_modules/@napi-rs');
  const bindings = readdirSync(scope).filter((name) => name.startsWith(`blake-hash-${system}`));
  const [binding = ''] = bindings.flatMap((name) =>
    readdirSync(join(scope, name)).filter((file) => file.endsWith('.node')),
  );
  const database = join(folder, 'node_modules/better-sqlite3/prebuilds', `${system}.node`);
  if (binding === '' || !existsSync(database)) throw new Error(`${system} gets no native part of something`);
  console.log(`${system}: ${binding}, ${system}.node`);
}

function nodeOf(version: string): string {
  const folder = join(work, `node-${version}`);
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{}');
  const name = `node-${process.platform}-${process.arch}`;
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel', 'error', `${name}@${version}`], {
    cwd: folder,
  });
  return join(folder, 'node_modules', name, 'bin/node');
}

/** A file from one process to another, over the loopback. */
async function move(node: string, command: string): Promise<void> {
  const folder = mkdtempSync(join(work, 'move-'));
  const file = join(folder, 'file');
  writeFileSync(file, Buffer.alloc(3_000_000, 'rain'));
  const start = (...args: readonly string[]): ChildProcess => {
    const more = ['--json', '--no-lan', '--data', mkdtempSync(join(folder, 'data-'))];
    return spawn(node, [command, ...args, ...more], { stdio: ['ignore', 'pipe', 'inherit'] });
  };
  const server = start('share', file, '--bind', '127.0.0.1');
  try {
    const { link, port } = await heard(server, 'shared');
    const client = start('get', String(link), '--from', `127.0.0.1:${port}`, '--out', join(folder, 'out'));
    const { path } = await heard(client, 'done');
    if (!readFileSync(String(path)).equals(readFileSync(file))) throw new Error('Other bytes came.');
    console.log(`Node ${execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()}: moved`);
  } finally {
    server.kill();
  }
}

async function heard(process: ChildProcess, name: string): Promise<Readonly<Record<string, unknown>>> {
  if (process.stdout === null) throw new Error('nothing to listen to');
  for await (const line of createInterface({ input: process.stdout })) {
    const event = JSON.parse(line);
    if (event.event === name) return event;
  }
  throw new Error(`rain ended without "${name}"`);
}
