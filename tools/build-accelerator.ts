/**
 * Compiles the native part of the engine, core/engine/accelerator, for this machine, with whatever C compiler is here,
 * into prebuilds/. What is there is committed, so that nobody else needs a compiler. Linux alone has the calls that it
 * is made of.
 *
 * `npm run accelerator`
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../core/engine/accelerator/', import.meta.url));
const SOURCES = ['binding.c', 'batch.c'];
const HEADERS = ['node_api.h', 'uv.h'];
const COMPILERS = ['cc', 'gcc', 'clang'];
const FLAGS = [
  '-std=c11',
  '-O2',
  '-Wall',
  '-Wextra',
  '-Werror',
  '-fvisibility=hidden',
  '-fPIC',
  '-shared',
  '-s',
];

if (process.platform !== 'linux') {
  console.log(`${process.platform} has no accelerator: Node's own sockets are used.`);
} else {
  const headers = nodeHeaders();
  if (headers === undefined)
    fail('The headers of Node are not here (node_api.h): those of any Node will do.');
  const out = join(FOLDER, 'prebuilds', `${process.platform}-${process.arch}.node`);
  mkdirSync(dirname(out), { recursive: true });
  compile([
    ...FLAGS,
    ...process.argv.slice(2),
    `-DSOURCE="${digestOfSources()}"`,
    `-I${headers}`,
    ...SOURCES,
    '-o',
    out,
  ]);
  console.log(out);
}

/** By which a test tells whether a binary was made of the sources that lie beside it. */
function digestOfSources(): string {
  const hash = createHash('sha256');
  for (const name of [...SOURCES, 'batch.h']) hash.update(readFileSync(join(FOLDER, name)));
  return hash.digest('hex').slice(0, 16);
}

/** The folder with node_api.h and uv.h of a Node that is installed; the one that npm brings has none. */
function nodeHeaders(): string | undefined {
  const { PATH = '' } = process.env;
  const programs = [dirname(process.execPath), ...PATH.split(delimiter)];
  const folders = programs.map((folder) => join(folder, '../include/node'));
  return folders.find((folder) => HEADERS.every((header) => existsSync(join(folder, header))));
}

function compile(args: readonly string[]): void {
  for (const compiler of COMPILERS) {
    const { error, status } = spawnSync(compiler, args, { cwd: FOLDER, stdio: 'inherit' });
    if (error !== undefined) continue;
    if (status !== 0) process.exit(status ?? 1);
    return;
  }
  fail('There is no C compiler here.');
}

function fail(why: string): never {
  console.error(why);
  process.exit(1);
}
