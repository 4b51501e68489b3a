/** Running on a Node that is too old for the engine: another one is looked for and takes over. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What better-sqlite3 13 needs. */
const NODE_API = 10;
/** The Nodes that have it, as `engines` says it. */
export const ENGINES = '^22.14.0 || >=23.6.0';

/** The devDependency `node`; index.js is two folders below the package, in out/cli. */
const OTHER_NODE = new URL(
  `../../node_modules/node/bin/node${process.platform === 'win32' ? '.exe' : ''}`,
  import.meta.url,
);

/** `nodeApi` as in process.versions.napi. */
export function isTooOld(nodeApi: string): boolean {
  return Number(nodeApi) < NODE_API;
}

/** Runs this command line under the other Node and ends as that ends. */
export async function runUnderNewerNode(): Promise<void> {
  const node = fileURLToPath(OTHER_NODE);
  if (!existsSync(node)) {
    console.error(`rain: needs Node 22.14, or 23.6 or newer, and this is ${process.versions.node}.`);
    process.exitCode = 1;
    return;
  }
  const { spawn } = await import('node:child_process');
  const child = spawn(node, process.argv.slice(1), {
    // The channel says nothing; it is closed when this process dies, however it dies.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  const forward = (signal: NodeJS.Signals): void => {
    child.kill(signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) {
    process.on(signal, forward);
  }
  child.on('exit', (code, signal) => {
    if (signal === null) {
      process.exit(code ?? 1);
    }
    for (const each of signals) {
      process.off(each, forward);
    }
    process.kill(process.pid, signal);
  });
}
