import { Tooltip as Radix } from 'radix-ui';
import type { ReactElement, ReactNode } from 'react';
import { Kbd } from './Kbd.tsx';
import { useLayer } from './layer.ts';
import styles from './Tooltip.module.css';

const { tooltip } = styles;

/** Around the whole app, once: after one tooltip was shown, its neighbours show theirs without delay. */
export function TooltipProvider({ children }: { readonly children: ReactNode }) {
  return <Radix.Provider delayDuration={500}>{children}</Radix.Provider>;
}

export interface TooltipProps {
  readonly label: string;
  readonly shortcut?: string;
  /** One element that takes a ref, and can have the focus. */
  readonly children: ReactElement;
}

export function Tooltip({ label, shortcut, children }: TooltipProps) {
  const layer = useLayer();
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal container={layer}>
        <Radix.Content className={tooltip} sideOffset={6} collisionPadding={8}>
          {label}
          {shortcut === undefined ? null : <Kbd keys={shortcut} />}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
