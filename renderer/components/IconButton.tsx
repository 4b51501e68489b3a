import type { ComponentProps, ReactNode } from 'react';
import { classNames } from './class-names.ts';
import styles from './IconButton.module.css';
import { Tooltip } from './Tooltip.tsx';

const { button, small, plain, danger } = styles;

export interface IconButtonProps extends Omit<ComponentProps<'button'>, 'aria-label' | 'children' | 'title'> {
  /** What it does: its accessible name, and its tooltip. */
  readonly label: string;
  readonly icon: ReactNode;
  readonly size?: 'normal' | 'small';
  readonly tone?: 'plain' | 'danger';
  /** Keys that do the same, as shown in the tooltip. */
  readonly shortcut?: string;
}

export function IconButton({
  label,
  icon,
  size = 'normal',
  tone = 'plain',
  shortcut,
  className,
  ...rest
}: IconButtonProps) {
  return (
    <Tooltip label={label} {...(shortcut === undefined ? {} : { shortcut })}>
      <button
        type="button"
        aria-label={label}
        className={classNames(
          button,
          size === 'small' && small,
          tone === 'danger' ? danger : plain,
          className,
        )}
        {...rest}
      >
        {icon}
      </button>
    </Tooltip>
  );
}
