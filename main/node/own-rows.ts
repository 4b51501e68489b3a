import type { NodeEvent, NodeSnapshot, TransferSnapshot } from '../../core/api.ts';
import { incomingFolder } from '../../core/node.ts';

/** Tells transfers that a person asked for from those that bring entries to the store, which has a screen of its own. */
export class OwnRows {
  readonly #incoming: string;

  constructor(dataDir: string) {
    this.#incoming = incomingFolder(dataDir);
  }

  isOfStore({ into }: Pick<TransferSnapshot, 'into'>): boolean {
    return into === this.#incoming;
  }

  of(snapshot: NodeSnapshot): NodeSnapshot {
    return { ...snapshot, transfers: snapshot.transfers.filter((transfer) => !this.isOfStore(transfer)) };
  }

  /** That a row has gone is told of any: who does not know it is told nothing by it. */
  tells(event: NodeEvent): boolean {
    return event.type !== 'transfer' || !this.isOfStore(event.transfer);
  }
}
