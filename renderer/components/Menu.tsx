import { DropdownMenu } from 'radix-ui';
import type { ReactElement } from 'react';
import { useLayer } from './layer.ts';
import styles from './Menu.module.css';
import { type MenuEntry, menuEntries } from './menu-entries.tsx';

const { menu } = styles;

export interface MenuProps {
  readonly entries: readonly MenuEntry[];
  /** A button; it takes a ref, and says what the menu is of. */
  readonly children: ReactElement;
}

/** A menu that a button opens. Not modal: a modal one brings a style sheet that our policy refuses. */
export function Menu({ entries, children }: MenuProps) {
  const layer = useLayer();
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{children}</DropdownMenu.Trigger>
      <DropdownMenu.Portal container={layer}>
        <DropdownMenu.Content className={menu} align="end" sideOffset={4} collisionPadding={8}>
          {menuEntries(entries, DropdownMenu)}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
