import { ContextMenu as Radix } from 'radix-ui';
import type { ReactElement } from 'react';
import { useLayer } from './layer.ts';
import styles from './Menu.module.css';
import { type MenuEntry, menuEntries } from './menu-entries.tsx';

const { menu } = styles;

export interface ContextMenuProps {
  readonly entries: readonly MenuEntry[];
  /** What the menu is of: one element that takes a ref. */
  readonly children: ReactElement;
}

/** A menu that opens where the other button of the mouse is pressed, or by Shift+F10. */
export function ContextMenu({ entries, children }: ContextMenuProps) {
  const layer = useLayer();
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal container={layer}>
        <Radix.Content className={menu} collisionPadding={8}>
          {menuEntries(entries, Radix)}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
