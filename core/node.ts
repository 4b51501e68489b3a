/** What hosts import of the engine. */
import type { Node, NodeOptions } from './api.ts';
import { RainNode } from './node/rain-node.ts';
import type { ThreadFiles } from './node/threads.ts';

export { parseAddress } from './wire/address.ts';
export { parseLink } from './wire/link.ts';

/** Opens the node of a data folder. Throws Failure: data-folder-in-use, database-*, port-taken, bind-failed, disk. */
export function openNode(options: NodeOptions, threads: ThreadFiles): Promise<Node> {
  return RainNode.open(options, threads);
}
