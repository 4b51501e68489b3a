/** Which rows the list shows: a group of them, and those that a search finds. */
import type { Entries } from './entries.ts';
import { shareOf } from './entries.ts';

export const GROUPS = ['all', 'fetching', 'sharing', 'done'] as const;
export type Group = (typeof GROUPS)[number];

/** Rows of a group whose name, id or link holds every word of `search`, in the order of the entries. */
export function listed(entries: Entries, group: Group, search: string): readonly number[] {
  const words = search.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  if (group === 'all' && words.length === 0) return entries.rows;
  return entries.rows.filter((row) => inGroup(entries, row, group) && matches(entries, row, words));
}

/** How many rows each group has. What was fetched and is served on is done and shared. */
export function counted(entries: Entries): Readonly<Record<Group, number>> {
  const counts = { all: entries.rows.length, fetching: 0, sharing: 0, done: 0 };
  for (const row of entries.rows) {
    if (inGroup(entries, row, 'fetching')) counts.fetching++;
    if (inGroup(entries, row, 'sharing')) counts.sharing++;
    if (inGroup(entries, row, 'done')) counts.done++;
  }
  return counts;
}

function inGroup(entries: Entries, row: number, group: Group): boolean {
  const transfer = entries.transfers.get(row);
  switch (group) {
    case 'all':
      return true;
    case 'fetching':
      return transfer !== undefined && transfer.state !== 'done';
    case 'sharing':
      return shareOf(entries, row) !== undefined;
    case 'done':
      return transfer?.state === 'done';
  }
}

function matches(entries: Entries, row: number, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const entry = entries.transfers.get(row) ?? entries.shares.get(row);
  if (entry === undefined) return false;
  const text = `${entry.name} ${entry.id} ${entry.link}`.toLocaleLowerCase();
  return words.every((word) => text.includes(word));
}
