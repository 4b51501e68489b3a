/** What hosts import of the engine. */
import type { Node, NodeOptions } from './api.ts';
import { MurkyNode, type MurkyOptions } from './murky/murky-node.ts';
import { RainNode } from './node/rain-node.ts';
import type { ThreadFiles } from './node/threads.ts';

export type { Deed } from './murky/activity.ts';
export { defaultConfig, type MurkyConfig, readConfig } from './murky/config.ts';
export type { EntryView, PeerView, StoreFigures } from './murky/entries.ts';
export type { MurkyOptions } from './murky/murky-node.ts';
export { parseAddress } from './wire/address.ts';
export { parseLink } from './wire/link.ts';

/** Opens the node of a data folder. Throws Failure: data-folder-in-use, database-*, port-taken, bind-failed, disk. */
export function openNode(options: NodeOptions, threads: ThreadFiles): Promise<Node> {
  return RainNode.open(options, threads);
}

/** The store beside a node. */
export type Murky = MurkyNode;

/**
 * Runs a store beside a node that `openNode` gave, in the same data folder, until it is closed; close it before the
 * node. Rejects with Failure: database-*, no-space, no-permission, disk, port-taken, bind-failed, unreadable.
 */
export function openMurky(node: Node, options: MurkyOptions): Promise<Murky> {
  if (!(node instanceof RainNode)) throw new TypeError('a store needs a node of openNode');
  return MurkyNode.open(node, options);
}
