/** What the node is told of the settings. */
import { join } from 'node:path';
import type { NodeOptions } from '../../core/api.ts';
import type { Settings } from '../../preload/contract.ts';

type Configurable = Omit<NodeOptions, 'dataDir' | 'takeUp' | 'eager'>;

/** Settings that the node does not learn before it is told. */
const OF_THE_NODE = ['port', 'bind', 'lan', 'uploadLimit', 'downloadLimit'] as const;

const anyPort: { readonly port: number | undefined } = { port: undefined };
/** Takes back the port that was asked for. */
export const ANY_PORT = anyPort as Partial<Configurable>;

/** What to open the node with; `userData` is the data folder of the app. */
export function openingOptions(settings: Settings, userData: string): NodeOptions {
  const given = Object.entries(configuration(settings)).filter(([, value]) => value !== undefined);
  return { lan: settings.lan, ...Object.fromEntries(given), dataDir: join(userData, 'node'), takeUp: true };
}

/** What to configure an open node with; undefined when nothing of it has changed. */
export function configurationChange(before: Settings, after: Settings): Partial<Configurable> | undefined {
  return OF_THE_NODE.some((name) => before[name] !== after[name]) ? configuration(after) : undefined;
}

/** With each name present: one that is undefined takes back what the node was told before. */
function configuration({ port, bind, lan, uploadLimit, downloadLimit }: Settings): Partial<Configurable> {
  const all: { [K in keyof Configurable]-?: Configurable[K] | undefined } = {
    port: port ?? undefined,
    bind: bind ?? undefined,
    lan,
    uploadLimit: uploadLimit ?? undefined,
    downloadLimit: downloadLimit ?? undefined,
  };
  return all as Partial<Configurable>;
}
