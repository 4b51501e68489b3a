/** Nodes of the store in the process of a test, with real sockets, threads and disks. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { NodeOptions } from '../../core/api.ts';
import { defaultConfig, type MurkyConfig } from '../../core/murky/config.ts';
import { MurkyNode } from '../../core/murky/murky-node.ts';
import { RainNode } from '../../core/node/rain-node.ts';
import { parseAddress } from '../../core/wire/address.ts';
import { temporaryFolder } from '../content/temporary.ts';
import { freePorts } from './processes.ts';

const THREADS = {
  net: new URL('../../core/engine/net-thread.ts', import.meta.url),
  codec: new URL('../../core/engine/codec-thread.ts', import.meta.url),
};

export interface Opened {
  readonly murky: MurkyNode;
  /** UDP. */
  readonly address: string;
  readonly url: string;
  readonly warnings: readonly string[];
}

interface Wishes {
  readonly rain?: Partial<NodeOptions>;
  readonly config?: Partial<MurkyConfig>;
  readonly dataDir?: string;
  /** `host:port`, besides the nodes that are opened with it. */
  readonly peers?: readonly string[];
}

/** Each is a peer of all others. */
export async function openNodes(...wishes: readonly Wishes[]): Promise<Opened[]> {
  const ports = await freePorts(wishes.length);
  return Promise.all(
    wishes.map(async ({ rain: options, config, peers = [], dataDir = temporaryFolder() }, at) => {
      const rain = await RainNode.open(
        { dataDir, lan: false, bind: '127.0.0.1', port: ports[at], ...options },
        THREADS,
      );
      const serversList = join(dataDir, 'servers.json');
      const others = ports.filter((port) => port !== ports[at]).map((port) => ({ host: '127.0.0.1', port }));
      const more = peers.map((peer) => parseAddress(peer));
      writeFileSync(serversList, JSON.stringify([...others, ...more]));
      const warnings: string[] = [];
      const murky = await MurkyNode.open(rain, {
        dataDir,
        config: {
          ...defaultConfig,
          serversList,
          secret: 'a secret of the test',
          http: { ...defaultConfig.http, port: 0 },
          ...config,
        },
        warn: (message) => warnings.push(message),
      });
      onTestFinished(async () => {
        await murky.close();
        await rain.close();
      });
      const address = `127.0.0.1:${ports[at]}`;
      return { murky, address, url: `http://127.0.0.1:${murky.http?.port}`, warnings };
    }),
  );
}
