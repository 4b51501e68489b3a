import { useTranslation } from 'react-i18next';
import { Toast } from '../components/Toast.tsx';
import { useFormat } from '../format/use-format.ts';
import { ProblemText, useProblemTitle } from '../problems/ProblemText.tsx';
import type { Message } from '../state/app-state.ts';
import { useActions, useApp } from '../state/use-app.ts';

/** When more entries were put together, none of them is named. */
const MOST_IDS = 3;

export function Toasts() {
  const toasts = useApp((state) => state.toasts);
  return toasts.map(({ id, message }) => <OneToast key={id} id={id} message={message} />);
}

function OneToast({ id, message }: { readonly id: number; readonly message: Message }) {
  const { t } = useTranslation(['transfers', 'store']);
  const format = useFormat();
  const problemTitle = useProblemTitle();
  const { unsay } = useActions();
  const onClose = (): void => unsay(id);
  switch (message.says) {
    case 'problem':
      return (
        <Toast tone="danger" title={problemTitle(message.problem)} onClose={onClose}>
          <ProblemText problem={message.problem} />
        </Toast>
      );
    case 'copied':
      return (
        <Toast tone="good" title={t('toast.copied')} onClose={onClose}>
          {message.name}
        </Toast>
      );
    case 'address-copied':
      return (
        <Toast tone="good" title={t('store:toast.addressCopied')} onClose={onClose}>
          {message.address}
        </Toast>
      );
    case 'put': {
      const { entries } = message;
      const count = entries.length;
      return (
        <Toast
          tone="good"
          title={t('store:toast.put', { count, formatted: format.count(count) })}
          onClose={onClose}
        >
          {count > MOST_IDS ? null : <span className="mono">{format.list(entries.map(({ id }) => id))}</span>}
        </Toast>
      );
    }
    case 'entry-deleted':
      return (
        <Toast tone="info" title={t('store:toast.deleted')} onClose={onClose}>
          <span className="mono">{message.id}</span>
        </Toast>
      );
    case 'known':
      return <Toast tone="info" title={t('toast.known')} onClose={onClose} />;
    case 'cleared': {
      const { count } = message;
      const title =
        count === 0 ? t('toast.clearedNone') : t('toast.cleared', { count, formatted: format.count(count) });
      return <Toast tone="info" title={title} onClose={onClose} />;
    }
    case 'closed-to-tray':
      return (
        <Toast tone="info" title={t('toast.closedToTray')} onClose={onClose}>
          {t('toast.closedToTrayMeans')}
        </Toast>
      );
    case 'no-tray':
      return (
        <Toast tone="info" title={t('toast.noTray')} onClose={onClose}>
          {t('toast.noTrayMeans')}
        </Toast>
      );
    case 'quitting':
      return (
        <Toast tone="info" title={t('toast.quitting')} onClose={onClose}>
          {t('toast.quittingMeans')}
        </Toast>
      );
  }
}
