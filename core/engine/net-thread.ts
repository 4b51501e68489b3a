/** Entry of the network worker thread. */
import { parentPort, workerData } from 'node:worker_threads';
import type { FromNet, NetStart, ToNet } from './messages.ts';
import { Net } from './net.ts';

const start: NetStart = workerData;
const net = new Net(start, (message: FromNet) => parentPort?.postMessage(message));
parentPort?.on('message', async (message: ToNet) => {
  await net.handle(message);
  // Nothing else keeps the thread alive.
  if (message.type === 'close') parentPort?.close();
});
