import { X } from 'lucide-react';
import { type ReactNode, type RefObject, useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { classNames } from './class-names.ts';
import styles from './Dialog.module.css';
import { IconButton } from './IconButton.tsx';
import { Layer } from './layer.ts';

const { dialog, narrow, wide, head, title: titleClass, body, foot } = styles;
const SIZES = { narrow, wide };

export interface DialogProps {
  readonly title: string;
  /** Escape, the cross, or a click beside it. */
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** Buttons; the one to press with Enter comes last. */
  readonly footer?: ReactNode;
  readonly size?: keyof typeof SIZES;
  /** Interrupts with a question: stays when there is a click beside it, and has no cross. */
  readonly alert?: boolean;
  /** Has the focus at first; default: the first control. */
  readonly focusFirst?: RefObject<HTMLElement | null>;
}

/**
 * A modal dialog: shown as long as it is mounted. It is the platform's own, which keeps the focus inside, gives it
 * back, and makes the rest inert without style sheets that the content security policy would refuse.
 */
export function Dialog({
  title,
  onClose,
  children,
  footer,
  size = 'narrow',
  alert = false,
  focusFirst,
}: DialogProps) {
  const { t } = useTranslation();
  const titleId = useId();
  const bodyId = useId();
  const [element, setElement] = useState<HTMLDialogElement | null>(null);
  const first = useRef(focusFirst);
  useEffect(() => {
    if (element === null) return;
    const before = document.activeElement;
    element.showModal();
    first.current?.current?.focus();
    return () => {
      element.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, [element]);

  return (
    <dialog
      ref={setElement}
      className={classNames(dialog, SIZES[size])}
      role={alert ? 'alertdialog' : undefined}
      aria-labelledby={titleId}
      aria-describedby={alert ? bodyId : undefined}
      onCancel={(event) => {
        // Whether it closes is up to who shows it.
        event.preventDefault();
        onClose();
      }}
      onKeyDown={(event) => {
        // A key that is still held from what was here before answers nothing.
        if (event.repeat && event.target instanceof HTMLButtonElement) event.preventDefault();
        // Chromium closes what refuses to be cancelled when the key comes a second time.
        if (!alert || event.key !== 'Escape') return;
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (!alert && event.target === element) onClose();
      }}
    >
      <Layer value={element}>
        <div className={head}>
          <h2 className={titleClass} id={titleId}>
            {title}
          </h2>
          {alert ? null : (
            <IconButton label={t('close')} icon={<X size={18} />} size="small" onClick={onClose} />
          )}
        </div>
        <DialogBody id={bodyId}>{children}</DialogBody>
        {footer === undefined ? null : <div className={foot}>{footer}</div>}
      </Layer>
    </dialog>
  );
}

/** What is too high for the window can be scrolled by key. */
function DialogBody({ id, children }: { readonly id: string; readonly children: ReactNode }) {
  const [element, setElement] = useState<HTMLDivElement | null>(null);
  const [scrolls, setScrolls] = useState(false);
  useEffect(() => {
    if (element === null) return;
    const observer = new ResizeObserver(() => setScrolls(element.scrollHeight > element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, [element]);
  return (
    <div className={body} id={id} ref={setElement} tabIndex={scrolls ? 0 : undefined}>
      {children}
    </div>
  );
}
