/** What the node is told of the settings. */
import { join } from 'node:path';
import type { NodeChange, NodeOptions } from '../../core/api.ts';
import type { Settings } from '../../preload/contract.ts';

/** Settings that the node does not learn before it is told. */
const OF_THE_NODE = ['port', 'bind', 'lan', 'uploadLimit', 'downloadLimit'] as const;

/** Takes back the port that was asked for. */
export const ANY_PORT: NodeChange = { port: undefined };

/** What to open the node with; `userData` is the data folder of the app. */
export function openingOptions(settings: Settings, userData: string): NodeOptions {
  return { ...configuration(settings), dataDir: join(userData, 'node'), takeUp: true };
}

/** What to configure an open node with; undefined when nothing of it has changed. */
export function configurationChange(before: Settings, after: Settings): NodeChange | undefined {
  return OF_THE_NODE.some((name) => before[name] !== after[name]) ? configuration(after) : undefined;
}

/** With each name present: one that is undefined takes back what the node was told before. */
function configuration({ port, bind, lan, uploadLimit, downloadLimit }: Settings) {
  return {
    port: port ?? undefined,
    bind: bind ?? undefined,
    lan,
    uploadLimit: uploadLimit ?? undefined,
    downloadLimit: downloadLimit ?? undefined,
  } satisfies Required<NodeChange>;
}
