import { CircleCheck, CircleX, Info, X } from 'lucide-react';
import { Toast as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { classNames } from './class-names.ts';
import { IconButton } from './IconButton.tsx';
import styles from './Toast.module.css';

const { viewport, toast, words, title: titleClass, detail, action: actionClass, icon } = styles;
const { info, good, danger } = styles;
const TONES = { info, good, danger };
const ICONS = { info: Info, good: CircleCheck, danger: CircleX };
/** Milliseconds that a toast stays; one that tells of a problem stays until it is put away. */
const STAYS = { info: 6_000, good: 4_000, danger: Number.POSITIVE_INFINITY };

/** Around the whole app, once: toasts are drawn in its corner, oldest first; F8 leads the focus there. */
export function ToastRegion({ children }: { readonly children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <Radix.Provider label={t('notification')} swipeDirection="right">
      {children}
      <Radix.Viewport className={viewport} label={t('notifications')} />
    </Radix.Provider>
  );
}

export interface ToastProps {
  readonly tone: keyof typeof TONES;
  readonly title: string;
  readonly children?: ReactNode;
  /** What can be done about it; it must be possible elsewhere too, since the toast goes away. */
  readonly action?: { readonly label: string; readonly onSelect: () => void };
  /** Its time is over, or it was put away. */
  readonly onClose: () => void;
}

/** Something that was said once. Shown as long as it is mounted. */
export function Toast({ tone, title, children, action, onClose }: ToastProps) {
  const { t } = useTranslation();
  const Icon = ICONS[tone];
  return (
    <Radix.Root
      className={toast}
      open
      duration={STAYS[tone]}
      type={tone === 'danger' ? 'foreground' : 'background'}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Icon className={classNames(icon, TONES[tone])} size={18} aria-hidden="true" />
      <div className={words}>
        <Radix.Title className={titleClass}>{title}</Radix.Title>
        {children === undefined ? null : (
          <Radix.Description className={detail} asChild>
            <div>{children}</div>
          </Radix.Description>
        )}
        {action === undefined ? null : (
          <Radix.Action className={actionClass} altText={action.label} onClick={action.onSelect}>
            {action.label}
          </Radix.Action>
        )}
      </div>
      <Radix.Close asChild>
        <IconButton label={t('dismiss')} icon={<X size={16} />} size="small" />
      </Radix.Close>
    </Radix.Root>
  );
}
