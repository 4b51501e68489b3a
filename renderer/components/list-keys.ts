/** How the keyboard goes through the rows of a list. */

/** The row that a key leads to from row `from` of `count`; undefined: it leads nowhere. A page has `page` rows. */
export function rowFor(key: string, from: number, count: number, page: number): number | undefined {
  const clamp = (index: number): number => Math.min(Math.max(index, 0), count - 1);
  switch (key) {
    case 'ArrowDown':
      return clamp(from + 1);
    case 'ArrowUp':
      return clamp(from - 1);
    case 'PageDown':
      return clamp(from + page);
    case 'PageUp':
      return clamp(from - page);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}

/** Puts the focus on a row that may not be there before the list has been drawn anew. */
export function focusRow(list: Element, selector: string): void {
  requestAnimationFrame(() => list.querySelector<HTMLElement>(selector)?.focus({ preventScroll: true }));
}
