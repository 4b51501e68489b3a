/** The engine behind a command: loaded only when one needs it, and replaced by a fake one in tests. */
import type { Node, NodeOptions } from '../core/api.ts';
import type { Murky, MurkyConfig, MurkyOptions } from '../core/node.ts';

/** Entry files of the engine's worker threads. */
interface Threads {
  readonly net: URL;
  readonly codec: URL;
}

/** What the command needs of a store. */
export type Store = Pick<Murky, 'http' | 'activity' | 'figures' | 'peers' | 'close'>;

export interface Engine {
  openNode(options: NodeOptions, threads: Threads): Promise<Node>;
  /** The store beside a node that `openNode` gave. */
  openMurky(node: Node, options: MurkyOptions): Promise<Store>;
  /** Undefined: that of a store without a file. Rejects with Failure('bad-config'). */
  readConfig(path: string | undefined): Promise<MurkyConfig>;
  /** With those that it lies in, where they are not there. Throws Failure: in-the-way, no-permission, no-space and the like. */
  makeFolder(path: string): void;
  /** Throws Failure('bad-link'). */
  parseLink(text: string): { readonly id: string };
  /** With what was left out of it; throws Failure('bad-link'). */
  readLink(text: string): {
    readonly link: { readonly key?: Uint8Array; readonly digest?: Uint8Array };
    readonly ignored: readonly string[];
  };
  /** Throws Failure('bad-address'). */
  parseAddress(text: string): { readonly host: string; readonly port: number };
}

export async function loadEngine(): Promise<Engine> {
  return import('../core/node.ts');
}

/** The bundle has the threads beside it; the sources have them where they are written. */
export const THREADS: Threads = import.meta.url.endsWith('.ts')
  ? {
      net: new URL('../core/engine/net-thread.ts', import.meta.url),
      codec: new URL('../core/engine/codec-thread.ts', import.meta.url),
    }
  : {
      net: new URL('./net-thread.js', import.meta.url),
      codec: new URL('./codec-thread.js', import.meta.url),
    };
