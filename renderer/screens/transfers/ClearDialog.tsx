import { useTranslation } from 'react-i18next';
import { AlertDialog } from '../../components/AlertDialog.tsx';
import { useActions } from '../../state/use-app.ts';

/** Asks before what is done leaves the list. */
export function ClearDialog() {
  const { t } = useTranslation('transfers');
  const { dismiss, clearHistory } = useActions();
  return (
    <AlertDialog
      title={t('clear.title')}
      confirmLabel={t('clear.confirm')}
      onConfirm={() => {
        dismiss();
        void clearHistory();
      }}
      onCancel={dismiss}
    >
      <p>{t('clear.means')}</p>
    </AlertDialog>
  );
}
