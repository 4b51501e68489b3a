import type { ComponentProps, ReactNode } from 'react';
import styles from './Button.module.css';
import { classNames } from './class-names.ts';
import { Spinner } from './Spinner.tsx';

const { button, primary, secondary, quiet, danger, small } = styles;
const VARIANTS = { primary, secondary, quiet, danger };

export interface ButtonProps extends ComponentProps<'button'> {
  /** Primary: the one thing to do here. Danger: what cannot be undone. Default: secondary. */
  readonly variant?: keyof typeof VARIANTS;
  readonly size?: 'normal' | 'small';
  /** Stands before the words and is not read out. */
  readonly icon?: ReactNode;
  /** Something is under way: the button stays where it is, keeps the focus, and does nothing. */
  readonly busy?: boolean;
}

export function Button({
  variant = 'secondary',
  size = 'normal',
  icon,
  busy = false,
  className,
  children,
  onClick,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      className={classNames(button, VARIANTS[variant], size === 'small' && small, className)}
      aria-busy={busy || undefined}
      aria-disabled={busy || undefined}
      onClick={busy ? undefined : onClick}
      {...rest}
    >
      {busy ? <Spinner /> : icon}
      {children}
    </button>
  );
}
