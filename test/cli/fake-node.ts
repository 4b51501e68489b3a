/** A node without an engine: tests say what happens to its shares and transfers. */
import type {
  FetchRequest,
  FileList,
  KnownServer,
  Node,
  NodeEvent,
  NodeOptions,
  NodeSnapshot,
  ShareRequest,
  ShareSnapshot,
  TransferSnapshot,
} from '../../core/api.ts';
import type { Failure } from '../../core/failure.ts';
import * as snapshots from '../node/snapshots.ts';

const SHARE = snapshots.share({ id: '', link: '', state: 'hashing', hashed: 0 });
const TRANSFER = snapshots.transfer({ name: '', state: 'waiting' });

export const SERVER = snapshots.server({ found: 'asked', rate: 500, droplets: 4, bytes: 4700, share: 1 });

export class FakeNode implements Node {
  readonly options: NodeOptions;
  readonly requests: (ShareRequest | FetchRequest)[] = [];
  readonly removals: { key: number; deleteFiles: boolean }[] = [];
  shares: ShareSnapshot[] = [];
  transfers: TransferSnapshot[] = [];
  known: KnownServer[] = [];
  closed = false;
  /** What `share` and `fetch` reject with. */
  refusal: Failure | undefined;
  #listeners = new Set<(event: NodeEvent) => void>();

  constructor(options: NodeOptions) {
    this.options = options;
  }

  emit(event: NodeEvent): void {
    for (const listener of this.#listeners) {
      listener(event);
    }
  }

  setShare(change: Partial<ShareSnapshot>): void {
    this.shares = [{ ...(this.shares[0] ?? SHARE), ...change }];
    this.emit({ type: 'share', share: this.shares[0] });
  }

  setTransfer(change: Partial<Omit<TransferSnapshot, 'droplets'>>, received?: number): void {
    const before = this.transfers[0] ?? TRANSFER;
    const droplets = received === undefined ? before.droplets : { ...before.droplets, received };
    this.transfers = [{ ...before, ...change, droplets }];
    this.emit({ type: 'transfer', transfer: this.transfers[0] });
  }

  snapshot(): NodeSnapshot {
    const { shares, transfers, known } = this;
    return {
      port: 1980,
      addresses: ['192.0.2.1:1980'],
      shares,
      transfers,
      servers: known,
      poured: 0,
      received: 0,
      rateUp: 0,
      rateDown: 0,
      problems: [],
    };
  }

  subscribe(listener: (event: NodeEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async share(request: ShareRequest): Promise<ShareSnapshot> {
    this.#take(request);
    this.setShare({});
    return this.shares[0];
  }

  async fetch(request: FetchRequest): Promise<TransferSnapshot> {
    this.#take(request);
    this.setTransfer({ seed: request.seed, into: request.into });
    return this.transfers[0];
  }

  async start(): Promise<void> {}
  async listFiles(): Promise<FileList> {
    return { files: [], total: 0, running: 0 };
  }

  async pause(): Promise<void> {}
  async resume(): Promise<void> {}

  async remove(key: number, { deleteFiles }: { readonly deleteFiles: boolean }): Promise<void> {
    this.removals.push({ key, deleteFiles });
  }

  servers(): readonly KnownServer[] {
    return this.known;
  }

  async addServer(address: string): Promise<void> {
    this.known.push({ address, found: 'list' });
  }

  async removeServer(address: string): Promise<void> {
    this.known = this.known.filter((server) => server.address !== address);
  }

  async importServers(): Promise<number> {
    return 3;
  }

  async checkServers(): Promise<void> {}

  async configure(): Promise<void> {}

  async close(): Promise<void> {
    this.closed = true;
  }

  #take(request: ShareRequest | FetchRequest): void {
    if (this.refusal !== undefined) {
      throw this.refusal;
    }
    this.requests.push(request);
  }
}
