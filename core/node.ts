/**
 * What hosts import of the engine. The most of it is loaded when it is asked for: a command is to be on the network
 * before the database, say, has been read from the disk.
 */
import type { Node, NodeOptions } from './api.ts';
import type { MurkyConfig } from './murky/config.ts';
import type { MurkyNode, MurkyOptions } from './murky/murky-node.ts';
import { type ThreadFiles, Threads } from './node/threads.ts';

export { makeFolder } from './content/make-folder.ts';
export type { Deed } from './murky/activity.ts';
export type { MurkyConfig } from './murky/config.ts';
export type { EntryView, PeerView, StoreFigures } from './murky/entries.ts';
export { parseEntryName } from './murky/entry-name.ts';
export type { MurkyOptions } from './murky/murky-node.ts';
export { incomingFolder } from './murky/storage/incoming-folder.ts';
export { parseAddress } from './wire/address.ts';
export { parseLink, readLink } from './wire/link-text.ts';

/** Opens the node of a data folder. Rejects with Failure: data-folder-in-use, database-*, port-taken, bind-failed, disk. */
export async function openNode(options: NodeOptions, files: ThreadFiles): Promise<Node> {
  const threads = options.eager === true ? new Threads(files) : undefined;
  try {
    const { RainNode } = await import('./node/rain-node.ts');
    return await RainNode.open(options, files, threads);
  } catch (error) {
    await threads?.close();
    throw error;
  }
}

/** The store beside a node. */
export type Murky = MurkyNode;

/**
 * Runs a store beside a node that `openNode` gave, in the same data folder, until it is closed; close it before the
 * node. Rejects with Failure: database-*, no-space, no-permission, disk, port-taken, bind-failed, unreadable.
 */
export async function openMurky(node: Node, options: MurkyOptions): Promise<Murky> {
  const [{ RainNode }, murky] = await Promise.all([
    import('./node/rain-node.ts'),
    import('./murky/murky-node.ts'),
  ]);
  if (!(node instanceof RainNode)) throw new TypeError('a store needs a node of openNode');
  return murky.MurkyNode.open(node, options);
}

/** Of the file at `path`, or that of a store without one. Rejects with Failure: bad-config, and why it cannot be read. */
export async function readConfig(path: string | undefined): Promise<MurkyConfig> {
  const config = await import('./murky/config.ts');
  return path === undefined ? config.defaultConfig : config.readConfig(path);
}
