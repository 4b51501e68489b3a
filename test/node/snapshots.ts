/** What hosts are shown of a node, with nothing special about it; tests say what there is. */
import type {
  DropletCounts,
  NodeSnapshot,
  ShareSnapshot,
  TransferServerSnapshot,
  TransferSnapshot,
} from '../../core/api.ts';
import { noDroplets } from '../../core/protocol/tally.ts';

export const ID = '0123456789abcdef';
export const LINK = `rain:${ID}`;

export const NO_DROPLETS: DropletCounts = { needed: 0, ...noDroplets() };

export function share(change: Partial<ShareSnapshot> = {}): ShareSnapshot {
  return {
    key: 1,
    id: ID,
    link: LINK,
    name: 'a.bin',
    paths: ['/files/a.bin'],
    public: false,
    state: 'serving',
    bytes: 1000,
    files: 1,
    hashed: 1000,
    poured: 0,
    rate: 0,
    clients: [],
    origin: 'share',
    addedAt: 0,
    ...change,
  };
}

export function transfer(change: Partial<TransferSnapshot> = {}): TransferSnapshot {
  return {
    key: 2,
    id: ID,
    link: LINK,
    name: 'a.bin',
    state: 'running',
    into: '/out',
    seed: false,
    verified: 0,
    resumedBytes: 0,
    rate: 0,
    seconds: 0,
    wireBytes: 0,
    overhead: 0,
    droplets: NO_DROPLETS,
    servers: [],
    addedAt: 0,
    ...change,
  };
}

/** One that pours. */
export function server(change: Partial<TransferServerSnapshot> = {}): TransferServerSnapshot {
  return {
    address: '127.0.0.1:1980',
    found: 'list',
    state: 'pouring',
    rate: 0,
    droplets: 0,
    bytes: 0,
    share: 0,
    loss: 0,
    ...change,
  };
}

export function nodeSnapshot(change: Partial<NodeSnapshot> = {}): NodeSnapshot {
  return {
    port: 1980,
    addresses: [],
    shares: [],
    transfers: [],
    servers: [],
    poured: 0,
    received: 0,
    rateUp: 0,
    rateDown: 0,
    problems: [],
    ...change,
  };
}
