import { type KeyboardEvent, useCallback } from 'react';
import type { StoreEntry } from '../../../preload/contract.ts';
import { focusRow, rowFor } from '../../components/list-keys.ts';
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
      const to = rowFor(key, from, entries.length, PAGE);
      if (to !== undefined) {
        goTo(to);
        focusRow(currentTarget, `[data-index="${to}"]`);
      } else if (key === 'Delete' || key === 'Backspace')
        ask({ about: 'delete-entry', entry: entries[from] });
      else return;
      event.preventDefault();
    },
    [entries, goTo, ask],
  );
}
