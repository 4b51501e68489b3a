import { type KeyboardEvent, useCallback } from 'react';
import { focusRow, rowFor } from '../../components/list-keys.ts';
import type { App } from '../../state/app.ts';
import { shareOf } from '../../state/entries.ts';
import { useAppItself } from '../../state/use-app.ts';
import { pauseAction } from './row-state.ts';

/** Rows that a page key passes. */
const PAGE = 8;

/** The row that an element is of. */
export function rowFrom(target: EventTarget | null): number | undefined {
  const element = target instanceof Element ? target.closest('[data-row]') : null;
  return element === null ? undefined : Number(element.getAttribute('data-row'));
}

/** What keys do while the focus is on a row: `inSight` scrolls to the row of an index. */
export function useRowKeys(
  rows: readonly number[],
  inSight: (index: number) => void,
): (event: KeyboardEvent<HTMLElement>) => void {
  const app = useAppItself();
  return useCallback(
    (event) => {
      const { target, currentTarget } = event;
      const row = rowFrom(target);
      if (row === undefined || !(target instanceof HTMLElement)) return;
      if (isCopy(event)) {
        // What is selected is what is meant.
        if (document.getSelection()?.isCollapsed === false) return;
        void app.actions.copyLink(row);
        event.preventDefault();
        return;
      }
      if (!target.hasAttribute('data-row')) {
        if (event.key === 'Escape') target.closest<HTMLElement>('[data-row]')?.focus();
        return;
      }
      const to = rowFor(event.key, rows.indexOf(row), rows.length, PAGE);
      if (to !== undefined) {
        app.actions.focus(rows[to]);
        inSight(to);
        focusRow(currentTarget, `[data-row="${rows[to]}"]`);
      } else if (!act(app, row, event)) return;
      event.preventDefault();
    },
    [app, rows, inSight],
  );
}

function isCopy({ ctrlKey, metaKey, key }: KeyboardEvent): boolean {
  return (ctrlKey || metaKey) && key.toLowerCase() === 'c';
}

/** Returns whether the key did something. */
function act(app: App, row: number, event: KeyboardEvent): boolean {
  const { actions, store } = app;
  const { entries, opened } = store.getState();
  const transfer = entries.transfers.get(row);
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  switch (event.key) {
    case 'Enter':
      if (transfer?.state === 'held') actions.askAbout(row);
      else actions.toggle(row);
      return true;
    case 'ArrowRight':
      if (opened !== row) actions.toggle(row);
      return true;
    case 'ArrowLeft':
      if (opened === row) actions.toggle(row);
      return true;
    case ' ': {
      const action = pauseAction(transfer, shareOf(entries, row));
      if (action !== undefined) void actions[action](row);
      return true;
    }
    case 'Delete':
    case 'Backspace':
      actions.ask({ about: 'remove', row });
      return true;
    default:
      return false;
  }
}
