/** What this node does about the entries of others: what the cluster hears of them, and what came of fetching them. */
import { type Activity, reasonOf } from './activity.ts';
import type { ClusterEvent } from './cluster/cluster.ts';
import type { ClusterHost } from './cluster-host.ts';
import type { Fetches } from './fetches.ts';
import type { ContentRecord } from './record.ts';
import type { Lease } from './storage/casks.ts';

export interface ReplicationParts {
  readonly activity: Activity;
  readonly fetches: Pick<Fetches, 'begin' | 'addHolder' | 'abandon'>;
  /** Id of the node as a writer. */
  readonly self: string;
  readonly run: ClusterHost['run'];
  readonly warn: (message: string) => void;
}

export class Replication {
  readonly #parts: ReplicationParts;

  constructor(parts: ReplicationParts) {
    this.#parts = parts;
  }

  heard(event: ClusterEvent): void {
    const { activity, fetches, self, warn } = this.#parts;
    switch (event.type) {
      case 'fetch':
        activity.add({ what: 'fetching', id: event.record.id, size: event.record.size });
        fetches.begin(event.record, event.holders);
        return;
      case 'holder':
        fetches.addHolder(event.record, event.holder);
        return;
      case 'abandon':
        fetches.abandon(event.record);
        return;
      case 'removed':
        if (event.why === 'deleted') activity.add({ what: 'deleted elsewhere', id: event.record.id });
        return;
      case 'skew':
        warn(`The clock of ${event.address} differs by ${Math.round(event.ahead / 1000)} s: set the clocks.`);
        return;
      case 'kept':
        if (event.record.kind === 'tombstone' && event.record.version.writer !== self) {
          activity.add({ what: 'deleted elsewhere', id: event.record.id });
        }
        return;
      case 'peer':
        return;
    }
  }

  /** The content of a record is here; the lease keeps it until the record names it. */
  kept(record: ContentRecord, lease: Lease): void {
    try {
      this.#parts.run((cluster, at) => cluster.kept(at, record));
      this.#parts.activity.add({ what: 'kept', id: record.id, size: record.size });
    } catch (error) {
      this.failed(record, error);
    } finally {
      lease.release();
    }
  }

  failed(record: ContentRecord, why: unknown): void {
    this.#parts.activity.add({ what: 'failed', id: record.id, size: record.size, reason: reasonOf(why) });
    this.#parts.run((cluster, at) => cluster.failed(at, record));
  }
}
