import type { ContextMenu, DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { Kbd } from './Kbd.tsx';
import styles from './Menu.module.css';

const { item, danger: dangerClass, icon: iconClass, words, separator } = styles;

/** An entry of a menu, which a button opens or a click with the other button of the mouse. */
export type MenuEntry =
  | {
      readonly kind: 'action';
      readonly label: string;
      readonly icon?: ReactNode;
      /** Keys that do the same, as shown. */
      readonly shortcut?: string;
      readonly disabled?: boolean;
      readonly danger?: boolean;
      readonly onSelect: () => void;
    }
  | { readonly kind: 'separator'; readonly id: string };

/** The two kinds of menu have parts of the same name and shape. */
type Parts = Pick<typeof DropdownMenu, 'Item' | 'Separator'> | Pick<typeof ContextMenu, 'Item' | 'Separator'>;

/** The entries, made of the parts of either kind of menu. */
export function menuEntries(entries: readonly MenuEntry[], { Item, Separator }: Parts): ReactNode {
  return entries.map((entry) =>
    entry.kind === 'separator' ? (
      <Separator key={entry.id} className={separator} />
    ) : (
      <Item
        key={entry.label}
        className={classNames(item, entry.danger && dangerClass)}
        disabled={entry.disabled ?? false}
        onSelect={entry.onSelect}
      >
        <span className={iconClass} aria-hidden="true">
          {entry.icon}
        </span>
        <span className={words}>{entry.label}</span>
        {entry.shortcut === undefined ? null : <Kbd keys={entry.shortcut} />}
      </Item>
    ),
  );
}
