import type { RainBridge, StoreEntry } from '../../../preload/contract.ts';

/** Entries that are asked for at once; main gives no more. */
export const PAGE = 500;

/**
 * The first `count` entries by id, in whole pages; fewer when there are no more. Undefined when it was broken off by
 * `isOver`, or a page could not be had.
 */
export async function loadEntries(
  bridge: Pick<RainBridge, 'storeEntries'>,
  count: number,
  isOver: () => boolean,
): Promise<readonly StoreEntry[] | undefined> {
  const entries: StoreEntry[] = [];
  while (entries.length < count) {
    const page = await bridge.storeEntries({ after: entries.at(-1)?.id ?? '', limit: PAGE });
    if (!page.ok || isOver()) return undefined;
    entries.push(...page.value);
    if (page.value.length < PAGE) break;
  }
  return entries;
}
