/**
 * The serving side of the benchmark, in a process of its own: a node that shares one file. It tells its parent the id
 * and the port once the file is hashed, and what it has read and encoded so far whenever it is asked.
 */

import type { SpringsFigures } from '../../core/engine/messages.ts';
import { RainNode } from '../../core/node/rain-node.ts';
import { Threads, type ThreadsHost } from '../../core/node/threads.ts';

export interface Serving {
  readonly id: string;
  readonly port: number;
}

const FILES = {
  net: new URL('../../core/engine/net-thread.ts', import.meta.url),
  codec: new URL('../../core/engine/codec-thread.ts', import.meta.url),
};

/** Hears what the network thread tells the node of its springs. */
class WatchedThreads extends Threads {
  springs: SpringsFigures = { read: 0, presolved: 0, made: 0 };

  override attach(host: ThreadsHost): void {
    super.attach({
      ...host,
      fromNet: (message) => {
        if (message.type === 'stats') this.springs = message.springs;
        host.fromNet(message);
      },
    });
  }
}

const [file, dataDir] = process.argv.slice(2);
const threads = new WatchedThreads(FILES);
const node = await RainNode.open({ dataDir, lan: false, bind: '127.0.0.1' }, FILES, threads);
const unsubscribe = node.subscribe((event) => {
  if (event.type !== 'share' || event.share.state !== 'serving') return;
  unsubscribe();
  const serving: Serving = { id: event.share.id, port: node.snapshot().port };
  process.send?.(serving);
});
process.on('message', () => process.send?.(threads.springs));
process.on('disconnect', () => void node.close());
await node.share({ paths: [file], public: true });
