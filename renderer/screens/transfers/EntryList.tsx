import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual';
import { type MouseEvent, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ContextMenu } from '../../components/ContextMenu.tsx';
import { classNames } from '../../components/class-names.ts';
import virtualRows from '../../components/VirtualRows.module.css';
import { useActions, useApp } from '../../state/use-app.ts';
import styles from './EntryList.module.css';
import { Row } from './Row.tsx';
import { rowFrom, useRowKeys } from './use-row-keys.ts';
import { useRowMenu } from './use-row-menu.tsx';

const { scroller, space: anySpace, place: anyPlace } = virtualRows;
const { space, place } = styles;

/** Of a row that is not open, with the gap to the next, pixels; others are measured. */
const ROW_HEIGHT = 80;
const ROW_GAP = 8;

/** The rows: only those in sight are there, and the one that the keyboard is on. */
export function EntryList({ rows }: { readonly rows: readonly number[] }) {
  const { t } = useTranslation('transfers');
  const list = useRef<HTMLDivElement>(null);
  const focused = useApp((state) => state.focused);
  const focusedIndex = useMemo(() => (focused === undefined ? -1 : rows.indexOf(focused)), [rows, focused]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => list.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: useCallback((index: number) => rows[index], [rows]),
    rangeExtractor: useCallback((range: Range) => withFocused(range, focusedIndex), [focusedIndex]),
    overscan: 4,
    paddingStart: ROW_GAP,
    paddingEnd: 16,
    scrollPaddingStart: ROW_GAP,
    scrollPaddingEnd: 16,
  });
  const { scrollToIndex } = virtual;
  const inSight = useCallback((index: number) => scrollToIndex(index, { align: 'auto' }), [scrollToIndex]);
  const items = virtual.getVirtualItems();
  const onKeyDown = useRowKeys(rows, inSight);
  useReveal(list, focusedIndex, inSight, items);
  useOpenedInSight(list);
  useHeir(list, focused);

  const [menuRow, setMenuRow] = useState<number>();
  const entries = useRowMenu(menuRow);
  const forRow = (event: MouseEvent): void => {
    const row = rowFrom(event.target);
    if (row === undefined) event.stopPropagation();
    else setMenuRow(row);
  };

  // The only place the keyboard can enter the list, when no row has been focused yet.
  const entrance = focusedIndex >= 0 ? focused : rows[0];
  return (
    <div className={scroller} ref={list} onContextMenuCapture={forRow}>
      <ContextMenu entries={entries}>
        <div
          role="treegrid"
          aria-label={t('list.label')}
          aria-rowcount={rows.length}
          className={classNames(anySpace, space)}
          style={{ height: virtual.getTotalSize() }}
          onKeyDown={onKeyDown}
        >
          {items.map((item) => (
            <div
              key={item.key}
              ref={virtual.measureElement}
              data-index={item.index}
              className={classNames(anyPlace, place)}
              style={{ transform: `translateY(${item.start}px)` }}
            >
              <Row row={rows[item.index]} index={item.index} isEntrance={rows[item.index] === entrance} />
            </div>
          ))}
        </div>
      </ContextMenu>
    </div>
  );
}

/** Brings the row in sight that the state says, and gives it the focus: when it is drawn, with `items` or later. */
function useReveal(
  list: { readonly current: HTMLElement | null },
  index: number,
  inSight: (index: number) => void,
  items: readonly unknown[],
): void {
  const reveals = useApp((state) => state.reveals);
  const focused = useApp((state) => state.focused);
  const { revealed } = useActions();
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is drawn are the items
  useLayoutEffect(() => {
    if (!reveals || index < 0) return;
    inSight(index);
    const row = list.current?.querySelector<HTMLElement>(`[data-row="${focused}"]`);
    if (row === null || row === undefined) return;
    row.focus({ preventScroll: true });
    revealed();
  }, [list, reveals, index, focused, inSight, revealed, items]);
}

/** When the row that had the focus has gone, the one in its place takes it. */
function useHeir(list: { readonly current: HTMLElement | null }, focused: number | undefined): void {
  useLayoutEffect(() => {
    if (document.activeElement !== document.body) return;
    list.current?.querySelector<HTMLElement>(`[data-row="${focused}"]`)?.focus({ preventScroll: true });
  }, [list, focused]);
}

/** Scrolls so far that the details of a row are seen when it opens, and never so far that the row itself is not. */
function useOpenedInSight(list: { readonly current: HTMLElement | null }): void {
  const opened = useApp((state) => state.opened);
  useEffect(() => {
    const view = list.current;
    const row = view?.querySelector(`[data-row="${opened}"]`);
    if (view === null || row === null || row === undefined) return;
    const outer = view.getBoundingClientRect();
    const { top, bottom } = row.getBoundingClientRect();
    const needed = Math.min(bottom - outer.bottom + ROW_GAP, top - outer.top - ROW_GAP);
    if (needed > 0) view.scrollBy({ top: needed });
  }, [list, opened]);
}

/** The row in focus stays even out of sight: if it went, the focus would. */
function withFocused(range: Range, focused: number): number[] {
  const inRange = defaultRangeExtractor(range);
  if (focused < 0 || focused >= range.count || inRange.includes(focused)) return inRange;
  return [...inRange, focused].sort((a, b) => a - b);
}
