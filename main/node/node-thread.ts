/**
 * The thread that owns the node and its database: a write of a few megabytes would be a dropped frame on
 * Electron's main thread, whose loop is slow to wake for messages as well. The store runs beside the node here.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { Node } from '../../core/api.ts';
import { openNode } from '../../core/node.ts';
import type { FromNodeThread, NodeThreadStart, ToNodeThread } from './node-messages.ts';
import { OwnRows } from './own-rows.ts';
import { StoreHost } from './store-host.ts';
import { threadProblem } from './thread-problem.ts';

const port = parentPort;
if (port === null) throw new Error('This file is the entry of a worker thread.');

const { options } = workerData as NodeThreadStart;
const say = (message: FromNodeThread): void => port.postMessage(message);

try {
  const node = await openNode(options, {
    net: new URL('./net-thread.js', import.meta.url),
    codec: new URL('./codec-thread.js', import.meta.url),
  });
  const own = new OwnRows(options.dataDir);
  const store = new StoreHost({
    node,
    own,
    dataDir: options.dataDir,
    changed: (state) => say({ type: 'store', store: state }),
    puts: (puts) => say({ type: 'puts', puts }),
    warn: (message) => say({ type: 'event', event: { type: 'log', level: 'warn', message } }),
  });
  // Subscribed before the snapshot is taken, in one turn: nothing is missed and nothing told twice.
  node.subscribe((event) => {
    if (own.tells(event)) say({ type: 'event', event });
  });
  say({ type: 'open', snapshot: own.of(node.snapshot()) });
  port.on('message', (message: ToNodeThread) => void serve(node, store, message));
} catch (error) {
  say({ type: 'failed', problem: threadProblem(error) });
  port.close();
}

async function serve(node: Node, store: StoreHost, { call, command, args }: ToNodeThread): Promise<void> {
  try {
    if (command === 'close') await store.runStore(undefined);
    const owner = command in store ? store : node;
    const run = owner[command as keyof typeof owner] as (...args: unknown[]) => Promise<unknown>;
    say({ type: 'answer', call, result: await run.apply(owner, [...args]) });
  } catch (error) {
    say({ type: 'refusal', call, problem: threadProblem(error) });
  }
  if (command === 'close') port?.close();
}
