import { useTranslation } from 'react-i18next';
import { AlertDialog } from '../../components/AlertDialog.tsx';
import { useActions } from '../../state/use-app.ts';

/** Asks before a share changes its audience, since its link changes too. `share`: its key. */
export function PublicDialog({ share, isPublic }: { readonly share: number; readonly isPublic: boolean }) {
  const { t } = useTranslation('transfers');
  const { dismiss, setPublic } = useActions();
  return (
    <AlertDialog
      title={t(isPublic ? 'public.toPublicTitle' : 'public.toPrivateTitle')}
      confirmLabel={t(isPublic ? 'public.makePublic' : 'public.makePrivate')}
      onConfirm={() => {
        dismiss();
        void setPublic(share, isPublic);
      }}
      onCancel={dismiss}
    >
      <p>{t(isPublic ? 'share.publicMeans' : 'share.privateMeans')}</p>
      <p>{t('public.linkChanges')}</p>
    </AlertDialog>
  );
}
