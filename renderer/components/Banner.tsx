import { CircleCheck, CircleX, Info, TriangleAlert, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './Banner.module.css';
import { classNames } from './class-names.ts';
import { IconButton } from './IconButton.tsx';

const { banner, words, title: titleClass, actions: actionsClass, info, good, warning, danger, icon } = styles;
const TONES = { info, good, warning, danger };
const ICONS = { info: Info, good: CircleCheck, warning: TriangleAlert, danger: CircleX };

export interface BannerProps {
  readonly tone: keyof typeof TONES;
  readonly title: string;
  /** What it means, and what can be done. */
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
  readonly onDismiss?: () => void;
}

/** Something that stays until it is over or put away. */
export function Banner({ tone, title, children, actions, onDismiss }: BannerProps) {
  const { t } = useTranslation();
  const Icon = ICONS[tone];
  return (
    <div
      className={classNames(banner, TONES[tone])}
      role={tone === 'danger' || tone === 'warning' ? 'alert' : 'status'}
    >
      <Icon className={icon} size={18} aria-hidden="true" />
      <div className={words}>
        <p className={titleClass}>{title}</p>
        {children}
      </div>
      {actions === undefined ? null : <div className={actionsClass}>{actions}</div>}
      {onDismiss === undefined ? null : (
        <IconButton label={t('dismiss')} icon={<X size={16} />} size="small" onClick={onDismiss} />
      )}
    </div>
  );
}
