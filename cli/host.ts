import type { Node, NodeOptions } from '../core/api.ts';
import type { Common } from './arguments.ts';
import { dataFolder, type Surroundings } from './data-folder.ts';
import { type Engine, THREADS } from './engine.ts';
import type { Report } from './report.ts';

/** Something text is written to; `process.stdout` and `process.stderr` are. */
export interface Sink {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

/** Everything a command meets outside of itself. */
export interface Host extends Surroundings {
  readonly stdout: Sink;
  readonly stderr: Sink;
  /** Aborted by the first SIGINT, SIGTERM or SIGHUP. */
  readonly interrupt: AbortSignal;
  /** Rejects with an exception that nobody caught. */
  readonly crashed: Promise<never>;
  /** The command line that starts this very program again, without arguments of its own. */
  readonly self: readonly [string, ...string[]];
  engine(): Promise<Engine>;
}

/** What a command is given to do its work. */
export interface Context {
  readonly host: Host;
  readonly common: Common;
  readonly report: Report;
}

/** Opens the node of the data folder for the time of `work`; problems and log lines of it are reported. */
export async function withNode<T>(
  context: Context,
  engine: Engine,
  options: Omit<NodeOptions, 'dataDir'>,
  work: (node: Node) => Promise<T>,
): Promise<T> {
  const { host, common, report } = context;
  const node = await engine.openNode({ ...options, dataDir: dataFolder(common.data, host) }, THREADS);
  for (const problem of node.snapshot().problems) {
    report.problem(problem);
  }
  const unsubscribe = node.subscribe((event) => {
    if (event.type === 'problem') {
      report.problem(event.problem);
    } else if (event.type === 'log') {
      report.log(event.level, event.message);
    }
  });
  try {
    return await work(node);
  } finally {
    unsubscribe();
    await node.close();
  }
}

/** Resolves with the first interrupt, at once if it was already. */
export function interrupted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
    } else {
      signal.addEventListener('abort', () => resolve(), { once: true });
    }
  });
}
