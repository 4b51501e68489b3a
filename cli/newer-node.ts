/** Running on a Node that is too old for the engine: another one is looked for and takes over. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What better-sqlite3 13 needs: Node-API 10. */
const LEAST = [22, 14] as const;

/** The devDependency `node`; index.js is two folders below the package, in out/cli. */
const OTHER_NODE = new URL(
  `../../node_modules/node/bin/node${process.platform === 'win32' ? '.exe' : ''}`,
  import.meta.url,
);

/** `version` as in process.versions.node. */
export function isTooOld(version: string): boolean {
  const [major, minor] = version.split('.').map(Number);
  return major < LEAST[0] || (major === LEAST[0] && minor < LEAST[1]);
}

/** Runs this command line under the other Node and ends as that ends. */
export async function runUnderNewerNode(): Promise<void> {
  const node = fileURLToPath(OTHER_NODE);
  if (!existsSync(node)) {
    console.error(`rain: needs Node ${LEAST.join('.')} or newer, and this is ${process.versions.node}.`);
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
