/** Entry of a codec worker thread. */
import { parentPort, workerData } from 'node:worker_threads';
import { Codec } from './codec.ts';
import type { CodecStart, FromCodecToNode, ToCodec, ToCodecFromNode } from './codec-messages.ts';
import { problemOf } from './problem.ts';

const start: CodecStart = workerData;
const post = (message: FromCodecToNode): void => parentPort?.postMessage(message);
const codec = new Codec(start, (job, bytes) => post({ type: 'hashed', job, bytes }));

start.net.on('message', (message: ToCodec) => start.net.postMessage(codec.handle(message)));

start.net.on('close', () => {
  codec.close();
  // Nothing else keeps the thread alive.
  parentPort?.close();
});

parentPort?.on('message', async ({ call, command }: ToCodecFromNode) => {
  try {
    post({ type: 'answer', call, result: await codec.command(command) });
  } catch (error) {
    post({ type: 'answer', call, problem: problemOf(error) });
  }
});
