import { type KeyboardEvent, useCallback } from 'react';
import type { StoreEntry } from '../../../preload/contract.ts';
import { useActions } from '../../state/use-app.ts';

/** Rows that a page key passes. */
const PAGE = 10;

/** What keys do while the focus is on an entry. `goTo` scrolls to the row of an index, and has it drawn. */
export function useEntryKeys(
  entries: readonly StoreEntry[],
  goTo: (index: number) => void,
): (event: KeyboardEvent<HTMLElement>) => void {
  const { ask } = useActions();
  return useCallback(
    (event) => {
      const { target, currentTarget, key } = event;
      if (!(target instanceof HTMLElement) || event.ctrlKey || event.metaKey || event.altKey) return;
      const row = target.closest<HTMLElement>('[data-index]');
      if (row === null) return;
      if (row !== target) {
        if (key === 'Escape') row.focus();
        return;
      }
      const from = Number(row.getAttribute('data-index'));
      const to = destination(key, from, entries.length);
      if (to !== undefined) {
        goTo(to);
        // The row may not be there before the list has been drawn anew.
        requestAnimationFrame(() =>
          currentTarget.querySelector<HTMLElement>(`[data-index="${to}"]`)?.focus({ preventScroll: true }),
        );
      } else if (key === 'Delete' || key === 'Backspace')
        ask({ about: 'delete-entry', entry: entries[from] });
      else return;
      event.preventDefault();
    },
    [entries, goTo, ask],
  );
}

function destination(key: string, from: number, count: number): number | undefined {
  const clamp = (index: number): number => Math.min(Math.max(index, 0), count - 1);
  switch (key) {
    case 'ArrowDown':
      return clamp(from + 1);
    case 'ArrowUp':
      return clamp(from - 1);
    case 'PageDown':
      return clamp(from + PAGE);
    case 'PageUp':
      return clamp(from - PAGE);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}
