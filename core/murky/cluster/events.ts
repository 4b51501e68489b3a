/** What a cluster tells its host. */
import type { ContentRecord, EntryRecord } from '../record.ts';

export type ClusterEvent =
  /** Fetch the content from all holders (`ip:port`) at once, then call `kept`, or `failed`. */
  | { readonly type: 'fetch'; readonly record: ContentRecord; readonly holders: readonly string[] }
  /** One more has the content that is being fetched. */
  | { readonly type: 'holder'; readonly record: ContentRecord; readonly holder: string }
  /** Do not fetch it any further: there is a newer version. */
  | { readonly type: 'abandon'; readonly record: ContentRecord }
  /** The catalogue has `record` now, in the place of `replaced`. */
  | { readonly type: 'kept'; readonly record: EntryRecord; readonly replaced: EntryRecord | undefined }
  /** `collected`: an old tombstone. `deleted`: an entry that was deleted elsewhere while this node was away. */
  | { readonly type: 'removed'; readonly record: EntryRecord; readonly why: 'collected' | 'deleted' }
  /** A peer answers, or has stopped to. `id`: of its node. */
  | { readonly type: 'peer'; readonly address: string; readonly id: string; readonly isOpen: boolean }
  /** The clock of a peer is ahead of this node's by more than is believed, ms; negative: behind. */
  | { readonly type: 'skew'; readonly address: string; readonly ahead: number };

/** What arrived and did not count, and what did. */
export interface ClusterCounts {
  datagrams: number;
  /** No datagram of members. */
  malformed: number;
  /** Its seal or cookie is wrong: another secret, or none; or the session is over. */
  forged: number;
  replayed: number;
  /** Without a secret: from an address that is neither listed nor trusted. */
  untrusted: number;
  /** Records told whose version is too far in the future. */
  ahead: number;
  sent: number;
  bytesSent: number;
}

export interface PeerSnapshot {
  /** `ip:port` */
  readonly address: string;
  /** Id of its node, once it has answered. */
  readonly id: string | undefined;
  readonly isOpen: boolean;
  readonly isListed: boolean;
  /** Records that it has yet to be told of. */
  readonly untold: number;
  /** When it last answered, by the clock of the host's `now`; undefined: never yet. */
  readonly lastContact: number | undefined;
}

export interface ClusterSnapshot {
  readonly peers: readonly PeerSnapshot[];
  /** Records whose content is being fetched, or waits for it. */
  readonly wanted: number;
  /** The node was away for long and asks its peers before it speaks. */
  readonly isReturning: boolean;
  readonly counts: Readonly<ClusterCounts>;
}
