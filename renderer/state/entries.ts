/** What is shared and fetched, as the window keeps it: the engine's snapshots by key, and the rows made of them. */
import type { NodeEvent, NodeSnapshot, ShareSnapshot, TransferSnapshot } from '../../core/api.ts';

export interface Entries {
  readonly transfers: ReadonlyMap<number, TransferSnapshot>;
  readonly shares: ReadonlyMap<number, ShareSnapshot>;
  /** The share that serves what a transfer fetched, by the key of the transfer: the two are one row. */
  readonly serving: ReadonlyMap<number, number>;
  /** Keys of the rows, the latest first. Another array only when a row comes or goes. */
  readonly rows: readonly number[];
}

export const NO_ENTRIES: Entries = {
  transfers: new Map(),
  shares: new Map(),
  serving: new Map(),
  rows: [],
};

export function entriesOf({ transfers, shares }: Pick<NodeSnapshot, 'transfers' | 'shares'>): Entries {
  return arranged(
    new Map(transfers.map((transfer) => [transfer.key, transfer])),
    new Map(shares.map((share) => [share.key, share])),
  );
}

/** The entries after `events`; the same object when none of them was about an entry. */
export function withEvents(entries: Entries, events: readonly NodeEvent[]): Entries {
  const transfers = new Map(entries.transfers);
  const shares = new Map(entries.shares);
  let touched = false;
  let rearrange = false;
  for (const event of events) {
    switch (event.type) {
      case 'transfer': {
        const before = transfers.get(event.transfer.key);
        rearrange ||= before === undefined || before.path !== event.transfer.path;
        transfers.set(event.transfer.key, event.transfer);
        break;
      }
      case 'share':
        rearrange ||= !shares.has(event.share.key);
        shares.set(event.share.key, event.share);
        break;
      case 'transfer-removed':
        rearrange = transfers.delete(event.key) || rearrange;
        break;
      case 'share-removed':
        rearrange = shares.delete(event.key) || rearrange;
        break;
      default:
        continue;
    }
    touched = true;
  }
  if (!touched) return entries;
  return rearrange ? arranged(transfers, shares) : { ...entries, transfers, shares };
}

/** The transfer or share that a request answered with, unless its news came first. */
export function withAnswer(entries: Entries, answer: NodeEvent & { type: 'transfer' | 'share' }): Entries {
  const known =
    answer.type === 'transfer'
      ? entries.transfers.has(answer.transfer.key)
      : entries.shares.has(answer.share.key);
  return known ? entries : withEvents(entries, [answer]);
}

/** The share behind a row: the row itself, or what serves the file that it fetched. */
export function shareOf(entries: Entries, row: number): ShareSnapshot | undefined {
  return entries.shares.get(entries.serving.get(row) ?? row);
}

/** The row that shows the transfer or share `key`. */
export function rowOf(entries: Entries, key: number): number {
  for (const [transfer, share] of entries.serving) if (share === key) return transfer;
  return key;
}

/** The row to go to when `row` was there `before`: itself, or the one that has its place now. */
export function rowAfter(before: Entries, entries: Entries, row: number | undefined): number | undefined {
  if (row === undefined || before.rows === entries.rows || entries.rows.includes(row)) return row;
  const place = before.rows.indexOf(row);
  return place < 0 ? undefined : entries.rows[Math.min(place, entries.rows.length - 1)];
}

function arranged(
  transfers: ReadonlyMap<number, TransferSnapshot>,
  shares: ReadonlyMap<number, ShareSnapshot>,
): Entries {
  const serving = servingOf(transfers, shares);
  const served = new Set(serving.values());
  const rows = [...transfers.values(), ...[...shares.values()].filter(({ key }) => !served.has(key))]
    .sort((a, b) => b.addedAt - a.addedAt || b.key - a.key)
    .map(({ key }) => key);
  return { transfers, shares, serving, rows };
}

function servingOf(
  transfers: ReadonlyMap<number, TransferSnapshot>,
  shares: ReadonlyMap<number, ShareSnapshot>,
): ReadonlyMap<number, number> {
  const byPath = new Map<string, ShareSnapshot>();
  for (const share of shares.values()) if (share.paths.length === 1) byPath.set(share.paths[0], share);
  const serving = new Map<number, number>();
  const taken = new Set<number>();
  for (const { key, path, id } of transfers.values()) {
    const share = path === undefined ? undefined : byPath.get(path);
    if (share === undefined || taken.has(share.key) || (share.id !== '' && share.id !== id)) continue;
    serving.set(key, share.key);
    taken.add(share.key);
  }
  return serving;
}
