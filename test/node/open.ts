/** Nodes in the process of a test, with real threads, sockets and disks, all in one temporary folder. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Node, NodeEvent, NodeOptions, ShareSnapshot, TransferSnapshot } from '../../core/api.ts';
import { openNode } from '../../core/node.ts';

const THREADS = {
  net: new URL('../../core/engine/net-thread.ts', import.meta.url),
  codec: new URL('../../core/engine/codec-thread.ts', import.meta.url),
};

export class Nodes {
  readonly folder: string;
  readonly #open: Node[] = [];
  #count = 0;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async make(): Promise<Nodes> {
    return new Nodes(await mkdtemp(join(tmpdir(), 'rain-node-')));
  }

  /** A node on loopback that looks for nobody. */
  async open(options: Partial<NodeOptions> = {}): Promise<Node> {
    const dataDir = join(this.folder, `data-${this.#count++}`);
    const node = await openNode({ dataDir, lan: false, bind: '127.0.0.1', ...options }, THREADS);
    this.#open.push(node);
    return node;
  }

  async path(name: string): Promise<string> {
    const path = join(this.folder, name);
    await mkdir(path, { recursive: true });
    return path;
  }

  async close(): Promise<void> {
    await Promise.all(this.#open.map((node) => node.close()));
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Resolves with the first event that `take` makes something of. */
export function when<T>(node: Node, take: (event: NodeEvent) => T | undefined): Promise<T> {
  return new Promise((resolve) => {
    const unsubscribe = node.subscribe((event) => {
      const taken = take(event);
      if (taken === undefined) return;
      unsubscribe();
      resolve(taken);
    });
  });
}

export async function shared(node: Node, paths: string[], isPublic: boolean): Promise<ShareSnapshot> {
  const serving = (share: ShareSnapshot): ShareSnapshot | undefined =>
    share.state === 'hashing' ? undefined : share;
  const event = when(node, (e) => (e.type === 'share' ? serving(e.share) : undefined));
  return serving(await node.share({ paths, public: isPublic })) ?? event;
}

/** The transfer when it has come to one of these states. */
export function reaches(node: Node, key: number, states: readonly string[]): Promise<TransferSnapshot> {
  const now = node.snapshot().transfers.find((transfer) => transfer.key === key);
  if (now !== undefined && states.includes(now.state)) return Promise.resolve(now);
  return when(node, (event) =>
    event.type === 'transfer' && event.transfer.key === key && states.includes(event.transfer.state)
      ? event.transfer
      : undefined,
  );
}
