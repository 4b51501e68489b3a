import type { ReactNode } from 'react';
import styles from './EmptyState.module.css';

const { root, icon: iconClass, title: titleClass, words, actions: actionsClass } = styles;

export interface EmptyStateProps {
  readonly icon: ReactNode;
  readonly title: string;
  /** What to do next. */
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
}

/** What stands where there is nothing yet. */
export function EmptyState({ icon, title, children, actions }: EmptyStateProps) {
  return (
    <div className={root}>
      <div className={iconClass} aria-hidden="true">
        {icon}
      </div>
      <h2 className={titleClass}>{title}</h2>
      {children === undefined ? null : <div className={words}>{children}</div>}
      {actions === undefined ? null : <div className={actionsClass}>{actions}</div>}
    </div>
  );
}
