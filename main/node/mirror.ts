/** What the node is like, kept on the main thread by its events: for requests by key, the tray, and new windows. */
import type { NodeEvent, NodeSnapshot, Problem, ShareSnapshot, TransferSnapshot } from '../../core/api.ts';

type Rest = Omit<NodeSnapshot, 'shares' | 'transfers' | 'problems'>;

/** As many as the node itself remembers. */
const MAX_PROBLEMS = 20;
const NOTHING: Rest = {
  port: 0,
  addresses: [],
  servers: [],
  rateUp: 0,
  rateDown: 0,
  poured: 0,
  received: 0,
};

export class Mirror {
  readonly shares = new Map<number, ShareSnapshot>();
  readonly transfers = new Map<number, TransferSnapshot>();
  #problems: readonly Problem[] = [];
  #rest = NOTHING;

  /** Starts anew from a whole snapshot; without one, empty. */
  reset({ shares, transfers, problems, ...rest }: NodeSnapshot = EMPTY): void {
    this.shares.clear();
    this.transfers.clear();
    for (const share of shares) this.shares.set(share.key, share);
    for (const transfer of transfers) this.transfers.set(transfer.key, transfer);
    this.#problems = problems;
    this.#rest = rest;
  }

  apply(event: NodeEvent): void {
    switch (event.type) {
      case 'share':
        this.shares.set(event.share.key, event.share);
        return;
      case 'share-removed':
        this.shares.delete(event.key);
        return;
      case 'transfer':
        this.transfers.set(event.transfer.key, event.transfer);
        return;
      case 'transfer-removed':
        this.transfers.delete(event.key);
        return;
      case 'servers':
        this.#rest = { ...this.#rest, servers: event.servers };
        return;
      case 'listening':
        this.#rest = { ...this.#rest, port: event.port, addresses: event.addresses };
        return;
      case 'rates':
        this.#rest = { ...this.#rest, rateUp: event.rateUp, rateDown: event.rateDown };
        return;
      case 'problem':
        this.#problems = [...this.#problems, event.problem].slice(-MAX_PROBLEMS);
        return;
      case 'log':
        return;
    }
  }

  get isListening(): boolean {
    return this.#rest.port !== 0;
  }

  get rates(): { readonly up: number; readonly down: number } {
    return { up: this.#rest.rateUp, down: this.#rest.rateDown };
  }

  snapshot(): NodeSnapshot {
    return {
      ...this.#rest,
      shares: [...this.shares.values()],
      transfers: [...this.transfers.values()],
      problems: this.#problems,
    };
  }
}

const EMPTY: NodeSnapshot = { ...NOTHING, shares: [], transfers: [], problems: [] };
