/**
 * The thread that owns the node and its database: a write of a few megabytes would be a dropped frame on
 * Electron's main thread, whose loop is slow to wake for messages as well.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { Node, Problem } from '../../core/api.ts';
import { Failure } from '../../core/failure.ts';
import { openNode } from '../../core/node.ts';
import type { FromNodeThread, NodeThreadStart, ToNodeThread } from './node-messages.ts';

const port = parentPort;
if (port === null) throw new Error('This file is the entry of a worker thread.');

const { options } = workerData as NodeThreadStart;
const say = (message: FromNodeThread): void => port.postMessage(message);

try {
  const node = await openNode(options, {
    net: new URL('./net-thread.js', import.meta.url),
    codec: new URL('./codec-thread.js', import.meta.url),
  });
  // Subscribed before the snapshot is taken, in one turn: nothing is missed and nothing told twice.
  node.subscribe((event) => say({ type: 'event', event }));
  say({ type: 'open', snapshot: node.snapshot() });
  port.on('message', (message: ToNodeThread) => void serve(node, message));
} catch (error) {
  say({ type: 'failed', problem: problemOf(error) });
  port.close();
}

async function serve(node: Node, { call, command, args }: ToNodeThread): Promise<void> {
  try {
    const run = node[command] as (...args: unknown[]) => Promise<unknown>;
    say({ type: 'answer', call, result: await run.apply(node, [...args]) });
  } catch (error) {
    say({ type: 'refusal', call, problem: problemOf(error) });
  }
  if (command === 'close') port?.close();
}

function problemOf(error: unknown): Problem {
  if (error instanceof Failure) return { code: error.code, message: error.message, hint: error.hint };
  return { code: 'internal', message: error instanceof Error ? error.message : String(error), hint: '' };
}
