import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { StoreEntry } from '../../../preload/contract.ts';
import { classNames } from '../../components/class-names.ts';
import virtualRows from '../../components/VirtualRows.module.css';
import { EntryRow } from './EntryRow.tsx';
import styles from './EntryTable.module.css';
import { useEntryKeys } from './use-entry-keys.ts';

const { scroller, space, place: anyPlace } = virtualRows;
const { table, head, numeric, optional, place } = styles;

/** As in the style sheet, pixels. */
const ROW_HEIGHT = 44;
/** When so few rows are left below those in sight, more are loaded. */
const NEAR_END = 50;

export interface EntryTableProps {
  readonly entries: readonly StoreEntry[];
  /** How many there are, loaded or not. */
  readonly total: number;
  /** More entries are wanted, if there are any. */
  readonly onEnd: () => void;
}

/** The entries: only the rows in sight are there, and the one that the keyboard is on. */
export function EntryTable({ entries, total, onEnd }: EntryTableProps) {
  const { t } = useTranslation('store');
  const list = useRef<HTMLDivElement>(null);
  const [focused, setFocused] = useState<Place>({ id: undefined, index: 0 });
  const entrance = useMemo(() => rowAt(entries, focused), [entries, focused]);
  const virtual = useVirtualizer({
    count: entries.length,
    getScrollElement: () => list.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: useCallback((index: number) => entries[index].id, [entries]),
    rangeExtractor: useCallback((range: Range) => withEntrance(range, entrance), [entrance]),
    overscan: 8,
  });
  const items = virtual.getVirtualItems();
  const { scrollToIndex } = virtual;
  const goTo = useCallback(
    (index: number) => {
      setFocused({ id: entries[index].id, index });
      scrollToIndex(index, { align: 'auto' });
    },
    [entries, scrollToIndex],
  );
  const focus = useCallback((id: string, index: number) => setFocused({ id, index }), []);
  const onKeyDown = useEntryKeys(entries, goTo);
  useHeir(list, entries[entrance].id, focused.id !== undefined);

  const isNearEnd = (virtual.range?.endIndex ?? 0) + NEAR_END >= entries.length && entries.length < total;
  useEffect(() => {
    if (isNearEnd) onEnd();
  }, [isNearEnd, onEnd]);

  return (
    // biome-ignore-start lint/a11y/useSemanticElements: rows are placed by a virtual list, which no table can be
    // biome-ignore-start lint/a11y/useFocusableInteractive: the keyboard moves by rows
    <div
      role="grid"
      aria-label={t('view.entries')}
      aria-rowcount={total + 1}
      className={table}
      onKeyDown={onKeyDown}
    >
      <div role="rowgroup">
        <div role="row" aria-rowindex={1} className={head}>
          <span role="columnheader">{t('entry.id')}</span>
          <span role="columnheader" className={numeric}>
            {t('entry.size')}
          </span>
          <span role="columnheader" className={optional}>
            {t('entry.type')}
          </span>
          <span role="columnheader">{t('entry.time')}</span>
          <span role="columnheader" className={optional}>
            {t('entry.version')}
          </span>
          <span role="columnheader">
            <span className="unseen">{t('entry.actions')}</span>
          </span>
        </div>
      </div>
      <div className={scroller} ref={list}>
        <div role="rowgroup" className={space} style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => (
            <div
              key={item.key}
              className={classNames(anyPlace, place)}
              style={{ transform: `translateY(${item.start}px)` }}
            >
              <EntryRow
                entry={entries[item.index]}
                index={item.index}
                isEntrance={item.index === entrance}
                onFocus={focus}
              />
            </div>
          ))}
        </div>
      </div>
    </div>
    // biome-ignore-end lint/a11y/useFocusableInteractive: as above
    // biome-ignore-end lint/a11y/useSemanticElements: as above
  );
}

/** Where the keyboard is in the list, and comes to when it comes there. */
interface Place {
  readonly id: string | undefined;
  readonly index: number;
}

/** The row of a place; when it has gone, the one that took its place. */
function rowAt(entries: readonly StoreEntry[], { id, index }: Place): number {
  if (entries[index]?.id === id) return index;
  const found = entries.findIndex((entry) => entry.id === id);
  return found < 0 ? Math.min(index, entries.length - 1) : found;
}

/** When the row that had the focus has gone, the one in its place takes it. */
function useHeir(list: { readonly current: HTMLElement | null }, id: string, hadFocus: boolean): void {
  useLayoutEffect(() => {
    if (!hadFocus || document.activeElement !== document.body) return;
    list.current?.querySelector<HTMLElement>(`[data-id="${id}"]`)?.focus({ preventScroll: true });
  }, [list, id, hadFocus]);
}

/** The row in focus stays even out of sight: if it went, the focus would. */
function withEntrance(range: Range, entrance: number): number[] {
  const inRange = defaultRangeExtractor(range);
  if (entrance < 0 || entrance >= range.count || inRange.includes(entrance)) return inRange;
  return [...inRange, entrance].sort((a, b) => a - b);
}
