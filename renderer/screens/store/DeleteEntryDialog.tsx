import { useTranslation } from 'react-i18next';
import type { StoreEntry } from '../../../preload/contract.ts';
import { AlertDialog } from '../../components/AlertDialog.tsx';
import { useFormat } from '../../format/use-format.ts';
import { useActions } from '../../state/use-app.ts';

/** Asks before an entry goes from every node. */
export function DeleteEntryDialog({ entry: { id, size } }: { readonly entry: StoreEntry }) {
  const { t } = useTranslation('store');
  const format = useFormat();
  const { dismiss, deleteEntry } = useActions();
  return (
    <AlertDialog
      danger
      title={t('delete.title')}
      confirmLabel={t('delete.confirm')}
      onConfirm={() => {
        dismiss();
        void deleteEntry(id);
      }}
      onCancel={dismiss}
    >
      <p>{t('delete.means', { id, size: format.bytes(size) })}</p>
    </AlertDialog>
  );
}
