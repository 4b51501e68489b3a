import { useTranslation } from 'react-i18next';
import { Toast } from '../components/Toast.tsx';
import { useFormat } from '../format/use-format.ts';
import { ProblemText, useProblemTitle } from '../problems/ProblemText.tsx';
import type { Message } from '../state/app-state.ts';
import { useActions, useApp } from '../state/use-app.ts';

export function Toasts() {
  const toasts = useApp((state) => state.toasts);
  return toasts.map(({ id, message }) => <OneToast key={id} id={id} message={message} />);
}

function OneToast({ id, message }: { readonly id: number; readonly message: Message }) {
  const { t } = useTranslation('transfers');
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
